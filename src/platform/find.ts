import { type Context, hostOf } from '../context.ts'
import type { Tx } from '../db/client.ts'
import type { PlatformClient, User } from '../db/generated/client/client.ts'
import { byId } from '../ids.ts'
import { notFound } from '../refusal.ts'

/**
 * A platform client of the viewer. One that has shown its own secret finds itself alone.
 * @throws Refusal NOT_FOUND that names `path`.
 */
export async function ownClient(ctx: Context, uid: string, path = 'id', db: Tx = ctx.db): Promise<PlatformClient> {
  const client = await db.platformClient.findUnique({ where: { uid, ownerId: hostOf(ctx) } })
  const credential = ctx.viewer?.credential
  const isOther = credential?.kind === 'platformClient' && credential.id !== client?.id
  if (client === null || isOther) throw notFound('platform client', path)
  return client
}

/** An account that the client made. @throws Refusal NOT_FOUND that names `path`. */
export async function managedAccount(
  ctx: Context,
  client: PlatformClient,
  id: string,
  path = 'id',
  db: Tx = ctx.db,
): Promise<User> {
  const user = await db.user.findUnique({ where: { ...byId(id), platformClientId: client.id } })
  if (user === null) throw notFound('account', path)
  return user
}
