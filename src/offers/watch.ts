import { Repeater } from 'graphql-yoga'
import { hoursOf } from '../availability/index.ts'
import type { Context } from '../context.ts'
import { findBookable } from '../event-types/index.ts'
import { setAlarm } from '../events/alarm.ts'
import { day, parse, timeZone } from '../parse.ts'
import { addDays, localDay } from '../slots/index.ts'
import { offeredDays, type SlotDay } from './days.ts'
import { minuteOf } from './query.ts'
import { takePlace } from './watchers.ts'

interface Input {
  eventType: unknown
  [key: string]: unknown
}

const DEFAULT_DAYS = 30
// Several changes at once make one look.
const SETTLE_MS = 50
// Time alone changes what is free: notice comes nearer, reservations end.
const LOOK_AGAIN_MS = 60_000

/**
 * The days whose free starts change from now on, until the reader stops.
 * @throws Refusal as `offeredDays` does; LIMIT_REACHED for a client that watches 50 times already.
 */
export async function watchDays(ctx: Context, input: Input): Promise<Repeater<SlotDay>> {
  const leave = takePlace(ctx.clientAddress)
  try {
    const days = await changesOf(ctx, input, leave)
    // A reader that is gone before it reads never starts the Repeater: then this alone says so.
    const stop = days.return.bind(days)
    days.return = value => {
      leave()
      return stop(value)
    }
    return days
  } catch (error) {
    leave()
    throw error
  }
}

async function changesOf(ctx: Context, input: Input, leave: () => void): Promise<Repeater<SlotDay>> {
  const eventType = await findBookable(ctx, input.eventType, 'eventType')
  const zone = input.timeZone == null ? hoursOf(eventType.schedule).zone : parse(timeZone, input.timeZone, 'timeZone')
  const today = localDay(minuteOf(ctx.clock.now()), zone)
  const start = input.start == null ? today : parse(day, input.start, 'start')
  const end = input.end ?? addDays(start, DEFAULT_DAYS)
  const look = () => offeredDays(ctx, { ...input, start, end })
  let known = await look()

  return new Repeater(async (push, stop) => {
    const topics = eventType.hosts.map(({ hostId }) => `host:${hostId}` as const)
    const alarm = setAlarm(ctx, topics, stop)
    try {
      // Looks before it waits: something may have changed before the alarm was set.
      while (!alarm.isStopped()) {
        const now = await look()
        const changed = now.filter((slotDay, index) => !sameSlots(slotDay, known[index]))
        known = now
        for (const slotDay of changed) if (!alarm.isStopped()) await push(slotDay)
        await alarm.wait(LOOK_AGAIN_MS)
        await new Promise(resolve => setTimeout(resolve, SETTLE_MS))
      }
    } finally {
      alarm.end()
      leave()
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
