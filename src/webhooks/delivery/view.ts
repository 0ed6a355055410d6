import { z } from 'zod'
import { type Context, viewerOf } from '../../context.ts'
import type { Tx } from '../../db/client.ts'
import type { Delivery, DeliveryAttempt, Prisma } from '../../db/generated/client/client.ts'
import { notFound } from '../../errors.ts'
import { eventsById } from '../../event-log/find.ts'
import { allEventKinds, type LoggedEvent } from '../../event-log/kinds.ts'
import { type Keyset, type PageArguments, pageOf, past } from '../../graph/keyset-pagination.ts'
import { attemptId } from '../../graph/object-ids.ts'
import { byId } from '../../ids.ts'
import { instant, parse } from '../../validation.ts'
import { ownHook } from '../commands.ts'
import { managedBy, ownHooks } from '../ownership.ts'

/** A delivery, with its event where that was read along. */
export interface DeliveryView extends Delivery {
  event?: LoggedEvent | null
}

const Filter = z.object({
  hookId: z.string().nullish(),
  statuses: z.array(z.enum(['PENDING', 'RETRYING', 'DELIVERED', 'FAILED'])).nullish(),
  kinds: z.array(z.enum(allEventKinds, 'is no kind of event')).nullish(),
  since: instant.nullish(),
  until: instant.nullish(),
})

const newest: Keyset<DeliveryView, [number]> = {
  name: 'deliveries',
  order: 'desc',
  key: z.tuple([z.int()]),
  keyOf: delivery => [Number(delivery.id)],
}

/**
 * A page of the deliveries to hooks that the viewer made, or to one that they manage, newest first.
 * Reads a range of the index on (hostId, id), or (hookId, id).
 */
export async function listDeliveries(
  ctx: Context,
  { filter, ...args }: PageArguments & { filter?: unknown },
) {
  const viewer = viewerOf(ctx)
  const { hookId, statuses, kinds, since, until } = parse(Filter, filter ?? {}, 'filter')
  const hook = hookId == null ? undefined : await ownHook(ctx, hookId, 'filter.hookId')
  const where: Prisma.DeliveryWhereInput = {
    ...(hook === undefined ? { hostId: viewer.userId } : { hookId: hook.id }),
    ...(viewer.ofClient !== undefined && { hook: ownHooks(viewer) }),
    ...(statuses != null && { status: { in: statuses } }),
    ...(kinds != null && { kind: { in: kinds } }),
    createdAt: { ...(since != null && { gte: since }), ...(until != null && { lt: until }) },
  }
  const page = await pageOf(newest, args, async ({ from, order, take }) =>
    withEvents(
      ctx,
      await ctx.db.delivery.findMany({
        where: { ...where, ...(from && { id: past(from.side, from.key[0]) }) },
        orderBy: { id: order },
        take,
      }),
    ),
  )
  return { ...page, totalCount: () => ctx.db.delivery.count({ where }) }
}

const latest: Keyset<DeliveryAttempt, [number]> = {
  name: 'attempts',
  order: 'desc',
  key: z.tuple([z.int32()]),
  keyOf: attempt => [attempt.number],
}

/** A page of the attempts of a delivery, the last one first. Reads a range of the primary key. */
export async function listAttempts(ctx: Context, delivery: DeliveryView, args: PageArguments) {
  const where = { deliveryId: delivery.id }
  const page = await pageOf(latest, args, ({ from, order, take }) =>
    ctx.db.deliveryAttempt.findMany({
      where: { ...where, ...(from && { number: past(from.side, from.key[0]) }) },
      orderBy: { number: order },
      take,
    }),
  )
  return { ...page, totalCount: () => delivery.attemptCount }
}

/** The delivery that an id names, to a hook that the viewer manages; null when there is none. */
export const findDelivery = (ctx: Context, id: string, db: Tx = ctx.db): Promise<Delivery | null> =>
  db.delivery.findFirst({ where: { ...byId(id), hook: managedBy(viewerOf(ctx)) } })

/** The same. @throws ApiError NOT_FOUND. */
export async function ownDelivery(
  ctx: Context,
  id: string,
  path: string,
  db: Tx = ctx.db,
): Promise<Delivery> {
  const delivery = await findDelivery(ctx, id, db)
  if (delivery === null) throw notFound('delivery', path)
  return delivery
}

/**
 * An attempt of a delivery to a hook that the viewer manages, by its id; null when there is none.
 */
export async function findAttempt(ctx: Context, id: string): Promise<DeliveryAttempt | null> {
  const key = attemptId.key(id)
  if (key === undefined) return null
  return ctx.db.deliveryAttempt.findFirst({
    where: {
      deliveryId: BigInt(key.deliveryId),
      number: key.number,
      delivery: { hook: managedBy(viewerOf(ctx)) },
    },
  })
}

/** The event of a delivery; null for a test event. */
export async function eventOf(
  ctx: Context,
  { event, eventId }: DeliveryView,
): Promise<LoggedEvent | null> {
  if (event !== undefined || eventId === null) return event ?? null
  return (await eventsById(ctx.pool, [eventId]))[0] ?? null
}

/** Reads the events of a page in one statement. */
async function withEvents(ctx: Context, deliveries: Delivery[]): Promise<DeliveryView[]> {
  const ids = deliveries.flatMap(({ eventId }) => (eventId === null ? [] : [eventId]))
  const events = new Map((await eventsById(ctx.pool, ids)).map(event => [event.id, event]))
  return deliveries.map(delivery => ({
    ...delivery,
    event: delivery.eventId === null ? null : (events.get(delivery.eventId) ?? null),
  }))
}
