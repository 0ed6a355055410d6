import { z } from 'zod'
import { type Context, hostOf } from '../../context.ts'
import type { Booking } from '../../db/generated/client/client.ts'
import { ApiError } from '../../errors.ts'
import { changeHostsFound } from '../../event-log/transaction.ts'
import { parse, text } from '../../validation.ts'
import { findSeries, type Occurrence } from '../read/series.ts'
import { attendingOf, everyone } from '../rules/attending-hosts.ts'
import type { Target } from '../rules/target.ts'
import { cancelTarget } from './cancel.ts'

const CancelSeriesInput = z.object({
  id: z.string().nullish(),
  token: z.string().nullish(),
  reason: text(10_000).nullish(),
  fromHere: z.boolean().nullish(),
})

/**
 * Cancels all occurrences of a series that are still open; with `fromHere` the one that is named
 * and those after it. All or none, in one step.
 * @returns the occurrences that the caller sees, as they stand then, by start
 * @throws ApiError NOT_FOUND; CONFLICT when none of them is open any more.
 */
export async function cancelSeries(ctx: Context, input: unknown): Promise<Occurrence[]> {
  const wanted = parse(CancelSeriesInput, input)
  const naming = { id: wanted.id, token: wanted.token }
  const found = await findSeries(ctx, naming, 'bookings:write', 'input.')
  const from = wanted.fromHere === true ? found.named?.startAt : undefined
  await changeHostsFound(
    ctx,
    async () => {
      const attending = await Promise.all(
        found.occurrences.map(({ booking }) => attendingOf(ctx.db, booking)),
      )
      return attending.flatMap(everyone)
    },
    async shared => {
      let cancelled = 0
      for (const { booking, invitee } of found.occurrences) {
        const now = await shared.tx.booking.findUniqueOrThrow({ where: { id: booking.id } })
        if (!isOpen(now, shared.now) || (from !== undefined && now.startAt < from)) continue
        const { hostId, others } = await attendingOf(shared.tx, now)
        const target: Target =
          invitee === null
            ? { by: 'HOST', booking: now, userId: hostOf(ctx) }
            : { by: 'INVITEE', booking: now, invitee }
        await cancelTarget(shared.of(hostId, others), target, wanted.reason ?? null)
        cancelled++
      }
      if (cancelled === 0)
        throw new ApiError('CONFLICT', 'No occurrence of the series is open any more.')
    },
  )
  return (await findSeries(ctx, naming, 'bookings:write', 'input.')).occurrences
}

const isOpen = ({ status, endAt }: Booking, now: Date): boolean =>
  (status === 'PENDING' || status === 'CONFIRMED') && endAt > now
