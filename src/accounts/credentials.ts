import { randomBytes } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { Deps, Viewer } from '../context.ts'
import { notification } from '../events/signals.ts'
import { Refusal } from '../refusal.ts'
import { allScopes, isScope } from '../scopes.ts'
import { tokenHash } from '../secrets.ts'

const KEY_PREFIX = 'cal_'
const SESSION_PREFIX = 'mss_'
const SESSION_DAYS = 30
// A signal empties the cache when a credential ends; the time only bounds what a lost signal could do.
const CACHED_MS = 10_000
const USED_AGAIN_AFTER_MS = 60_000

/** How long a session lasts, in seconds. */
export const SESSION_SECONDS = SESSION_DAYS * 24 * 60 * 60

const random = () => randomBytes(30).toString('base64url').replace(/[-_]/g, '0')

/** A new API key. Calendo and Cal.com clients know theirs by this prefix. */
export const newApiKey = (): string => KEY_PREFIX + random()

/** Who a credential stands for, looked up once in a while and not for every request. */
export interface Credentials {
  /**
   * The viewer of an API key or a session token.
   * @throws Refusal UNAUTHENTICATED when there is none: wrong, expired, revoked or logged out.
   */
  viewerOf(token: string): Promise<Viewer>
  close(): void
}

interface Known {
  viewer: Viewer
  expiresAt: Date | null
  lastUsedAt: Date | null
}

/** The look-up of one gateway. */
export function credentialsOf(deps: Deps): Credentials {
  const cache = new LRUCache<string, Known>({ max: 10_000, ttl: CACHED_MS })
  let endings = 0
  const off = deps.signals.onEvery('credentials', userId => {
    endings++
    for (const [key, known] of cache.entries()) {
      if (userId === undefined || known.viewer.userId === userId) cache.delete(key)
    }
  })

  return {
    async viewerOf(token) {
      const hash = tokenHash(token)
      const key = Buffer.from(hash).toString('base64')
      const before = endings
      const known = cache.get(key) ?? (await look(deps, token, hash))
      const now = deps.clock.now()
      if (known === undefined || (known.expiresAt !== null && known.expiresAt <= now)) {
        cache.delete(key)
        throw new Refusal('UNAUTHENTICATED', 'The credential is not valid, or not valid any more.')
      }
      // What was read while a credential ended may be what was true before.
      if (endings === before && !cache.has(key)) cache.set(key, known)
      noteUse(deps, known, now)
      return known.viewer
    },
    close: off,
  }
}

async function look(deps: Deps, token: string, hash: Uint8Array<ArrayBuffer>): Promise<Known | undefined> {
  if (token.startsWith(KEY_PREFIX)) {
    const row = await deps.db.apiKey.findUnique({ where: { tokenHash: hash, revokedAt: null } })
    if (row === null) return undefined
    const viewer: Viewer = {
      userId: row.userId,
      credential: { kind: 'apiKey', id: row.id },
      scopes: new Set(row.scopes.filter(isScope)),
    }
    return { viewer, expiresAt: row.expiresAt, lastUsedAt: row.lastUsedAt }
  }
  const row = await deps.db.session.findUnique({ where: { tokenHash: hash } })
  if (row === null) return undefined
  const viewer: Viewer = { userId: row.userId, credential: { kind: 'session', id: row.id }, scopes: allScopes }
  return { viewer, expiresAt: row.expiresAt, lastUsedAt: null }
}

/** Keeps the last use of a key, to the minute. Nobody waits for it. */
function noteUse(deps: Deps, known: Known, now: Date): void {
  const { credential } = known.viewer
  if (credential.kind !== 'apiKey') return
  if (known.lastUsedAt !== null && now.getTime() - known.lastUsedAt.getTime() < USED_AGAIN_AFTER_MS) return
  known.lastUsedAt = now
  deps.db.apiKey
    .updateMany({ where: { id: credential.id }, data: { lastUsedAt: now } })
    .catch(error => deps.log.warn({ err: error }, 'could not note the use of an API key'))
}

/** Opens a session. Its token is for the cookie. */
export async function openSession(deps: Deps, userId: number): Promise<{ token: string; viewer: Viewer }> {
  const token = SESSION_PREFIX + random()
  const now = deps.clock.now()
  const { id } = await deps.db.session.create({
    data: {
      userId,
      tokenHash: tokenHash(token),
      createdAt: now,
      expiresAt: new Date(now.getTime() + SESSION_SECONDS * 1000),
    },
  })
  // Old ones of the account go whenever it logs in, so they cannot pile up.
  await deps.db.session.deleteMany({ where: { userId, expiresAt: { lte: now } } })
  return { token, viewer: { userId, credential: { kind: 'session', id }, scopes: allScopes } }
}

/** Tells every process that a credential of the account has ended. */
export async function forgetCredentials(deps: Deps, userId: number): Promise<void> {
  await deps.pool.query('select pg_notify($1, $2)', notification(`credentials:${userId}`))
}
