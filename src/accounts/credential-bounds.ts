// What a credential that is created by another may be. A credential never has more scopes than the
// one that created it, never outlives it, and ends with it.

import type { Viewer } from '../context.ts'
import type { Tx } from '../db/client.ts'
import type { ApiKey, PlatformClient } from '../db/generated/client/client.ts'
import { ApiError, invalidFields } from '../errors.ts'
import { allScopes, isKeyScope, isScope, keyScopes, type Scope } from '../scopes.ts'
import { permissionScopesIn, scopesFor } from './permissions.ts'

/**
 * The credential that created a row. All null: a session or the operator, so that the row depends
 * on nothing.
 */
export interface Maker {
  madeByKeyId: number | null
  madeByGrantId: number | null
  /**
   * The family whose token was used. It is not checked: tokens that expire leave the grant, revoked
   * ones end the row.
   */
  madeByFamilyId: number | null
  madeByClientId: number | null
}

const nobody: Maker = {
  madeByKeyId: null,
  madeByGrantId: null,
  madeByFamilyId: null,
  madeByClientId: null,
}

/** The maker of what the viewer creates. @throws Error for a delivery, which creates nothing. */
export function makerOf({ credential }: Viewer): Maker {
  switch (credential.kind) {
    case 'session':
      return nobody
    case 'apiKey':
      return { ...nobody, madeByKeyId: credential.id }
    case 'accessToken':
      return { ...nobody, madeByGrantId: credential.grantId, madeByFamilyId: credential.familyId }
    case 'platformClient':
      return { ...nobody, madeByClientId: credential.id }
    case 'managedToken':
      return { ...nobody, madeByClientId: credential.clientId }
    case 'hook':
      throw new Error('a delivery creates no credential')
  }
}

/** A field of the input, with the scopes that its value gives to the new credential. */
interface Given {
  path: string
  /** The value as the caller wrote it. */
  name: string
  scopes: readonly Scope[]
}

/** What the new credential may be. */
export interface Bounds {
  maker: Maker
  /** The scopes of the creator that a credential can have. */
  scopes: Scope[]
  expiresAt: Date | null
}

/**
 * Decides what a new credential may be, given the one that creates it. It expires at the instant
 * that is asked for, or with its creator if that is earlier.
 * @throws ApiError INVALID_INPUT that names each field which asks for more than the creator has.
 */
export function boundsFor(
  viewer: Viewer,
  given: readonly Given[],
  expiresAt: Date | null = null,
): Bounds {
  const problems = given.flatMap(({ path, name, scopes }) => {
    const lacking = scopes.filter(scope => !viewer.scopes.has(scope))
    if (lacking.length === 0) return []
    return [
      {
        path,
        message: `${name} needs ${lacking.join(' and ')}, which the credential of this request lacks`,
      },
    ]
  })
  if (problems.length > 0) throw invalidFields(problems)
  return {
    maker: makerOf(viewer),
    scopes: [...viewer.scopes].filter(scope => keyScopes.has(scope)),
    expiresAt: earlier(expiresAt, endOf(viewer)),
  }
}

/**
 * When what the viewer creates expires at the latest; null is never. A session and the tokens of an
 * app expire only so that they are renewed: the account and the grant, for which they stand, do
 * not.
 */
const endOf = ({ credential: { kind }, expiresAt = null }: Viewer): Date | null =>
  kind === 'apiKey' || kind === 'platformClient' ? expiresAt : null

/** The earlier of two instants; null is never. */
export const earlier = (one: Date | null, other: Date | null): Date | null => {
  if (one === null || other === null) return one ?? other
  return one < other ? one : other
}

/**
 * Holds the maker until the transaction ends, so that it cannot end between the check and the
 * commit.
 * @throws ApiError UNAUTHENTICATED when it has ended in the meantime.
 */
export async function holdMaker(tx: Tx, maker: Maker): Promise<void> {
  const { madeByKeyId, madeByGrantId, madeByFamilyId, madeByClientId } = maker
  const held = await Promise.all([
    madeByKeyId === null ||
      tx.$queryRaw<
        unknown[]
      >`select from "ApiKey" where "id" = ${madeByKeyId}::int and "revokedAt" is null for share`,
    madeByGrantId === null ||
      tx.$queryRaw<
        unknown[]
      >`select from "OAuthGrant" where "id" = ${madeByGrantId}::int for share`,
    madeByFamilyId === null ||
      tx.$queryRaw<
        unknown[]
      >`select from "TokenFamily" where "id" = ${madeByFamilyId}::int for share`,
    madeByClientId === null ||
      tx.$queryRaw<
        unknown[]
      >`select from "PlatformClient" where "id" = ${madeByClientId}::int and "revokedAt" is null for share`,
  ])
  if (held.some(rows => rows !== true && rows.length === 0))
    throw new ApiError('UNAUTHENTICATED', 'The credential is not valid any more.')
}

/** What a platform client may do on its owner's own account. */
export const ownersReachOf = (client: PlatformClient): Set<Scope> =>
  new Set(scopesFor(client.permissions).filter(scope => client.ownerScopes.includes(scope))).add(
    'platform:manage',
  )

/**
 * Everything that a platform client may do, on its owner's account or on accounts that it manages
 * by a permission.
 */
export const wholeReachOf = (client: PlatformClient): Set<Scope> =>
  new Set([...permissionScopesIn(client.permissions), ...ownersReachOf(client)])

/** Whether an API key works at an instant. */
const isLiveKey = ({ revokedAt, expiresAt }: ApiKey, now: Date): boolean =>
  revokedAt === null && (expiresAt === null || expiresAt > now)

/** Whether a platform client works at an instant, and the credential that created it too. */
export async function isLiveClient(db: Tx, client: PlatformClient, now: Date): Promise<boolean> {
  if (client.revokedAt !== null || (client.expiresAt !== null && client.expiresAt <= now))
    return false
  return (await reachOfMaker(db, client, client.ownerId, now)) !== undefined
}

/**
 * What the maker of a row may do now on an account; undefined when it has ended.
 * @param accountId whose data it is about: a platform client may do other things on its owner's
 * account than on those that it manages
 */
export async function reachOfMaker(
  db: Tx,
  { madeByKeyId, madeByGrantId, madeByClientId }: Maker,
  accountId: number,
  now: Date,
): Promise<ReadonlySet<Scope> | undefined> {
  if (madeByKeyId !== null) {
    const key = await db.apiKey.findUnique({ where: { id: madeByKeyId } })
    return key !== null && isLiveKey(key, now) ? new Set(key.scopes.filter(isScope)) : undefined
  }
  if (madeByGrantId !== null) {
    const grant = await db.oAuthGrant.findUnique({ where: { id: madeByGrantId } })
    return grant === null ? undefined : new Set(grant.scopes.filter(isKeyScope))
  }
  if (madeByClientId !== null) {
    const client = await db.platformClient.findUnique({ where: { id: madeByClientId } })
    if (client === null || !(await isLiveClient(db, client, now))) return undefined
    return client.ownerId === accountId
      ? ownersReachOf(client)
      : new Set(scopesFor(client.permissions))
  }
  return allScopes
}
