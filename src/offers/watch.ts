import { Repeater } from 'graphql-yoga'
import { hoursOf } from '../availability/index.ts'
import type { Context } from '../context.ts'
import { findBookable } from '../event-types/index.ts'
import { setAlarm } from '../events/alarm.ts'
import { day, parse, timeZone } from '../parse.ts'
import { addDays, localDay } from '../slots/index.ts'
import { offeredDays, type SlotDay } from './days.ts'
import { minuteOf } from './query.ts'

const DEFAULT_DAYS = 30
// Several changes at once make one look.
const SETTLE_MS = 50
// Time alone changes what is free: notice comes nearer, reservations end.
const LOOK_AGAIN_MS = 60_000

/** The days whose free starts change from now on, until the reader stops. @throws Refusal as `offeredDays` does. */
export async function watchDays(
  ctx: Context,
  input: { eventType: unknown; [key: string]: unknown },
): Promise<Repeater<SlotDay>> {
  const eventType = await findBookable(ctx, input.eventType, 'eventType')
  const zone = input.timeZone == null ? hoursOf(eventType.schedule).zone : parse(timeZone, input.timeZone, 'timeZone')
  const today = localDay(minuteOf(ctx.clock.now()), zone)
  const start = input.start == null ? today : parse(day, input.start, 'start')
  const asked = { ...input, start, end: input.end ?? addDays(start, DEFAULT_DAYS) }
  let known = await offeredDays(ctx, asked)

  return new Repeater(async (push, stop) => {
    const alarm = setAlarm(ctx, [`host:${eventType.hostId}`], stop)
    try {
      // Looks before it waits: something may have changed before the alarm was set.
      while (!alarm.isStopped()) {
        const now = await offeredDays(ctx, asked)
        const changed = now.filter((slotDay, index) => !sameSlots(slotDay, known[index]))
        known = now
        for (const slotDay of changed) if (!alarm.isStopped()) await push(slotDay)
        await alarm.wait(LOOK_AGAIN_MS)
        await new Promise(resolve => setTimeout(resolve, SETTLE_MS))
      }
    } finally {
      alarm.end()
      stop()
    }
  })
}

const sameSlots = (a: SlotDay, b: SlotDay | undefined): boolean =>
  b !== undefined &&
  a.slots.length === b.slots.length &&
  a.slots.every(
    ({ start, seatsLeft }, index) => b.slots[index]?.start === start && b.slots[index]?.seatsLeft === seatsLeft,
  )
