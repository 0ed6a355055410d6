import { Repeater } from 'graphql-yoga'
import { type Context, type Viewer, viewerOf } from '../../context.ts'
import type { Delivery } from '../../db/generated/client/client.ts'
import { ApiError } from '../../errors.ts'
import { sharing } from '../../event-log/shared-reader.ts'
import { type Alarm, LOOK_AGAIN_MS, setAlarm } from '../../event-log/wake-up.ts'
import { builder } from '../../graph/builder.ts'
import { ownHook } from '../commands.ts'
import { managedBy, ownHooks } from '../ownership.ts'
import { Delivery as DeliveryType } from './types.ts'

const BATCH = 100
/** Changed deliveries that can wait for one follower. */
const MAX_WAITING = 1_000

/** Deliveries of some hooks as they change, read once for all followers in this process. */
interface Changes {
  /** @param take called with deliveries that changed */
  onChange(take: (deliveries: Delivery[]) => void, fail: (error: unknown) => void): () => void
  end(): void
}

const join = sharing<Changes>()

/** Whose deliveries: those to hooks of an account, or to one hook while the viewer manages it. */
interface Wanted {
  hostId: number
  viewer: Viewer
  hookId: number | undefined
}

function readChanges(
  ctx: Context,
  { hostId, viewer, hookId }: Wanted,
  forget: () => void,
): Changes {
  const followers = new Map<
    object,
    { take(deliveries: Delivery[]): void; fail(error: unknown): void }
  >()
  const changed = new Set<string>()
  let end = () => {}
  const ended = new Promise<void>(resolve => {
    end = resolve
  })
  const off = ctx.signals.on(`deliveries:${hostId}`, ids => {
    for (const id of ids?.split(',') ?? []) changed.add(id)
  })
  ended.then(off)
  const alarm = setAlarm(ctx, [`deliveries:${hostId}`], ended)

  async function read(): Promise<void> {
    while (!alarm.isStopped()) {
      const ids = [...changed].slice(0, BATCH)
      for (const id of ids) changed.delete(id)
      if (ids.length > 0) {
        const deliveries = await ctx.db.delivery.findMany({
          where: {
            id: { in: ids.map(BigInt) },
            hostId,
            hook: hookId === undefined ? ownHooks(viewer) : { id: hookId, ...managedBy(viewer) },
          },
          orderBy: { id: 'asc' },
        })
        for (const { take } of followers.values()) take(deliveries)
      }
      if (changed.size === 0) await alarm.wait(LOOK_AGAIN_MS)
    }
  }

  read().catch(error => {
    forget()
    for (const { fail } of followers.values()) fail(error)
  })

  return {
    onChange(take, fail) {
      const follower = {}
      followers.set(follower, { take, fail })
      return () => void followers.delete(follower)
    },
    end: () => end(),
  }
}

/** What waits for one follower: each delivery once, as it was last read. */
function waitingFor(changes: Changes, alarm: Alarm) {
  const waiting = new Map<bigint, Delivery>()
  let failure: { error: unknown } | undefined
  const fail = (error: unknown) => {
    failure ??= { error }
    alarm.ring()
  }
  const off = changes.onChange(deliveries => {
    for (const delivery of deliveries) waiting.set(delivery.id, delivery)
    if (waiting.size > MAX_WAITING) fail(tooSlow())
    alarm.ring()
  }, fail)
  return {
    /** @throws what ended the changes. */
    next(): Delivery | undefined {
      if (failure !== undefined) throw failure.error
      const [delivery] = waiting.values()
      if (delivery !== undefined) waiting.delete(delivery.id)
      return delivery
    },
    off,
  }
}

const tooSlow = (): ApiError =>
  new ApiError(
    'LIMIT_REACHED',
    `More than ${MAX_WAITING} changed deliveries wait for this subscriber. Read \`deliveries\`, then subscribe again.`,
    { limit: MAX_WAITING },
  )

/**
 * Deliveries to the viewer's hooks, or to one that they manage, each time that they change. Changes
 * that come close together can come as one. It throws LIMIT_REACHED when the reader lags behind by
 * more than 1,000 deliveries, and the error of the database when they cannot be read.
 */
async function followDeliveries(
  ctx: Context,
  hookId: string | null | undefined,
): Promise<Repeater<Delivery>> {
  const viewer = viewerOf(ctx)
  const hook = hookId == null ? undefined : await ownHook(ctx, hookId, 'hookId')
  const wanted = { hostId: hook?.hostId ?? viewer.userId, viewer, hookId: hook?.id }
  const key = JSON.stringify([wanted.hostId, viewer.userId, viewer.ofClient?.id, wanted.hookId])
  return new Repeater(async (push, stop) => {
    const alarm = setAlarm(ctx, [], stop)
    const { value: changes, leave } = join(ctx, key, forget => readChanges(ctx, wanted, forget))
    const waiting = waitingFor(changes, alarm)
    try {
      for (;;) {
        if (alarm.isStopped()) break
        const delivery = waiting.next()
        if (delivery === undefined) await alarm.wait(LOOK_AGAIN_MS)
        else await push(delivery)
      }
    } finally {
      waiting.off()
      leave()
      alarm.end()
      stop()
    }
  })
}

builder.subscriptionFields(t => ({
  deliveryEvents: t.field({
    type: DeliveryType,
    description:
      'Deliveries of the viewer, each time that one is created, attempted or ended. What happens while nobody follows is in `deliveries`. When the credential ends, a delivery cannot be read, or more than 1000 wait for a slow subscriber, the subscription ends with an error.',
    directives: { requiresScope: { scope: 'webhooks:manage' } },
    args: { hookId: t.arg.id({ description: 'Only deliveries to this hook.' }) },
    subscribe: (_root, { hookId }, ctx) => followDeliveries(ctx, hookId),
    resolve: delivery => delivery,
  }),
}))
