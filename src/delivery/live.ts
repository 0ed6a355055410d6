import { Repeater } from 'graphql-yoga'
import { type Context, viewerOf } from '../context.ts'
import type { Delivery } from '../db/generated/client/client.ts'
import { setAlarm } from '../events/alarm.ts'
import { builder } from '../graph/builder.ts'
import { ownHook } from '../hooks/hooks.ts'
import { managedBy, ownHooks } from '../hooks/managed.ts'
import { Delivery as DeliveryType } from './types.ts'

// A signal can be lost with its connection, and with it which deliveries changed; the log has them.
const LOOK_AGAIN_MS = 30_000
const BATCH = 100

/**
 * Deliveries to the viewer's hooks, or to one that they manage, each time that they change, as they are when they are told: changes that come close together
 * may be told as one.
 */
async function followDeliveries(ctx: Context, hookId: string | null | undefined): Promise<Repeater<Delivery>> {
  const viewer = viewerOf(ctx)
  const hook = hookId == null ? undefined : await ownHook(ctx, hookId, 'hookId')
  const hostId = hook?.hostId ?? viewer.userId
  const { credentialHolds = async () => true } = ctx
  return new Repeater(async (push, stop) => {
    const changed = new Set<string>()
    const off = ctx.signals.on(`deliveries:${hostId}`, ids => {
      for (const id of ids?.split(',') ?? []) changed.add(id)
    })
    const alarm = setAlarm(ctx, [`deliveries:${hostId}`, `credentials:${viewer.userId}`], stop)
    try {
      while (!alarm.isStopped() && (await credentialHolds())) {
        const ids = [...changed].slice(0, BATCH)
        for (const id of ids) changed.delete(id)
        const deliveries = await ctx.db.delivery.findMany({
          where: {
            id: { in: ids.map(BigInt) },
            hostId,
            hook: hook === undefined ? ownHooks(viewer) : { id: hook.id, ...managedBy(viewer) },
          },
          orderBy: { id: 'asc' },
        })
        for (const delivery of deliveries) await push(delivery)
        if (changed.size === 0) await alarm.wait(LOOK_AGAIN_MS)
      }
    } finally {
      off()
      alarm.end()
      stop()
    }
  })
}

builder.subscriptionFields(t => ({
  deliveryEvents: t.field({
    type: DeliveryType,
    description:
      'Deliveries of the viewer, each time that one is made, tried or ended. What happens while nobody follows is in `deliveries`.',
    directives: { requiresScope: { scope: 'webhooks:manage' } },
    args: { hookId: t.arg.id({ description: 'Only deliveries to this hook.' }) },
    subscribe: (_root, { hookId }, ctx) => followDeliveries(ctx, hookId),
    resolve: delivery => delivery,
  }),
}))
