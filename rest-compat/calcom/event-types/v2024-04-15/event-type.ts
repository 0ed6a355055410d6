// An event type in the version 2024-04-15, close to the row that Cal.com keeps: its contract, 5.4.

import { z } from 'zod'
import { exception } from '../../errors.ts'
import { id, integer, listOf, text, truth } from '../../values.ts'
import { BookingFields, fieldsIn, fieldsOut } from '../booking-fields.ts'
import type { EventTypeShown } from '../documents.ts'
import { userOf } from '../event-type.ts'
import { newSettingsIn, type Settings, settingsIn } from '../input.ts'
import { laterRecurrence, RecurringEvent, recurringEvent } from '../recurrence.ts'
import { keeping, keptIn } from '../stored-settings.ts'
import { laterLocation, OldLocation, oldLocation } from './location.ts'

const MOST = 1_000_000

/** A booking field as Cal.com keeps it. */
const OldField = z.object({
  name: text,
  type: text,
  label: text.optional(),
  placeholder: text.optional(),
  required: truth.optional(),
  hidden: truth.optional(),
  options: listOf(z.object({ label: text, value: text })).optional(),
})

const byType = new Set(['name', 'email'])
const system = new Set(['location', 'title', 'notes', 'guests', 'rescheduleReason'])

const laterField = ({
  name,
  type,
  options,
  label,
  ...field
}: z.output<typeof OldField>): Record<string, unknown> => {
  if (byType.has(name)) return { ...field, label, type: type === 'splitName' ? type : name }
  if (system.has(name)) return { ...field, label, slug: name }
  return {
    ...field,
    required: field.required ?? false,
    label: label ?? name,
    slug: name,
    type,
    ...(options && { options: options.map(option => option.value) }),
  }
}

const settings = {
  length: integer(1, 1440),
  slug: text,
  title: text,
  description: text.nullable(),
  hidden: truth,
  locations: listOf(OldLocation),
  disableGuests: truth,
  slotInterval: integer(0, 1440).nullable(),
  minimumBookingNotice: integer(0, MOST),
  beforeEventBuffer: integer(0, MOST),
  afterEventBuffer: integer(0, MOST),
}

const { length, slug, title } = settings

export const NewOldEventType = z.object(settings).partial().extend({ length, slug, title })

export const OldEventTypeChanges = z
  .object({
    ...settings,
    seatsPerTimeSlot: integer(1, 1000).nullable(),
    seatsShowAttendees: truth,
    seatsShowAvailabilityCount: truth,
    requiresConfirmation: truth,
    recurringEvent: RecurringEvent.nullable(),
    offsetStart: integer(0, MOST),
    onlyShowFirstAvailableSlot: truth,
    successRedirectUrl: text.nullable(),
    eventName: text.nullable(),
    bookingFields: listOf(OldField),
  })
  .partial()

type Body = z.output<typeof OldEventTypeChanges>

const laterBody = (body: Body): Parameters<typeof settingsIn>[0] => ({
  slug: body.slug,
  description: body.description,
  hidden: body.hidden,
  locations: body.locations?.map(laterLocation),
  disableGuests: body.disableGuests,
  slotInterval: body.slotInterval || (body.slotInterval === undefined ? undefined : null),
  minimumBookingNotice: body.minimumBookingNotice,
  beforeEventBuffer: body.beforeEventBuffer,
  afterEventBuffer: body.afterEventBuffer,
  offsetStart: body.offsetStart,
  onlyShowFirstAvailableSlot: body.onlyShowFirstAvailableSlot,
  recurrence:
    body.recurringEvent === null
      ? { disabled: true }
      : body.recurringEvent && laterRecurrence(body.recurringEvent),
})

export const newOldSettingsIn = (body: z.output<typeof NewOldEventType>): Settings =>
  newSettingsIn(laterBody(body))

/**
 * @param display that of the event type before
 * @param more settings that this version does not have, in the words of later versions
 */
export function oldSettingsIn(
  body: Body,
  display: unknown,
  more: Parameters<typeof settingsIn>[0] = {},
): Settings {
  const read = body.bookingFields && BookingFields.safeParse(body.bookingFields.map(laterField))
  if (read?.success === false)
    throw exception(400, `bookingFields: ${read.error.issues[0]?.message ?? 'not valid'}`)
  const fields = read && fieldsIn(read.data)
  const kept = {
    ...(body.successRedirectUrl !== undefined && { successRedirectUrl: body.successRedirectUrl }),
    ...(body.eventName !== undefined && { customName: body.eventName }),
    ...(fields && { fields: fields.setUp }),
  }
  const settings = settingsIn({ ...laterBody(body), ...more }, display)
  return {
    ...settings,
    ...(fields && { questions: fields.questions }),
    ...(Object.keys(kept).length > 0 && { display: keeping(settings.display ?? display, kept) }),
    ...(body.seatsPerTimeSlot !== undefined && { seats: body.seatsPerTimeSlot ?? 1 }),
    showInvitees: body.seatsShowAttendees,
    showSeatsLeft: body.seatsShowAvailabilityCount,
    ...(body.requiresConfirmation !== undefined && {
      confirmation: body.requiresConfirmation ? 'ALWAYS' : 'NEVER',
    }),
  }
}

export const oldNames = {
  'input.name': 'title',
  'input.durationMinutes': 'length',
  'input.seats': 'seatsPerTimeSlot',
  'input.recurrence': 'recurringEvent',
}

const PeriodType = z.enum(['UNLIMITED', 'ROLLING', 'ROLLING_WINDOW', 'RANGE'])

