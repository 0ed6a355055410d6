import { z } from 'zod'
import { type Context, viewerOf } from '../../context.ts'
import type { Delivery, Hook } from '../../db/generated/client/client.ts'
import { ApiError } from '../../errors.ts'
import { addTurns, signalDeliveries } from '../../event-log/log.ts'
import { type Change, changeHost } from '../../event-log/transaction.ts'
import { newUid } from '../../ids.ts'
import { instant, parse } from '../../validation.ts'
import { changeHook } from '../commands.ts'
import { requirePayloadScopes } from '../payload-scopes.ts'
import { ownDelivery } from './view.ts'

/**
 * Sends a delivery again, delivered or not, under the same id and with the same body, with all its
 * retries before it. One that was delivered or given up is sent independently of the others of its
 * booking: it neither waits nor holds any back.
 * @throws ApiError NOT_FOUND; CONFLICT while its hook is off; INSUFFICIENT_SCOPE unless the viewer
 * may read what it shows.
 */
export async function replayDelivery(ctx: Context, id: string): Promise<Delivery> {
  const { hostId } = await ownDelivery(ctx, id, 'input.id')
  return changeHost(ctx, hostId, async change => {
    const { tx, now } = change
    const delivery = await ownDelivery(ctx, id, 'input.id', tx)
    requirePayloadScopes(viewerOf(ctx), [delivery.kind])
    requireOn(await tx.hook.findUniqueOrThrow({ where: { id: delivery.hookId } }))
    // It has not been sent at all: it comes as it is.
    if (delivery.status === 'PENDING') return delivery
    const isFinished = delivery.status !== 'RETRYING'
    const again = await tx.delivery.update({
      where: { id: delivery.id },
      data: { ...dueAt(now), ...(isFinished && { orderKey: null }) },
    })
    await send(change, delivery.hookId, [delivery.id])
    return again
  })
}

const ReplayInput = z.object({ hookId: z.string(), since: instant, until: instant.nullish() })

/**
 * Sends everything again that a hook was not sent successfully for events since an instant, in
 * event order for each booking.
 * @returns how many deliveries that are
 * @throws ApiError NOT_FOUND; INVALID_INPUT; CONFLICT while the hook is off; INSUFFICIENT_SCOPE
 * unless the viewer may read what its payloads show.
 */
export async function replayFailedDeliveries(
  ctx: Context,
  input: unknown,
): Promise<{ hook: Hook; count: number }> {
  const { hookId, since, until } = parse(ReplayInput, input)
  return changeHook(ctx, hookId, 'input.hookId', async (change, hook) => {
    const { tx, now } = change
    requirePayloadScopes(viewerOf(ctx), hook.events)
    requireOn(hook)
    const failed = await tx.delivery.updateManyAndReturn({
      where: {
        hookId: hook.id,
        status: 'FAILED',
        createdAt: { gte: since, ...(until != null && { lt: until }) },
      },
      data: { ...dueAt(now), holdsBack: true },
      select: { id: true },
    })
    if (failed.length > 0)
      await send(
        change,
        hook.id,
        failed.map(({ id }) => id),
      )
    return { hook, count: failed.length }
  })
}

/**
 * Sends a hook a message that says it is a test.
 * @throws ApiError NOT_FOUND; CONFLICT while the hook is off.
 */
export async function sendTestEvent(ctx: Context, hookId: string): Promise<Delivery> {
  return changeHook(ctx, hookId, 'input.hookId', async (change, hook) => {
    const { tx, hostId, now } = change
    requireOn(hook)
    const body = ctx.formats.get(hook.dialect)?.testBody(hook.uid, now) ?? null
    const delivery = await tx.delivery.create({
      data: {
        uid: newUid('Delivery'),
        hostId,
        hookId: hook.id,
        kind: 'TEST',
        body,
        createdAt: now,
      },
    })
    await send(change, hook.id, [delivery.id])
    return delivery
  })
}

/** As if it had just failed for the first time, and were to be tried again now. */
const dueAt = (now: Date) =>
  ({ status: 'RETRYING', nextAttemptAt: now, tries: 0, finishedAt: null }) as const

function requireOn({ isActive }: Hook): void {
  if (!isActive) throw new ApiError('CONFLICT', 'The hook is switched off; switch it on first.')
}

async function send({ tx, hostId }: Change, hookId: number, ids: bigint[]): Promise<void> {
  await addTurns(tx, [hookId])
  await signalDeliveries(tx, hostId, ids)
}
