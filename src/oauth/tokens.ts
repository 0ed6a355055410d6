import { forgetCredentials } from '../accounts/credentials.ts'
import { endMadeUnder } from '../accounts/end-made-under.ts'
import type { Deps } from '../context.ts'
import type { OAuthClient, OAuthGrant, RefreshToken, TokenFamily } from '../db/generated/client/client.ts'
import { transact } from '../db/transact.ts'
import { tokenHash } from '../secrets.ts'
import { InvalidGrantError } from './errors.ts'
import type { Style } from './style.ts'

/** A family with whose it is. */
export type Family = TokenFamily & { grant: OAuthGrant & { user: { id: number; uid: string } } }

const withOwner = { grant: { include: { user: { select: { id: true, uid: true } } } } } as const

/** The family of an authorization code of the client; undefined for a code that is wrong or too old. */
export async function familyOfCode(deps: Deps, client: OAuthClient, code: string): Promise<Family | undefined> {
  const family = await deps.db.tokenFamily.findUnique({ where: { codeHash: tokenHash(code) }, include: withOwner })
  return usable(deps, client, family)
}

/** A refresh token of the client with its family; undefined for one that is wrong, ended or too old. */
export async function findRefreshToken(
  deps: Deps,
  client: OAuthClient,
  token: string,
): Promise<(RefreshToken & { family: Family }) | undefined> {
  const found = await deps.db.refreshToken.findUnique({
    where: { tokenHash: tokenHash(token) },
    include: { family: { include: withOwner } },
  })
  return found !== null && usable(deps, client, found.family) ? found : undefined
}

function usable({ clock }: Deps, client: OAuthClient, family: Family | null): Family | undefined {
  if (family === null || family.grant.clientId !== client.id || family.expiresAt <= clock.now()) return undefined
  return family
}

/** Revokes every token of a family, at once and everywhere, with everything that was created with one. */
export async function endFamily(deps: Deps, { id, grant }: Family): Promise<void> {
  const ended = await transact(deps, async ({ tx }) => {
    await tx.tokenFamily.deleteMany({ where: { id } })
    return endMadeUnder(tx, { familyIds: [id] }, deps.clock.now())
  })
  await forgetCredentials(deps, grant.userId, ...ended)
}

/** Uses up a code. False when another request was first. */
export async function redeem(deps: Deps, { id }: Family): Promise<boolean> {
  const data = { redeemedAt: deps.clock.now() }
  const { count } = await transact(deps, ({ tx }) =>
    tx.tokenFamily.updateMany({ where: { id, redeemedAt: null }, data }),
  )
  return count === 1
}

/** What the next two tokens of a family are to be. */
export interface Next {
  family: Family
  /** The refresh token that pays for them; undefined for the first two, which a code paid for. */
  spent: RefreshToken | undefined
  accessToken: string
  refreshToken: string
  scopes: string[]
  /** The same by the names of the app. */
  scopeNames: string[]
}

/**
 * Adds the next two tokens to a family and spends the refresh token, both or neither.
 * @throws InvalidGrantError when the family, or the refresh token, ended meanwhile.
 */
export async function issue(
  deps: Deps,
  next: Next,
  lives: Pick<Style, 'accessTokenSeconds' | 'refreshTokenSeconds'>,
): Promise<void> {
  const { family, spent } = next
  const now = deps.clock.now()
  const after = (seconds: number) => new Date(now.getTime() + seconds * 1000)
  const wasIssued = await transact(deps, async ({ tx }) => {
    // Locks the family: whoever ends it waits, or was first.
    const { count: families } = await tx.tokenFamily.updateMany({
      where: { id: family.id },
      data: { expiresAt: after(lives.refreshTokenSeconds) },
    })
    if (families === 0) return false
    if (spent !== undefined) {
      const { count } = await tx.refreshToken.updateMany({
        where: { id: spent.id, usedAt: null },
        data: { usedAt: now },
      })
      if (count === 0) return false
    }
    const familyId = family.id
    await tx.accessToken.deleteMany({ where: { familyId, expiresAt: { lte: now } } })
    await tx.accessToken.create({
      data: {
        familyId,
        tokenHash: tokenHash(next.accessToken),
        scopes: next.scopes,
        scopeNames: next.scopeNames,
        createdAt: now,
        expiresAt: after(lives.accessTokenSeconds),
      },
    })
    await tx.refreshToken.create({ data: { familyId, tokenHash: tokenHash(next.refreshToken), createdAt: now } })
    return true
  })
  if (wasIssued) return
  // Two spent it at once, and one of them has no right to it.
  await endFamily(deps, family)
  throw new InvalidGrantError('The grant has ended.')
}

/** A token of either kind. */
export interface Found {
  kind: 'access' | 'refresh'
  family: Family
  /** By the names of the app. */
  scopeNames: string[]
  createdAt: Date
  expiresAt: Date
  /** Whether it is good now: not expired, and not spent. */
  isLive: boolean
}

/** A token that was issued, whatever its kind; undefined for any other text, and for what has ended. */
export async function findToken({ db, clock }: Deps, token: string): Promise<Found | undefined> {
  const now = clock.now()
  const where = { tokenHash: tokenHash(token) }
  const include = { family: { include: withOwner } }
  const access = await db.accessToken.findUnique({ where, include })
  if (access !== null) return { kind: 'access', ...access, isLive: access.expiresAt > now }
  const refresh = await db.refreshToken.findUnique({ where, include })
  if (refresh === null) return undefined
  const { family, createdAt, usedAt } = refresh
  const { scopeNames, expiresAt } = family
  return { kind: 'refresh', family, scopeNames, createdAt, expiresAt, isLive: usedAt === null && expiresAt > now }
}

/** Takes away what is too old for anything. Nobody waits for it. */
export function sweep({ db, clock, log }: Deps): void {
  db.tokenFamily
    .deleteMany({ where: { expiresAt: { lte: clock.now() } } })
    .catch(error => log.warn({ err: error }, 'could not take old authorizations away'))
}
