import { z } from 'zod'
import { MAX_RANGE_DAYS, MAX_TIMES } from '../../bounds.ts'
import { type Context, hostOf } from '../../context.ts'
import { invalid } from '../../errors.ts'
import { accountToRead } from '../../teams/organization.ts'
import { DAY_MS } from '../../time.ts'
import { instant, parse } from '../../validation.ts'

const Asked = z.object({ start: instant, end: instant, userId: z.string().nullish() })

/** Time of a host that is taken. */
export interface BusyTime {
  startAt: Date
  endAt: Date
  /** With the buffers before and after. */
  takenFrom: Date
  takenUntil: Date
  /** Null where a start is only held. */
  bookingUid: string | null
}

/**
 * What of the time of the viewer, or of an account whose organization they manage, is taken between
 * two instants, in order: bookings and reservations that keep it from others. Bookings of other
 * teams have no ids.
 * @throws ApiError NOT_FOUND for other accounts; INVALID_INPUT for more than 62 days, or 3000
 * times.
 */
export async function busyTimes(ctx: Context, input: unknown): Promise<BusyTime[]> {
  const viewerId = hostOf(ctx)
  const { start, end, userId } = parse(Asked, input, '')
  if (end <= start) throw invalid('end', 'must be after start')
  if (end.getTime() - start.getTime() > MAX_RANGE_DAYS * DAY_MS)
    throw invalid('end', `must lie at most ${MAX_RANGE_DAYS} days from start`)
  const hostId = await accountToRead(ctx, userId, 'userId')
  const times = await readBusyTimes(ctx, hostId, hostId !== viewerId, start, end, ctx.clock.now())
  if (times.length > MAX_TIMES)
    throw invalid('end', `asks for more than ${MAX_TIMES} times; ask for fewer days`)
  return times
}

// Through the gist index of the exclusion constraint. Those who hold seats of one start share one
// claim, which lasts until the last of their reservations is over.
const readBusyTimes = (
  { db }: Context,
  hostId: number,
  isOfOther: boolean,
  start: Date,
  end: Date,
  now: Date,
) =>
  db.$queryRaw<BusyTime[]>`
    select coalesce(b."startAt", r."startAt") as "startAt", coalesce(b."endAt", r."endAt") as "endAt",
      lower(c."during") as "takenFrom", upper(c."during") as "takenUntil",
      case when not ${isOfOther} or b."teamId" is null or b."teamId" = "organizationOf"(${hostId}::int)
        then b."uid" end as "bookingUid"
    from "Claim" c
      left join "Booking" b on b."id" = c."bookingId"
      left join "Reservation" r on r."id" = c."reservationId"
    where c."hostId" = ${hostId} and c."during" && tstzrange(${start}::timestamptz, ${end}::timestamptz)
      and (r."id" is null or r."expiresAt" > ${now}::timestamptz or r."teamId" is null and exists (
        select from "Reservation" held where held."eventTypeId" = r."eventTypeId" and held."startAt" = r."startAt"
          and held."endAt" = r."endAt" and held."expiresAt" > ${now}::timestamptz))
    order by lower(c."during") limit ${MAX_TIMES + 1}`
