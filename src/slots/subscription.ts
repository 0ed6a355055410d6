import { Repeater } from 'graphql-yoga'
import type { Context } from '../context.ts'
import { sharing } from '../event-log/shared-reader.ts'
import type { Topic } from '../event-log/signals.ts'
import { setAlarm } from '../event-log/wake-up.ts'
import { findBookable } from '../event-types/index.ts'
import { hoursOf } from '../schedules/index.ts'
import { addDays, localDay } from '../slot-engine/index.ts'
import { day, parse, timeZone } from '../validation.ts'
import { offeredDays, type SlotDay } from './days.ts'
import { minuteOf } from './rules.ts'
import { takePlace } from './subscriber-limit.ts'

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
 * The days whose free starts change from now on, until the reader stops. A reader that is slow gets
 * each day as it is now.
 * @throws ApiError as `offeredDays` does; LIMIT_REACHED for a client that watches 50 times already.
 */
export async function watchDays(ctx: Context, input: Input): Promise<Repeater<SlotDay>> {
  const leave = takePlace(ctx)
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

async function changesOf(
  ctx: Context,
  input: Input,
  leave: () => void,
): Promise<Repeater<SlotDay>> {
  const eventType = await findBookable(ctx, input.eventType, 'eventType')
  const zone =
    input.timeZone == null
      ? hoursOf(eventType.schedule).zone
      : parse(timeZone, input.timeZone, 'timeZone')
  const today = localDay(minuteOf(ctx.clock.now()), zone)
  const start = input.start == null ? today : parse(day, input.start, 'start')
  const asked = { ...input, start, end: input.end ?? addDays(start, DEFAULT_DAYS) }
  const look = () => offeredDays(ctx, asked)
  const known = await look()
  const key = JSON.stringify([ctx.viewer?.userId, asked])
  const topics = eventType.hosts.map(({ hostId }) => `host:${hostId}` as const)

  return new Repeater(async (push, stop) => {
    const alarm = setAlarm(ctx, [], stop)
    const watch = join(ctx, key, forget => lookAgain(ctx, topics, look, known, forget))
    const changed = new Map<string, SlotDay>()
    let failure: { error: unknown } | undefined
    const off = watch.value.onChange(known, {
      take(days) {
        for (const slotDay of days) changed.set(slotDay.date, slotDay)
        alarm.ring()
      },
      fail(error) {
        failure = { error }
        alarm.ring()
      },
    })
    try {
      while (!alarm.isStopped()) {
        if (failure !== undefined) throw failure.error
        const [next] = changed.values()
        if (next === undefined) await alarm.wait(LOOK_AGAIN_MS)
        else {
          changed.delete(next.date)
          await push(next)
        }
      }
    } finally {
      off()
      watch.leave()
      alarm.end()
      leave()
      stop()
    }
  })
}

interface Follower {
  take(changed: readonly SlotDay[]): void
  fail(error: unknown): void
}

/** Days that are looked at again and compared once for all who watch them in this process. */
interface Watch {
  /**
   * @param known the days as the follower saw them; what differs from them already is passed to it
   * at once
   */
  onChange(known: readonly SlotDay[], follower: Follower): () => void
  end(): void
}

const join = sharing<Watch>()

function lookAgain(
  ctx: Context,
  topics: readonly Topic[],
  look: () => Promise<SlotDay[]>,
  known: readonly SlotDay[],
  forget: () => void,
): Watch {
  const followers = new Set<Follower>()
  let days = known
  let end = () => {}
  const ended = new Promise<void>(resolve => {
    end = resolve
  })
  const alarm = setAlarm(ctx, topics, ended)

  async function read(): Promise<void> {
    // Looks before it waits: something may have changed before the alarm was set.
    while (!alarm.isStopped()) {
      const now = await look()
      const changed = changedSince(days, now)
      days = now
      if (changed.length > 0) for (const { take } of followers) take(changed)
      await alarm.wait(LOOK_AGAIN_MS)
      await new Promise(resolve => setTimeout(resolve, SETTLE_MS))
    }
  }

  read().catch(error => {
    forget()
    for (const { fail } of followers) fail(error)
  })

  return {
    onChange(seen, follower) {
      followers.add(follower)
      const missed = changedSince(seen, days)
      if (missed.length > 0) follower.take(missed)
      return () => void followers.delete(follower)
    },
    end: () => end(),
  }
}

const changedSince = (before: readonly SlotDay[], now: readonly SlotDay[]): SlotDay[] =>
  now.filter((slotDay, index) => !sameSlots(slotDay, before[index]))

const sameSlots = (a: SlotDay, b: SlotDay | undefined): boolean =>
  b !== undefined &&
  (a === b ||
    (a.slots.length === b.slots.length &&
      a.slots.every(
        ({ start, seatsLeft }, index) =>
          b.slots[index]?.start === start && b.slots[index]?.seatsLeft === seatsLeft,
      )))
