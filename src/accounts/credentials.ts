import { LRUCache } from 'lru-cache'
import { z } from 'zod'
import type { Deps, Viewer } from '../context.ts'
import type { Tx } from '../db/client.ts'
import { ApiError } from '../errors.ts'
import { notification } from '../event-log/signals.ts'
import { allScopes, isKeyScope, isScope } from '../scopes.ts'
import { equalInConstantTime, newToken, tokenHash } from '../secrets.ts'
import { earlier, isLiveClient, ownersReachOf } from './credential-bounds.ts'
import { scopesFor } from './permissions.ts'

const KEY_PREFIX = 'cal_'
const SESSION_PREFIX = 'mss_'
// Base64 of `{"`, with which every JSON web token begins: those of managed accounts are such.
const JWT_PREFIX = 'eyJ'
const SESSION_DAYS = 30
// A signal empties the cache when a credential ends, and nothing is taken from it while signals may
// be missing.
const CACHED_MS = 10_000
const USED_AGAIN_AFTER_MS = 60_000

/** How long a session lasts, in seconds. */
export const SESSION_SECONDS = SESSION_DAYS * 24 * 60 * 60

/** A new API key. Calendo and Cal.com clients know theirs by this prefix. */
export const newApiKey = (): string => newToken(KEY_PREFIX)

/** Who a credential stands for, looked up once in a while and not for every request. */
export interface Credentials {
  /**
   * The viewer of an API key, a session token or an OAuth access token.
   * @throws ApiError UNAUTHENTICATED when there is none: wrong, expired, revoked or logged out.
   * `isExpired` says whether it is known to have expired: rows of expired credentials are deleted
   * after some days.
   */
  viewerOf(token: string): Promise<Viewer>
  /**
   * The owner of a platform client, by its secret.
   * @throws ApiError UNAUTHENTICATED for a wrong one.
   */
  viewerOfClient(client: PresentedClient): Promise<Viewer>
  close(): void
}

/** A platform client and its secret, as a request brings them. */
export interface PresentedClient {
  uid: string
  secret: string
}

interface Known {
  viewer: Viewer
  expiresAt: Date | null
  lastUsedAt: Date | null
  /** Stores when it was used, for credentials that show it. */
  noteUse?: (now: Date) => Promise<unknown>
}

/** The look-up of one gateway. */
export function credentialsOf(deps: Deps): Credentials {
  const cache = new LRUCache<string, Known>({ max: 10_000, ttl: CACHED_MS })
  let endings = 0
  // Looks that are under way, so that many requests at once with one credential make one.
  const looks = new Map<string, Promise<Known | undefined>>()
  const off = deps.signals.onEvery('credentials', userId => {
    endings++
    looks.clear()
    for (const [key, known] of cache.entries()) {
      if (userId === undefined || known.viewer.userId === userId) cache.delete(key)
    }
  })

  function sharedLook(
    key: string,
    look: () => Promise<Known | undefined>,
  ): Promise<Known | undefined> {
    const running = looks.get(key)
    if (running !== undefined) return running
    const started = look()
      .then(known => known && { ...known, viewer: { ...known.viewer, expiresAt: known.expiresAt } })
      .finally(() => {
        if (looks.get(key) === started) looks.delete(key)
      })
    looks.set(key, started)
    return started
  }

  async function viewerBy(
    sent: string,
    look: (hash: Uint8Array<ArrayBuffer>) => Promise<Known | undefined>,
  ) {
    const hash = tokenHash(sent)
    const key = Buffer.from(hash).toString('base64')
    const before = endings
    // While signals may be missing, nobody would say that a credential has ended.
    const kept = deps.signals.isConnected() ? cache.get(key) : undefined
    const known = kept ?? (await sharedLook(key, () => look(hash)))
    const now = deps.clock.now()
    if (known === undefined || (known.expiresAt !== null && known.expiresAt <= now)) {
      cache.delete(key)
      const isExpired = known !== undefined || isExpiredManagedToken(deps, sent)
      throw new ApiError('UNAUTHENTICATED', 'The credential is not valid, or not valid any more.', {
        isExpired,
      })
    }
    // What was read while a credential ended may be what was true before.
    if (endings === before && known !== kept) cache.set(key, known)
    noteUse(deps, known, now)
    return known.viewer
  }

  return {
    viewerOf: token => viewerBy(token, hash => look(deps, token, hash)),
    viewerOfClient: client =>
      viewerBy(`${client.uid} ${client.secret}`, () => lookForClient(deps, client)),
    close: off,
  }
}

async function look(
  deps: Deps,
  token: string,
  hash: Uint8Array<ArrayBuffer>,
): Promise<Known | undefined> {
  if (token.startsWith(KEY_PREFIX)) return lookForKey(deps, hash)
  if (token.startsWith(SESSION_PREFIX)) return lookForSession(deps, hash)
  const managed = token.startsWith(JWT_PREFIX) ? await lookForManagedToken(deps, hash) : undefined
  // Any other prefix is one of access tokens: each dialect of OAuth has its own.
  return managed ?? lookForAccessToken(deps, hash)
}

async function lookForKey(
  { db }: Deps,
  tokenHash: Uint8Array<ArrayBuffer>,
): Promise<Known | undefined> {
  const row = await db.apiKey.findUnique({ where: { tokenHash, revokedAt: null } })
  if (row === null) return undefined
  const { id, userId, expiresAt, lastUsedAt } = row
  return {
    viewer: {
      userId,
      credential: { kind: 'apiKey', id },
      scopes: new Set(row.scopes.filter(isScope)),
      expiresAt,
    },
    expiresAt,
    lastUsedAt,
    noteUse: now => db.apiKey.updateMany({ where: { id }, data: { lastUsedAt: now } }),
  }
}

