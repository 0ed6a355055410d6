// An event type in the shape of 2024-06-14 and later: its contract, 5.3.

import { z } from 'zod'
import { id, weekdayOf } from '../values.ts'
import { BookingField, fieldsOut } from './booking-fields.ts'
import type { EventTypeShown } from './documents.ts'
import { Location, locationOut } from './location.ts'
import { recurrenceOut } from './recurrence.ts'
import { keptIn, minutesOf } from './stored-settings.ts'

const policy = z.looseObject({})

/** What event types of hosts and of teams have in common. */
export const eventTypeFields = {
  id,
  lengthInMinutes: z.int(),
  title: z.string(),
  slug: z.string(),
  description: z.string(),
  locations: z.array(Location),
  bookingFields: z.array(BookingField),
  recurrence: policy.nullable(),
  disableGuests: z.boolean(),
  slotInterval: z.int().nullable(),
  minimumBookingNotice: z.int(),
  beforeEventBuffer: z.int(),
  afterEventBuffer: z.int(),
  offsetStart: z.int(),
  metadata: z.looseObject({}),
  price: z.literal(0),
  currency: z.literal('usd'),
  lockTimeZoneToggleOnBookingPage: z.boolean(),
  forwardParamsSuccessRedirect: z.literal(true),
  successRedirectUrl: z.string().nullable(),
  isInstantEvent: z.literal(false),
  scheduleId: z.int().nullable(),
  onlyShowFirstAvailableSlot: z.boolean(),
  bookingWindow: policy,
  confirmationPolicy: policy,
  seats: policy,
  bookerActiveBookingsLimit: policy,
  requiresBookerEmailVerification: z.boolean(),
  hideCalendarNotes: z.boolean(),
  useDestinationCalendarEmail: z.boolean(),
  hideCalendarEventDetails: z.boolean(),
  hideOrganizerEmail: z.boolean(),
  calVideoSettings: policy.nullable(),
  hidden: z.boolean(),
  bookingRequiresAuthentication: z.boolean(),
  bookingUrl: z.string().meta({ format: 'uri' }),
  lengthInMinutesOptions: z.array(z.int()).optional(),
  bookingLimitsCount: policy.optional(),
  bookingLimitsDuration: policy.optional(),
  bookerLayouts: policy.optional(),
  color: policy.optional(),
  customName: z.string().optional(),
  destinationCalendar: policy.optional(),
  interfaceLanguage: z.string().optional(),
  disableCancelling: policy.optional(),
  disableRescheduling: policy.optional(),
  allowReschedulingPastBookings: z.boolean().optional(),
  allowReschedulingCancelledBookings: z.boolean().optional(),
  showOptimizedSlots: z.boolean().optional(),
}

export const EventType = z
  .object({
    ...eventTypeFields,
    ownerId: z.int().meta({ description: '0 for an event type of a team.' }),
    teamId: id.optional().meta({ description: 'Of a team.' }),
    users: z.array(
      z.object({
        id,
        name: z.string(),
        username: z.string(),
        avatarUrl: z.string().nullable(),
        brandColor: z.null(),
        darkBrandColor: z.null(),
        weekStart: z.string(),
        metadata: z.looseObject({}),
      }),
    ),
  })
  .meta({
    id: 'EventType',
    description:
      'Policies that are off are `{"disabled":true}`; settings that are not set are left out.',
  })

const Common = z.object(eventTypeFields)

/**
 * What event types of hosts and of teams have in common.
 * @param publicUrl where there is no booking page
 */
