import { wholeReachOf } from '../accounts/credential-bounds.ts'
import { type Context, hostOf, lacking, type Viewer, viewerOf } from '../context.ts'
import type { Tx } from '../db/client.ts'
import type { PlatformClient, User } from '../db/generated/client/client.ts'
import { notFound } from '../errors.ts'
import { byId } from '../ids.ts'

/**
 * A scope of the platform client that the viewer lacks; undefined for a viewer who may do all that
 * it may.
 */
export function scopeBeyond({ credential, scopes }: Viewer, client: PlatformClient) {
  if (credential.kind === 'platformClient' && credential.id === client.id) return undefined
  return [...wholeReachOf(client)].find(scope => !scopes.has(scope))
}

/**
 * A platform client of the viewer. A client that authenticated with its own secret finds only
 * itself. Managing a client gives access to its secret and the tokens of its accounts, so it
 * requires every scope of the client.
 * @throws ApiError NOT_FOUND that names `path`; INSUFFICIENT_SCOPE for a credential that may do
 * less than the client.
 */
export async function ownClient(
  ctx: Context,
  uid: string,
  path = 'clientId',
  db: Tx = ctx.db,
): Promise<PlatformClient> {
  const client = await db.platformClient.findUnique({ where: { uid, ownerId: hostOf(ctx) } })
  const credential = ctx.viewer?.credential
  const isOther = credential?.kind === 'platformClient' && credential.id !== client?.id
  if (client === null || isOther) throw notFound('platform client', path)
  const beyond = scopeBeyond(viewerOf(ctx), client)
  if (beyond !== undefined) throw lacking(beyond)
  return client
}

/** An account that the client made. @throws ApiError NOT_FOUND that names `path`. */
export async function managedAccount(
  ctx: Context,
  client: PlatformClient,
  id: string,
  path = 'userId',
  db: Tx = ctx.db,
): Promise<User> {
  const user = await db.user.findUnique({ where: { ...byId(id), platformClientId: client.id } })
  if (user === null) throw notFound('account', path)
  return user
}
