import { EventTypeRef } from '../event-types/schema.ts'
import { builder } from '../graph/builder.ts'
import { offeredDays, type SlotDay } from './days.ts'
import { instantOf } from './query.ts'
import { watchDays } from './watch.ts'

interface OfferedSlot {
  start: number
  durationMinutes: number
  seatsLeft: number | null
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
  }),
})

const SlotDayRef = builder.objectRef<SlotDay>('SlotDay').implement({
  description: 'The free starts of one day.',
  fields: t => ({
    date: t.expose('date', { type: 'Date', description: 'Day in the asked zone.' }),
    slots: t.field({
      type: [Slot],
      description: 'Free starts in order; empty when the day has none.',
      resolve: ({ slots, durationMinutes, showSeatsLeft }) =>
        slots.map(slot => ({ start: slot.start, durationMinutes, seatsLeft: showSeatsLeft ? slot.seatsLeft : null })),
    }),
  }),
})

// The work is in finding the starts, whatever is selected of them; then each has its fields.
const costOfLook = { field: 400, multiplier: 10 }

builder.queryFields(t => ({
  slots: t.field({
    type: [SlotDayRef],
    description:
      'Free starts of an event type, grouped by day in the asked zone: every day from start to end, at most 62 days and 3000 starts. Public.',
    args: {
      eventType: t.arg({ type: EventTypeRef, required: true, description: 'Which event type.' }),
      start: t.arg({ type: 'Date', required: true, description: 'First day.' }),
      end: t.arg({ type: 'Date', required: true, description: 'Last day, included.' }),
      timeZone: t.arg({
        type: 'TimeZone',
        description: 'Zone whose days are meant; that of the schedule unless given.',
      }),
      durationMinutes: t.arg.int({ description: 'One of the lengths of the event type; its own unless given.' }),
    },
    complexity: costOfLook,
    resolve: (_root, args, ctx) => offeredDays(ctx, args),
  }),
}))

builder.subscriptionFields(t => ({
  slotsChanged: t.field({
    type: SlotDayRef,
    description:
      'The free starts of a day, each time they change: by a booking, a reservation, an edit, or time that passes. Public.',
    args: {
      eventType: t.arg({ type: EventTypeRef, required: true, description: 'Which event type.' }),
      start: t.arg({ type: 'Date', description: 'First day that is watched; today unless given.' }),
      end: t.arg({
        type: 'Date',
        description: 'Last day that is watched, included; 30 days after the first unless given.',
      }),
      timeZone: t.arg({
        type: 'TimeZone',
        description: 'Zone whose days are meant; that of the schedule unless given.',
      }),
      durationMinutes: t.arg.int({ description: 'One of the lengths of the event type; its own unless given.' }),
    },
    complexity: costOfLook,
    subscribe: (_root, args, ctx) => watchDays(ctx, args),
    resolve: slotDay => slotDay,
  }),
}))