async function lookForSession(
  { db }: Deps,
  tokenHash: Uint8Array<ArrayBuffer>,
): Promise<Known | undefined> {
  const row = await db.session.findUnique({ where: { tokenHash } })
  if (row === null) return undefined
  const { id, userId, expiresAt } = row
  return {
    viewer: { userId, credential: { kind: 'session', id }, scopes: allScopes },
    expiresAt,
    lastUsedAt: null,
  }
}

async function lookForAccessToken(
  { db }: Deps,
  tokenHash: Uint8Array<ArrayBuffer>,
): Promise<Known | undefined> {
  const row = await db.accessToken.findUnique({
    where: { tokenHash },
    include: {
      family: { select: { grant: { select: { id: true, userId: true, lastUsedAt: true } } } },
    },
  })
  if (row === null) return undefined
  const { id, familyId, expiresAt, scopes } = row
  const { id: grantId, userId, lastUsedAt } = row.family.grant
  return {
    // Whatever is stored, no token gets what takes a session.
    viewer: {
      userId,
      credential: { kind: 'accessToken', id, grantId, familyId },
      scopes: new Set(scopes.filter(isKeyScope)),
    },
    expiresAt,
    lastUsedAt,
    noteUse: now => db.oAuthGrant.updateMany({ where: { id: grantId }, data: { lastUsedAt: now } }),
  }
}

async function lookForManagedToken(
  { db, clock }: Deps,
  accessHash: Uint8Array<ArrayBuffer>,
): Promise<Known | undefined> {
  const row = await db.managedToken.findUnique({ where: { accessHash }, include: { client: true } })
  if (row === null || !(await isLiveClient(db, row.client, clock.now()))) return undefined
  const { id, userId, client, accessExpiresAt } = row
  return {
    viewer: {
      userId,
      credential: { kind: 'managedToken', id, clientId: client.id },
      scopes: new Set(scopesFor(client.permissions)),
      pages: client.redirectUris,
    },
    expiresAt: earlier(accessExpiresAt, client.expiresAt),
    lastUsedAt: null,
  }
}

const Claims = z.object({ type: z.literal('access'), expiresAt: z.number() })

/** Whether it is a token of ours whose time has come, even where nobody remembers it. */
function isExpiredManagedToken({ secrets, clock }: Deps, token: string): boolean {
  if (!token.startsWith(JWT_PREFIX)) return false
  const { data } = Claims.safeParse(secrets.readJwt(token))
  return data !== undefined && data.expiresAt <= clock.now().getTime()
}

async function lookForClient(
  { db, secrets, clock }: Deps,
  { uid, secret }: PresentedClient,
): Promise<Known | undefined> {
  const client = await db.platformClient.findUnique({ where: { uid } })
  if (client === null || !equalInConstantTime(secret, secrets.decrypt(client.encryptedSecret)))
    return undefined
  if (!(await isLiveClient(db, client, clock.now()))) return undefined
  const { id, ownerId: userId, expiresAt } = client
  const scopes = ownersReachOf(client)
  return {
    viewer: {
      userId,
      credential: { kind: 'platformClient', id },
      scopes: new Set([...scopes, 'webhooks:manage']),
      expiresAt,
      ...(!scopes.has('webhooks:manage') && {
        ofClient: { id, scopes: new Set(scopesFor(client.permissions)) },
      }),
    },
    expiresAt,
    lastUsedAt: null,
  }
}

/** Keeps the last use of a credential, to the minute. Nobody waits for it. */
function noteUse(deps: Deps, known: Known, now: Date): void {
  if (known.noteUse === undefined) return
  if (known.lastUsedAt !== null && now.getTime() - known.lastUsedAt.getTime() < USED_AGAIN_AFTER_MS)
    return
  known.lastUsedAt = now
  known
    .noteUse(now)
    .catch(error => deps.log.warn({ err: error }, 'could not note the use of a credential'))
}

/** A session that was opened. Its token is for the cookie. */
export interface OpenedSession {
  token: string
  viewer: Viewer
}

/** Opens a session. */
export async function openSession(tx: Tx, userId: number, now: Date): Promise<OpenedSession> {
  const token = newToken(SESSION_PREFIX)
  const expiresAt = new Date(now.getTime() + SESSION_SECONDS * 1000)
  // Old ones of the account go whenever it logs in, so they cannot pile up.
  await tx.session.deleteMany({ where: { userId, expiresAt: { lte: now } } })
  const data = { userId, tokenHash: tokenHash(token), createdAt: now, expiresAt }
  const { id } = await tx.session.create({ data })
  return { token, viewer: { userId, credential: { kind: 'session', id }, scopes: allScopes } }
}

/**
 * Notifies every process that credentials of the accounts have ended. This process knows it when
 * the promise resolves.
 */
export async function forgetCredentials(deps: Deps, ...userIds: number[]): Promise<void> {
  for (const id of userIds) deps.signals.ring(`credentials:${id}`)
  const signals = JSON.stringify(userIds.map(userId => notification(`credentials:${userId}`)))
  await deps.pool.query(
    'select pg_notify(signal->>0, signal->>1) from json_array_elements($1::json) signal',
    [signals],
  )
}
