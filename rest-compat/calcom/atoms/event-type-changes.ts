// What EventTypeSettings saves: the fields of its form that changed, in the words of the row.

import { z } from 'zod'
import {
  OldEventTypeChanges,
  oldEventType,
  oldNames,
  oldSettingsIn,
} from '../event-types/v2024-04-15/event-type.ts'
import { instant, integer, listOf, oneOf, text, truth } from '../values.ts'
import { fromForm } from './booking-field.ts'
import type { Shown } from './event-type.ts'

const MOST = 1_000_000
const { bookingFields } = OldEventTypeChanges.shape

const limits = (least: number) => {
  const limit = integer(least, MOST).nullish()
  return z
    .strictObject({ PER_DAY: limit, PER_WEEK: limit, PER_MONTH: limit, PER_YEAR: limit })
    .nullable()
}

const hexColor = text.regex(/^#[0-9a-fA-F]{6}$/, 'must be a hexadecimal color')

/** The form sends these with every change; nothing here depends on them. */
const ignored = {
  id: z.unknown(),
  multiplePrivateLinks: z
    .unknown()
    .meta({ description: 'Ignored: private links have routes of their own.' }),
  children: z.unknown().meta({ description: 'Ignored: there are no managed event types.' }),
  users: z.unknown(),
}

/**
 * Lengths to choose from are a setting of their own; the components keep them with the metadata.
 */
const Metadata = z.looseObject(
  { multipleDuration: listOf(integer(1, 1440)).optional() },
  'must be an object',
)

const period = {
  periodType: oneOf(['UNLIMITED', 'ROLLING', 'ROLLING_WINDOW', 'RANGE']),
  periodDays: integer(0, 3650).nullable(),
  periodCountCalendarDays: truth.nullable(),
  periodStartDate: instant.nullable(),
  periodEndDate: instant.nullable(),
}

export const EventTypeFormChanges = z
  .strictObject({
    ...OldEventTypeChanges.shape,
    ...period,
    ...ignored,
    bookingFields: z.preprocess(
      fields => (Array.isArray(fields) ? fields.map(fromForm) : fields),
      bookingFields,
    ),
    schedule: integer(1, 2_147_483_647)
      .nullable()
      .meta({ description: 'Id of the schedule; null for the default one.' }),
    bookingLimits: limits(1),
    durationLimits: limits(15),
    maxActiveBookingsPerBooker: integer(1, 1000).nullable(),
    maxActiveBookingPerBookerOfferReschedule: truth.nullable(),
    eventTypeColor: z
      .strictObject({ lightEventTypeColor: hexColor, darkEventTypeColor: hexColor })
      .nullable(),
    interfaceLanguage: text.nullable(),
    disableCancelling: truth.nullable(),
    disableRescheduling: truth.nullable(),
    minimumRescheduleNotice: integer(1, 527_040).nullable(),
    requiresConfirmationWillBlockSlot: truth,
    requiresBookerEmailVerification: truth,
    lockTimeZoneToggleOnBookingPage: truth,
    hideCalendarNotes: truth,
    hideCalendarEventDetails: truth,
    hideOrganizerEmail: truth,
    allowReschedulingPastBookings: truth,
    useEventTypeDestinationCalendarEmail: truth,
    showOptimizedSlots: truth,
    metadata: Metadata.nullable(),
    hosts: listOf(
      z.looseObject({
        userId: integer(1, 2_147_483_647),
        isFixed: truth.nullish(),
        priority: integer(0, 4).nullish(),
        weight: integer(1, 1000).nullish(),
      }),
    ).meta({ description: 'Hosts of an event type of a team; replaces all.' }),
  })
  .partial()

export type Changes = z.output<typeof EventTypeFormChanges>

type Later = NonNullable<Parameters<typeof oldSettingsIn>[2]>

const off = { disabled: true } as const

/** The input of the graph for what changed. @param before the event type as it is */
export function changesIn(body: Changes, before: Shown) {
  const { schedule, hosts } = body
  return {
    ...oldSettingsIn(body, before.display, laterSettings(body, before)),
    name: body.title,
    durationMinutes: body.length,
    ...(schedule !== undefined && { scheduleId: schedule === null ? null : schedule.toString() }),
    ...(body.requiresConfirmationWillBlockSlot !== undefined && {
      pendingClaimsTime: body.requiresConfirmationWillBlockSlot,
    }),
    ...(hosts && {
      hosts: hosts.map(({ userId, isFixed, priority, weight }) => ({
        userId: userId.toString(),
        isFixed: isFixed ?? undefined,
        priority: priority ?? undefined,
        weight: weight ?? undefined,
      })),
    }),
  }
}

/** Settings that version 2024-04-15 does not have, in the words of later versions. */
function laterSettings(body: Changes, before: Shown): Later {
  const {
    eventTypeColor: color,
    maxActiveBookingsPerBooker: most,
    maxActiveBookingPerBookerOfferReschedule,
  } = body
  return {
    lockTimeZoneToggleOnBookingPage: body.lockTimeZoneToggleOnBookingPage,
    requiresBookerEmailVerification: body.requiresBookerEmailVerification,
    hideCalendarNotes: body.hideCalendarNotes,
    hideCalendarEventDetails: body.hideCalendarEventDetails,
    hideOrganizerEmail: body.hideOrganizerEmail,
    allowReschedulingPastBookings: body.allowReschedulingPastBookings,
    useDestinationCalendarEmail: body.useEventTypeDestinationCalendarEmail,
    showOptimizedSlots: body.showOptimizedSlots,
    interfaceLanguage: body.interfaceLanguage ?? undefined,
    ...(color && {
      color: { lightThemeHex: color.lightEventTypeColor, darkThemeHex: color.darkEventTypeColor },
    }),
    ...(most !== undefined && {
      bookerActiveBookingsLimit:
        most === null
          ? off
          : {
              maximumActiveBookings: most,
              offerReschedule: maxActiveBookingPerBookerOfferReschedule ?? false,
            },
    }),
    bookingLimitsCount: limitsIn(body.bookingLimits),
    bookingLimitsDuration: limitsIn(body.durationLimits),
    bookingWindow: windowIn(body, before),
    ...(body.disableCancelling !== undefined && {
      disableCancelling: { disabled: body.disableCancelling ?? false },
    }),
    ...reschedulingIn(body, before),
    ...metadataIn(body),
  }
}

function metadataIn({
  metadata: given,
}: Changes): Pick<Later, 'metadata' | 'lengthInMinutesOptions'> {
  if (given === undefined) return {}
  const { multipleDuration, bookerLayouts: _, ...metadata } = given ?? {}
  return { metadata, lengthInMinutesOptions: multipleDuration ?? [] }
}

/** Both parts are one setting. */
function reschedulingIn(
  { disableRescheduling, minimumRescheduleNotice: notice }: Changes,
  before: Shown,
): Pick<Later, 'disableRescheduling'> {
  if (disableRescheduling === undefined && notice === undefined) return {}
  return {
    disableRescheduling: {
      disabled:
        disableRescheduling === undefined
          ? !before.allowRescheduling
          : (disableRescheduling ?? false),
      minutesBefore: notice === undefined ? before.reschedulingNoticeMinutes : notice,
    },
  }
}

/** The form sends the parts of a window that changed. */
function windowIn(body: Changes, before: Shown): Later['bookingWindow'] {
  const {
    periodType: type,
    periodDays,
    periodCountCalendarDays,
    periodStartDate,
    periodEndDate,
  } = body
  const parts = [type, periodDays, periodCountCalendarDays, periodStartDate, periodEndDate]
  if (parts.every(part => part === undefined)) return undefined
  const was = oldEventType(before)
  const periodType = type ?? was.periodType
  if (periodType === 'UNLIMITED') return off
  if (periodType === 'RANGE') {
    return {
      type: 'range',
      value: [
        periodStartDate ?? was.periodStartDate ?? '',
        periodEndDate ?? was.periodEndDate ?? '',
      ],
    }
  }
  const countsAllDays = periodCountCalendarDays ?? was.periodCountCalendarDays ?? false
  return {
    type: countsAllDays ? 'calendarDays' : 'businessDays',
    value: periodDays ?? was.periodDays ?? DEFAULT_DAYS,
    rolling: periodType === 'ROLLING_WINDOW',
  }
}

/** Days of a window whose form names none. */
const DEFAULT_DAYS = 30

function limitsIn(limits: Changes['bookingLimits']): Later['bookingLimitsCount'] {
  if (limits === undefined) return undefined
  const { PER_DAY, PER_WEEK, PER_MONTH, PER_YEAR } = limits ?? {}
  const given = {
    day: PER_DAY ?? undefined,
    week: PER_WEEK ?? undefined,
    month: PER_MONTH ?? undefined,
    year: PER_YEAR ?? undefined,
  }
  return Object.values(given).every(limit => limit === undefined) ? off : given
}

export const changeNames = {
  ...oldNames,
  'input.bookingWindow': 'periodType',
  'input.scheduleId': 'schedule',
  'input.bookingLimits': 'bookingLimits',
  'input.minuteLimits': 'durationLimits',
  'input.maxActivePerInvitee': 'maxActiveBookingsPerBooker',
  'input.reschedulingNoticeMinutes': 'minimumRescheduleNotice',
  'input.durationOptions': 'metadata.multipleDuration',
  'input.hosts': 'hosts',
}
