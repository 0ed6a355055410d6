import { MAX_RANGE_DAYS } from '../bounds.ts'
import { EventTypeRef } from '../event-types/schema.ts'
import { builder } from '../graph/builder.ts'
import { DAY_MS } from '../time.ts'
import { commonDays } from './common-times.ts'
import { offeredDays, type SlotDay } from './days.ts'
import { countLook } from './rate-limit.ts'
import { instantOf } from './rules.ts'
import { watchDays } from './subscription.ts'

interface OfferedSlot {
  start: number
  durationMinutes: number
  seatsLeft: number | null
  bookingId: string | null
}

const Slot = builder.objectRef<OfferedSlot>('Slot').implement({
  description: 'A start that can be booked now.',
  fields: t => ({
    start: t.field({
      type: 'DateTime',
      description: 'When the meeting would begin.',
      resolve: slot => instantOf(slot.start),
    }),
    end: t.field({
      type: 'DateTime',
      description: 'When it would end.',
      resolve: slot => instantOf(slot.start + slot.durationMinutes),
    }),
    seatsLeft: t.exposeInt('seatsLeft', {
      nullable: true,
      description: 'How many people can still take it; null when the event type does not show it.',
    }),
    bookingId: t.exposeID('bookingId', {
      nullable: true,
      description: 'Id of the booking that it would join, of an event type with several seats.',
    }),
  }),
})

const SlotDayRef = builder.objectRef<SlotDay>('SlotDay').implement({
  description: 'The free starts of one day.',
  fields: t => ({
    date: t.expose('date', { type: 'Date', description: 'Day in the asked zone.' }),
    slots: t.field({
      type: [Slot],
      description: 'Free starts in order; empty when the day has none.',
      resolve: ({ slots, durationMinutes, showSeatsLeft, toJoin }) =>
        slots.map(({ start, seatsLeft }) => ({
          start,
          durationMinutes,
          seatsLeft: showSeatsLeft ? seatsLeft : null,
          bookingId: toJoin.get(start) ?? null,
        })),
    }),
  }),
})

/**
 * The work is in finding the starts of each day, whatever is selected of them; then each has its
 * fields. How many hosts there are is known only later: work.ts counts them.
 */
function costOfLook({
  start,
  end,
}: {
  start?: string | null | undefined
  end?: string | null | undefined
}) {
  const asked = (Date.parse(end ?? '') - Date.parse(start ?? '')) / DAY_MS + 1
  const days = asked >= 1 && asked <= MAX_RANGE_DAYS ? asked : MAX_RANGE_DAYS
  return { field: 700 + 35 * days, multiplier: Math.ceil(days / 2) }
}

builder.queryFields(t => ({
  slots: t.field({
    type: [SlotDayRef],
    description:
      'Free starts of an event type, grouped by day in the asked zone: every day from start to end, at most 62 days and 3000 starts; one operation at most 6000 starts, and 6000 days times hosts. Public.',
    args: {
      eventType: t.arg({ type: EventTypeRef, required: true, description: 'Which event type.' }),
      start: t.arg({ type: 'Date', required: true, description: 'First day.' }),
      end: t.arg({ type: 'Date', required: true, description: 'Last day, included.' }),
      timeZone: t.arg({
        type: 'TimeZone',
        description: 'Time zone of the days. Default: that of the schedule.',
      }),
      durationMinutes: t.arg.int({
        description:
          'One of the durations of the event type, in minutes. Default: its standard duration.',
      }),
      reschedule: t.arg.id({
        description:
          'Id of a booking of it that is about to move: its time counts as free. No databaseId.',
      }),
    },
    complexity: costOfLook,
    resolve: async (_root, args, ctx) => {
      await countLook(ctx, args.eventType)
      return offeredDays(ctx, args, { isCounted: true })
    },
  }),
  commonSlots: t.field({
    type: [SlotDayRef],
    description:
      'Starts at which several hosts are open and free at once, in their default hours: every day from start to end, as of `slots`. Public.',
    args: {
      pages: t.arg.stringList({
        required: true,
        description: 'Slugs of their booking pages, 2 to 20.',
      }),
      durationMinutes: t.arg.int({
        required: true,
        description: 'How long they would meet, 1 to 1440.',
      }),
      start: t.arg({ type: 'Date', required: true, description: 'First day.' }),
      end: t.arg({ type: 'Date', required: true, description: 'Last day, included.' }),
      timeZone: t.arg({
        type: 'TimeZone',
        description: 'Time zone of the days and times. Default UTC.',
      }),
      minimumNoticeMinutes: t.arg.int({
        description: 'Shortest time from now to a slot, in minutes. Default 240.',
      }),
    },
    complexity: { field: 14_000, multiplier: 10 },
    resolve: async (_root, args, ctx) => {
      await countLook(ctx)
      return commonDays(ctx, args)
    },
  }),
}))

builder.subscriptionFields(t => ({
  slotsChanged: t.field({
    type: SlotDayRef,
    description:
      'The free starts of a day, each time they change: by a booking, a reservation, an edit, or time that passes. Public.',
    args: {
      eventType: t.arg({ type: EventTypeRef, required: true, description: 'Which event type.' }),
      start: t.arg({ type: 'Date', description: 'First day to watch. Default: today.' }),
      end: t.arg({
        type: 'Date',
        description: 'Last day to watch, inclusive. Default: 30 days after the first.',
      }),
      timeZone: t.arg({
        type: 'TimeZone',
        description: 'Time zone of the days. Default: that of the schedule.',
      }),
      durationMinutes: t.arg.int({
        description:
          'One of the durations of the event type, in minutes. Default: its standard duration.',
      }),
    },
    complexity: costOfLook,
    subscribe: (_root, args, ctx) => watchDays(ctx, args),
    resolve: slotDay => slotDay,
  }),
}))
