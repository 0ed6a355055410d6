import type { Tx } from '../db/client.ts'
import type { ApiKey } from '../db/generated/client/client.ts'

/**
 * Makes everything that was created with an API key depend on the key that replaces it, which has
 * the same scopes. API keys and platform clients then expire with the new key at the latest. Runs
 * in the transaction that replaces the key.
 * @returns ids of the accounts whose credentials may expire earlier, for `forgetCredentials` after
 * the commit
 */
export async function transferIssued(tx: Tx, fromKeyId: number, to: ApiKey): Promise<number[]> {
  const moved = { where: { madeByKeyId: fromKeyId }, data: { madeByKeyId: to.id } }
  await tx.hook.updateMany(moved)
  await tx.apiKey.updateMany(moved)
  await tx.platformClient.updateMany(moved)
  return to.expiresAt === null ? [] : shorten(tx, { keyIds: [to.id], clientIds: [] }, to.expiresAt)
}

/**
 * Lets what was created with credentials expire at an instant at the latest, and what that created.
 */
async function shorten(tx: Tx, { keyIds, clientIds }: Makers, expiresAt: Date): Promise<number[]> {
  if (keyIds.length + clientIds.length === 0) return []
  const isLater = { OR: [{ expiresAt: null }, { expiresAt: { gt: expiresAt } }] }
  const keys = await tx.apiKey.updateManyAndReturn({
    where: { madeByKeyId: { in: keyIds }, ...isLater },
    data: { expiresAt },
    select: { id: true, userId: true },
  })
  const clients = await tx.platformClient.updateManyAndReturn({
    where: {
      AND: [
        isLater,
        { OR: [{ madeByKeyId: { in: keyIds } }, { madeByClientId: { in: clientIds } }] },
      ],
    },
    data: { expiresAt },
    select: { id: true, ownerId: true },
  })
  const shortened = { keyIds: keys.map(({ id }) => id), clientIds: clients.map(({ id }) => id) }
  const managed = await tx.user.findMany({
    where: { platformClientId: { in: shortened.clientIds } },
    select: { id: true },
  })
  return [
    ...keys.map(({ userId }) => userId),
    ...clients.map(({ ownerId }) => ownerId),
    ...managed.map(({ id }) => id),
    ...(await shorten(tx, shortened, expiresAt)),
  ]
}

interface Makers {
  keyIds: number[]
  clientIds: number[]
}
