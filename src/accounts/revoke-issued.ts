import type { Tx } from '../db/client.ts'
import { signalDeliveries } from '../event-log/log.ts'

/** Credentials that end, by their ids. */
export interface Ended {
  keyIds?: number[]
  grantIds?: number[]
  familyIds?: number[]
  clientIds?: number[]
}

/**
 * Ends everything that was created with credentials that end: revokes API keys and platform clients
 * with the tokens of their accounts, switches hooks off, and does the same for what those created.
 * Runs in the transaction that ends them.
 * @returns ids of the accounts of which credentials ended, for `forgetCredentials` after the commit
 */
export async function revokeIssued(tx: Tx, ended: Ended, now: Date): Promise<number[]> {
  const { keyIds = [], grantIds = [], familyIds = [], clientIds = [] } = ended
  if (keyIds.length + grantIds.length + familyIds.length + clientIds.length === 0) return []
  const byThem = {
    OR: [
      { madeByKeyId: { in: keyIds } },
      { madeByGrantId: { in: grantIds } },
      { madeByFamilyId: { in: familyIds } },
      { madeByClientId: { in: clientIds } },
    ],
  }
  const keys = await tx.apiKey.updateManyAndReturn({
    where: { revokedAt: null, madeByKeyId: { in: keyIds } },
    data: { revokedAt: now },
    select: { id: true, userId: true },
  })
  const clients = await tx.platformClient.updateManyAndReturn({
    where: { revokedAt: null, ...byThem },
    data: { revokedAt: now },
    select: { id: true, ownerId: true },
  })
  const revokedIds = clients.map(({ id }) => id)
  await tx.managedToken.deleteMany({ where: { clientId: { in: revokedIds } } })
  const managed = await tx.user.findMany({
    where: { platformClientId: { in: revokedIds } },
    select: { id: true },
  })
  const hooks = await tx.hook.updateManyAndReturn({
    where: { isActive: true, ...byThem },
    data: { isActive: false, disabledReason: 'REVOKED', updatedAt: now },
    select: { id: true },
  })
  await giveUpDeliveries(
    tx,
    hooks.map(({ id }) => id),
    now,
  )
  const further = await revokeIssued(
    tx,
    { keyIds: keys.map(({ id }) => id), clientIds: revokedIds },
    now,
  )
  return [
    ...keys.map(({ userId }) => userId),
    ...clients.map(({ ownerId }) => ownerId),
    ...managed.map(({ id }) => id),
    ...further,
  ]
}

async function giveUpDeliveries(tx: Tx, hookIds: number[], now: Date): Promise<void> {
  if (hookIds.length === 0) return
  const ended = await tx.delivery.updateManyAndReturn({
    where: { hookId: { in: hookIds }, status: { in: ['PENDING', 'RETRYING'] } },
    data: {
      status: 'FAILED',
      nextAttemptAt: null,
      finishedAt: now,
      problem: 'the credential of the hook has ended',
    },
    select: { id: true, hostId: true },
  })
  for (const hostId of new Set(ended.map(delivery => delivery.hostId))) {
    const ids = ended.flatMap(delivery => (delivery.hostId === hostId ? [delivery.id] : []))
    await signalDeliveries(tx, hostId, ids)
  }
}