export function eventTypeCommon(shown: EventTypeShown, publicUrl: string): z.input<typeof Common> {
  const kept = keptIn(shown.display)
  return {
    id: shown.databaseId,
    lengthInMinutes: shown.durationMinutes,
    title: shown.name,
    slug: shown.slug,
    description: shown.description ?? '',
    locations: shown.locations.map(locationOut),
    bookingFields: fieldsOut(shown, kept.fields ?? {}),
    recurrence: recurrenceOut(shown.recurrence),
    disableGuests: !shown.allowGuests,
    slotInterval: shown.slotIntervalMinutes,
    minimumBookingNotice: shown.minimumNoticeMinutes,
    beforeEventBuffer: shown.bufferBeforeMinutes,
    afterEventBuffer: shown.bufferAfterMinutes,
    offsetStart: shown.slotOffsetMinutes,
    metadata: z.looseObject({}).catch({}).parse(shown.metadata),
    price: 0,
    currency: 'usd',
    lockTimeZoneToggleOnBookingPage: kept.lockTimeZoneToggleOnBookingPage ?? false,
    forwardParamsSuccessRedirect: true,
    successRedirectUrl: kept.successRedirectUrl ?? null,
    isInstantEvent: false,
    scheduleId: shown.scheduleDatabaseId,
    onlyShowFirstAvailableSlot: shown.firstSlotPerDay,
    bookingWindow: windowOut(shown.bookingWindow),
    confirmationPolicy: confirmationOut(shown, kept.thresholdUnit),
    seats: seatsOut(shown),
    bookerActiveBookingsLimit:
      shown.maxActivePerInvitee === null
        ? off
        : {
            maximumActiveBookings: shown.maxActivePerInvitee,
            offerReschedule: kept.offerReschedule ?? false,
          },
    requiresBookerEmailVerification: kept.requiresBookerEmailVerification ?? false,
    hideCalendarNotes: kept.hideCalendarNotes ?? false,
    useDestinationCalendarEmail: kept.useDestinationCalendarEmail ?? false,
    hideCalendarEventDetails: kept.hideCalendarEventDetails ?? false,
    hideOrganizerEmail: shown.hideHostEmail,
    calVideoSettings: kept.calVideoSettings ?? null,
    hidden: shown.isSecret,
    bookingRequiresAuthentication: shown.onlyHostsBook,
    bookingUrl: shown.schedulingUrl ?? publicUrl,
    ...(shown.durationOptions.length > 1 && { lengthInMinutesOptions: shown.durationOptions }),
    ...limitsOut('bookingLimitsCount', shown.bookingLimits),
    ...limitsOut('bookingLimitsDuration', shown.minuteLimits),
    ...(kept.bookerLayouts && { bookerLayouts: kept.bookerLayouts }),
    ...(kept.color && { color: kept.color }),
    ...(kept.customName !== undefined && { customName: kept.customName }),
    ...(kept.destinationCalendar && { destinationCalendar: kept.destinationCalendar }),
    ...(kept.interfaceLanguage !== undefined && { interfaceLanguage: kept.interfaceLanguage }),
    ...(!shown.allowCancelling && { disableCancelling: off }),
    ...reschedulingOut(shown),
    ...(kept.allowReschedulingPastBookings && { allowReschedulingPastBookings: true }),
    ...(kept.allowReschedulingCancelledBookings && { allowReschedulingCancelledBookings: true }),
    ...(shown.packSlots && { showOptimizedSlots: true }),
  }
}

/** One of a host. */
export const eventType = (shown: EventTypeShown, publicUrl: string): z.input<typeof EventType> => ({
  ...eventTypeCommon(shown, publicUrl),
  ownerId: shown.host?.databaseId ?? 0,
  ...(shown.team !== null && { teamId: shown.team.databaseId }),
  users: shown.host === null ? [] : [userOf(shown.host)],
})

/** The same as everyone may see it: without fields that are not asked. */
export function listedEventType(
  shown: EventTypeShown,
  publicUrl: string,
): z.input<typeof EventType> {
  const told = eventType(shown, publicUrl)
  return { ...told, bookingFields: told.bookingFields.filter(({ hidden }) => hidden !== true) }
}

export const userOf = (host: NonNullable<EventTypeShown['host']>) => ({
  id: host.databaseId,
  name: host.name,
  username: host.bookingPage?.slug ?? '',
  avatarUrl: host.avatarUrl,
  brandColor: null,
  darkBrandColor: null,
  weekStart: weekdayOf(host.weekStart),
  metadata: {},
})

const off = { disabled: true }

function windowOut({ kind, days, rolling, firstDay, lastDay }: EventTypeShown['bookingWindow']) {
  if (kind === 'UNLIMITED') return off
  if (kind === 'RANGE') return { type: 'range', value: [firstDay, lastDay] }
  return { type: kind === 'BUSINESS_DAYS' ? 'businessDays' : 'calendarDays', value: days, rolling }
}

function confirmationOut(
  { confirmation, confirmationNoticeMinutes, pendingClaimsTime }: EventTypeShown,
  unit: keyof typeof minutesOf = 'minutes',
) {
  if (confirmation === 'NEVER') return off
  const blocks = { blockUnconfirmedBookingsInBooker: pendingClaimsTime }
  if (confirmation === 'ALWAYS') return { type: 'always', ...blocks }
  const minutes = confirmationNoticeMinutes ?? 0
  const isWhole = minutes % minutesOf[unit] === 0
  const noticeThreshold = isWhole
    ? { unit, count: minutes / minutesOf[unit] }
    : { unit: 'minutes', count: minutes }
  return { type: 'time', noticeThreshold, ...blocks }
}

const seatsOut = ({ seats, showInvitees, showSeatsLeft }: EventTypeShown) =>
  seats === 1
    ? off
    : {
        seatsPerTimeSlot: seats,
        showAttendeeInfo: showInvitees,
        showAvailabilityCount: showSeatsLeft,
      }

function limitsOut(
  name: string,
  { perDay, perWeek, perMonth, perYear }: EventTypeShown['bookingLimits'],
) {
  const given = Object.entries({
    day: perDay,
    week: perWeek,
    month: perMonth,
    year: perYear,
  }).filter(([, limit]) => limit !== null)
  return given.length === 0 ? {} : { [name]: Object.fromEntries(given) }
}

function reschedulingOut({ allowRescheduling, reschedulingNoticeMinutes: notice }: EventTypeShown) {
  if (!allowRescheduling) return { disableRescheduling: off }
  return notice === null ? {} : { disableRescheduling: { disabled: false, minutesBefore: notice } }
}