export const OldEventType = z
  .object({
    id,
    title: z.string(),
    slug: z.string(),
    description: z.string().nullable(),
    length: z.int(),
    hidden: z.boolean(),
    userId: z.int().nullable(),
    teamId: id.nullable(),
    position: z.literal(0),
    locations: z.array(z.looseObject({ type: z.string() })),
    bookingFields: z.array(z.looseObject({ name: z.string(), type: z.string() })),
    eventName: z.string().nullable(),
    timeZone: z.null(),
    periodType: PeriodType,
    periodDays: z.int().nullable(),
    periodStartDate: z.string().nullable(),
    periodEndDate: z.string().nullable(),
    periodCountCalendarDays: z.boolean().nullable(),
    disableGuests: z.boolean(),
    minimumBookingNotice: z.int(),
    beforeEventBuffer: z.int(),
    afterEventBuffer: z.int(),
    slotInterval: z.int().nullable(),
    offsetStart: z.int(),
    onlyShowFirstAvailableSlot: z.boolean(),
    seatsPerTimeSlot: z.int().nullable(),
    seatsShowAttendees: z.boolean(),
    seatsShowAvailabilityCount: z.boolean(),
    schedulingType: z.null(),
    scheduleId: z.int().nullable(),
    requiresConfirmation: z.boolean(),
    recurringEvent: RecurringEvent.nullable(),
    bookingLimits: z.looseObject({}).nullable(),
    durationLimits: z.looseObject({}).nullable(),
    price: z.literal(0),
    currency: z.literal('usd'),
    metadata: z.looseObject({}).nullable(),
    successRedirectUrl: z.string().nullable(),
  })
  .meta({ id: 'EventType_2024_04_15' })

export function oldEventType(shown: EventTypeShown): z.input<typeof OldEventType> {
  const kept = keptIn(shown.display)
  const metadata = z.looseObject({}).catch({}).parse(shown.metadata)
  return {
    id: shown.databaseId,
    title: shown.name,
    slug: shown.slug,
    description: shown.description,
    length: shown.durationMinutes,
    hidden: shown.isSecret,
    userId: shown.host?.databaseId ?? null,
    teamId: shown.team?.databaseId ?? null,
    position: 0,
    locations: shown.locations.map(location => ({ type: '', ...oldLocation(location) })),
    bookingFields: fieldsOut(shown, kept.fields ?? {}).map(
      ({ isDefault, slug, options, ...field }) => ({
        ...field,
        name: slug,
        editable: isDefault ? 'system' : 'user',
        ...(Array.isArray(options) && {
          options: options.map(option => ({ label: option, value: option })),
        }),
      }),
    ),
    eventName: kept.customName ?? null,
    timeZone: null,
    ...periodOf(shown.bookingWindow),
    disableGuests: !shown.allowGuests,
    minimumBookingNotice: shown.minimumNoticeMinutes,
    beforeEventBuffer: shown.bufferBeforeMinutes,
    afterEventBuffer: shown.bufferAfterMinutes,
    slotInterval: shown.slotIntervalMinutes,
    offsetStart: shown.slotOffsetMinutes,
    onlyShowFirstAvailableSlot: shown.firstSlotPerDay,
    seatsPerTimeSlot: shown.seats === 1 ? null : shown.seats,
    seatsShowAttendees: shown.showInvitees,
    seatsShowAvailabilityCount: shown.showSeatsLeft,
    schedulingType: null,
    scheduleId: shown.scheduleDatabaseId,
    requiresConfirmation: shown.confirmation !== 'NEVER',
    recurringEvent: recurringEvent(shown.recurrence),
    bookingLimits: limitsOf(shown.bookingLimits),
    durationLimits: limitsOf(shown.minuteLimits),
    price: 0,
    currency: 'usd',
    metadata: Object.keys(metadata).length === 0 ? null : metadata,
    successRedirectUrl: kept.successRedirectUrl ?? null,
  }
}

function periodOf({ kind, days, rolling, firstDay, lastDay }: EventTypeShown['bookingWindow']) {
  const none = {
    periodDays: null,
    periodStartDate: null,
    periodEndDate: null,
    periodCountCalendarDays: null,
  }
  if (kind === 'UNLIMITED') return { ...none, periodType: 'UNLIMITED' as const }
  if (kind === 'RANGE') {
    const midnight = (day: string | null) => day && `${day}T00:00:00.000Z`
    return {
      ...none,
      periodType: 'RANGE' as const,
      periodStartDate: midnight(firstDay),
      periodEndDate: midnight(lastDay),
    }
  }
  const periodType = rolling ? ('ROLLING_WINDOW' as const) : ('ROLLING' as const)
  return { ...none, periodType, periodDays: days, periodCountCalendarDays: kind === 'DAYS' }
}

function limitsOf({ perDay, perWeek, perMonth, perYear }: EventTypeShown['bookingLimits']) {
  const limits = { PER_DAY: perDay, PER_WEEK: perWeek, PER_MONTH: perMonth, PER_YEAR: perYear }
  const given = Object.entries(limits).filter(([, limit]) => limit !== null)
  return given.length === 0 ? null : Object.fromEntries(given)
}

/** As visitors see it. */
export const PublicOldEventType = z
  .looseObject({
    ...OldEventType.shape,
    users: z.array(z.looseObject({ id, name: z.string(), username: z.string() })),
  })
  .meta({ id: 'PublicEventType_2024_04_15' })

export function publicOldEventType(shown: EventTypeShown): z.input<typeof PublicOldEventType> {
  const told = oldEventType(shown)
  return {
    ...told,
    bookingFields: told.bookingFields.filter(({ hidden }) => hidden !== true),
    users: shown.host === null ? [] : [userOf(shown.host)],
  }
}
