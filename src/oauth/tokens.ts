import { forgetCredentials } from '../accounts/credentials.ts'
import { revokeIssued } from '../accounts/revoke-issued.ts'
import type { Deps } from '../context.ts'
import type { Tx } from '../db/client.ts'
import type {
  OAuthClient,
  OAuthGrant,
  RefreshToken,
  TokenFamily,
} from '../db/generated/client/client.ts'
import { transact } from '../db/transact.ts'
import { tokenHash } from '../secrets.ts'
import { InvalidGrantError } from './errors.ts'
import type { Style } from './style.ts'

/** A token family with its owner. */
export type Family = TokenFamily & { grant: OAuthGrant & { user: { id: number; uid: string } } }

const withOwner = { grant: { include: { user: { select: { id: true, uid: true } } } } } as const

/**
 * The family of an authorization code of the client; undefined for a code that is wrong or too old.
 */
export async function familyOfCode(
  deps: Deps,
  client: OAuthClient,
  code: string,
): Promise<Family | undefined> {
  const family = await deps.db.tokenFamily.findUnique({
    where: { codeHash: tokenHash(code) },
    include: withOwner,
  })
  return usable(deps, client, family)
}

/**
 * A refresh token of the client with its family; undefined for one that is wrong, ended or too old.
 */
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
  if (family === null || family.grant.clientId !== client.id || family.expiresAt <= clock.now())
    return undefined
  return family
}

/**
 * Revokes every token of a family, at once and everywhere, with everything that was created with
 * one.
 */
export async function endFamily(deps: Deps, { id, grant }: Family): Promise<void> {
  const ended = await transact(deps, async ({ tx }) => {
    await tx.tokenFamily.deleteMany({ where: { id } })
    return revokeIssued(tx, { familyIds: [id] }, deps.clock.now())
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
  /**
   * The refresh token that they are issued for; undefined for the first two, which are issued for a
   * code.
   */
  spent: RefreshToken | undefined
  accessToken: string
  refreshToken: string
  scopes: string[]
  /** The same by the names of the app. */
  scopeNames: string[]
}

/**
 * How long a spent refresh token still gets tokens, in seconds. Requests of one app that refresh at
 * the same time, or that lost an answer, each get a pair; RFC 9700 section 4.14.2 leaves room for
 * it.
 */
const GRACE_SECONDS = 60

/** How many pairs one refresh token gets at most, within its grace. */
const MAX_SUCCESSORS = 10

/** How many refresh tokens of a family are unspent at most. The oldest others count as spent. */
const MAX_UNSPENT = 10

/** Whether a refresh token is used again after its grace: one of its two users has stolen it. */
export const isStolen = ({ clock }: Deps, { usedAt }: Pick<RefreshToken, 'usedAt'>): boolean =>
  usedAt !== null && clock.now().getTime() - usedAt.getTime() >= GRACE_SECONDS * 1000

/**
 * Adds the next two tokens to a family and spends the refresh token, both or neither.
 * @throws InvalidGrantError when the family ended in the meantime, or when the refresh token gets
 * no more.
 */
export async function issue(
  deps: Deps,
  next: Next,
  lives: Pick<Style, 'accessTokenSeconds' | 'refreshTokenSeconds'>,
): Promise<void> {
  const { family, spent } = next
  const now = deps.clock.now()
  const after = (seconds: number) => new Date(now.getTime() + seconds * 1000)
  const outcome = await transact(deps, async ({ tx }) => {
    // Locks the family: requests that end it, or that refresh it too, wait.
    const { count: families } = await tx.tokenFamily.updateMany({
      where: { id: family.id },
      data: { expiresAt: after(lives.refreshTokenSeconds) },
    })
    if (families === 0) return 'ended'
    if (spent !== undefined) {
      const { usedAt, successors } = await tx.refreshToken.findUniqueOrThrow({
        where: { id: spent.id },
      })
      if (isStolen(deps, { usedAt })) return 'stolen'
      if (successors >= MAX_SUCCESSORS) return 'exhausted'
      const data = { usedAt: usedAt ?? now, successors: successors + 1 }
      await tx.refreshToken.update({ where: { id: spent.id }, data })
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
    await tx.refreshToken.create({
      data: { familyId, tokenHash: tokenHash(next.refreshToken), createdAt: now },
    })
    await spendOldest(tx, familyId, now)
    return 'issued'
  })
  if (outcome === 'issued') return
  if (outcome === 'exhausted') throw new InvalidGrantError('The refresh token was used too often.')
  await endFamily(deps, family)
  throw new InvalidGrantError(
    spent === undefined ? 'The grant has ended.' : 'The refresh token has ended.',
  )
}

/**
 * Counts all but the newest refresh tokens of a family as spent, so that parallel refreshes cannot
 * multiply them.
 */
async function spendOldest(tx: Tx, familyId: number, now: Date): Promise<void> {
  const surplus = await tx.refreshToken.findMany({
    where: { familyId, usedAt: null },
    orderBy: { id: 'desc' },
    skip: MAX_UNSPENT,
    select: { id: true },
  })
  if (surplus.length === 0) return
  await tx.refreshToken.updateMany({
    where: { id: { in: surplus.map(({ id }) => id) } },
    data: { usedAt: now },
  })
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

/**
 * A token that was issued, whatever its kind; undefined for any other text, and for what has ended.
 */
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
  return {
    kind: 'refresh',
    family,
    scopeNames,
    createdAt,
    expiresAt,
    isLive: usedAt === null && expiresAt > now,
  }
}

/** Deletes expired token families in the background. */
export function sweep({ db, clock, log }: Deps): void {
  db.tokenFamily
    .deleteMany({ where: { expiresAt: { lte: clock.now() } } })
    .catch(error => log.warn({ err: error }, 'could not take old authorizations away'))
}
