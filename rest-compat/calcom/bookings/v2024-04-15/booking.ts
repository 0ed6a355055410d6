// A booking as version 2024-04-15 shows it, close to a row of its database: its contract, 3.

import { z } from 'zod'
import { RecurringEvent, recurringEvent } from '../../event-types/recurrence.ts'
import { id } from '../../values.ts'
import {
  attendeesOf,
  hostsOf,
  languageOf,
  responsesOf,
  type ShownAttendee,
  type ShownBooking,
  seatUidOf,
  time,
  titleOf,
  UNKNOWN,
  uidsOf,
} from '../booking.ts'
import { placeIn } from '../location.ts'

const Time = z.string().meta({ format: 'date-time' })
const Responses = z.record(z.string(), z.unknown())

const statuses = {
  PENDING: 'PENDING',
  CONFIRMED: 'ACCEPTED',
  CANCELLED: 'CANCELLED',
  DENIED: 'REJECTED',
} as const

const common = {
  id,
  uid: z.string(),
  title: z.string(),
  description: z.string().nullable(),
  startTime: Time,
  endTime: Time,
  status: z.enum(['ACCEPTED', 'PENDING', 'CANCELLED', 'REJECTED']),
  location: z.string().nullable(),
  metadata: z.unknown(),
  eventTypeId: id,
  recurringEventId: z.string().nullable(),
  responses: Responses,
}

const AttendeeRow = z.object({
  id,
  bookingId: id,
  email: z.string(),
  name: z.string(),
  timeZone: z.string(),
  locale: z.string(),
})

export const NewRow = z
  .object({
    ...common,
    userId: id.nullable(),
    userPrimaryEmail: z.string().nullable(),
    user: z.object({
      email: z.string().nullable(),
      name: z.string(),
      timeZone: z.string(),
      username: z.string().nullable(),
    }),
    attendees: z.array(AttendeeRow),
    paid: z.boolean(),
    payment: z.array(z.never()),
    references: z.array(z.never()),
    luckyUsers: z.array(id),
    paymentRequired: z.boolean(),
    seatReferenceUid: z.string().optional(),
  })
  .meta({ id: 'Booking20240415' })

export const Row = z
  .object({
    ...common,
    customInputs: z.object({}),
    smsReminderNumber: z.string().nullable(),
    cancellationReason: z.string().nullable(),
    rejectionReason: z.string().nullable(),
    userPrimaryEmail: z.string().nullable(),
    user: z.object({
      id,
      name: z.string(),
      email: z.string(),
      username: z.string().nullable(),
      timeZone: z.string(),
    }),
    attendees: z.array(z.object({ name: z.string(), email: z.string(), timeZone: z.string() })),
    eventType: z.object({ eventName: z.null(), slug: z.string(), timeZone: z.null() }),
  })
  .meta({ id: 'BookingInfo20240415' })

export const ListedRow = z
  .object({
    ...common,
    attendees: z.array(AttendeeRow),
    eventType: z.object({
      id,
      slug: z.string(),
      title: z.string(),
      recurringEvent: RecurringEvent.nullable(),
    }),
    user: z.object({ id, name: z.string(), email: z.string(), username: z.string().nullable() }),
    userPrimaryEmail: z.string().nullable(),
    references: z.array(z.never()),
    payment: z.array(z.never()),
    rescheduled: z.boolean().nullable(),
    paid: z.boolean(),
  })
  .meta({ id: 'ListedBooking20240415' })

const attendeeRow =
  (bookingId: number) =>
  ({ databaseId, email, name, timeZone, locale }: ShownAttendee) => ({
    id: databaseId,
    bookingId,
    email,
    name,
    timeZone,
    locale: languageOf(locale),
  })

function commonOf(shown: ShownBooking) {
  const location = placeIn(shown.location)
  const [booker] = attendeesOf(shown)
  const { uid, series } = uidsOf(shown)
  return {
    id: shown.databaseId,
    uid,
    title: titleOf(shown),
    description: booker?.notes ?? null,
    startTime: time(shown.start),
    endTime: time(shown.end),
    status: statuses[shown.status],
    location: location === '' ? null : location,
    metadata: shown.metadata ?? {},
    eventTypeId: shown.eventType.databaseId,
    recurringEventId: series,
    responses:
      booker === undefined || shown.eventType.seats > 1 ? {} : responsesOf(booker, location),
  }
}

export function newRow(
  shown: ShownBooking,
  metadata: unknown,
  seat: string | undefined,
): z.input<typeof NewRow> {
  const [host] = hostsOf(shown)
  return {
    ...commonOf(shown),
    metadata: shown.metadata ?? metadata ?? {},
    userId: host?.databaseId ?? null,
    userPrimaryEmail: host?.email ?? null,
    user: {
      email: null,
      name: host?.name ?? UNKNOWN,
      timeZone: host?.timeZone ?? UNKNOWN,
      username: host?.bookingPage?.slug ?? null,
    },
    attendees: attendeesOf(shown).map(attendeeRow(shown.databaseId)),
    paid: false,
    payment: [],
    references: [],
    luckyUsers: [],
    paymentRequired: false,
    ...(shown.eventType.seats > 1 && { seatReferenceUid: seat && seatUidOf(shown, seat) }),
  }
}

export function row(shown: ShownBooking): z.input<typeof Row> {
  const [host] = hostsOf(shown)
  const reason = shown.cancellation?.reason ?? null
  return {
    ...commonOf(shown),
    customInputs: {},
    smsReminderNumber: null,
    cancellationReason: shown.status === 'DENIED' ? null : reason,
    rejectionReason: shown.status === 'DENIED' ? reason : null,
    userPrimaryEmail: host?.email ?? null,
    user: {
      id: host?.databaseId ?? 0,
      name: host?.name ?? UNKNOWN,
      email: host?.email ?? UNKNOWN,
      username: host?.bookingPage?.slug ?? null,
      timeZone: host?.timeZone ?? UNKNOWN,
    },
    attendees: attendeesOf(shown).map(({ name, email, timeZone }) => ({ name, email, timeZone })),
    eventType: { eventName: null, slug: shown.eventType.slug, timeZone: null },
  }
}

export function listedRow(shown: ShownBooking): z.input<typeof ListedRow> {
  const [host] = hostsOf(shown)
  const { databaseId, slug, name, recurrence } = shown.eventType
  return {
    ...commonOf(shown),
    attendees: attendeesOf(shown).map(attendeeRow(shown.databaseId)),
    eventType: { id: databaseId, slug, title: name, recurringEvent: recurringEvent(recurrence) },
    user: {
      id: host?.databaseId ?? 0,
      name: host?.name ?? UNKNOWN,
      email: host?.email ?? UNKNOWN,
      username: host?.bookingPage?.slug ?? null,
    },
    userPrimaryEmail: host?.email ?? null,
    references: [],
    payment: [],
    rescheduled: shown.rescheduledTo === null ? null : true,
    paid: false,
  }
}
