// What is set of an event type, in the shape of 2024-06-14 and later: its contract, 5.2.

import { z } from 'zod'
import { integer, listOf, oneOf, text, truth, url } from '../values.ts'
import { BookingFields } from './booking-fields.ts'
import { Locations } from './location.ts'
import { Recurrence } from './recurrence.ts'
import { layouts } from './stored-settings.ts'

const MOST = 1_000_000
const minutes = integer(0, MOST)

const disabled = z.object({ disabled: z.literal(true, 'must be true') })
const orDisabled = <Form extends z.ZodType>(form: Form) => z.union([disabled, form])

const limits = (least: number) =>
  z.object({
    disabled: z.literal(false).optional(),
    day: integer(least, MOST).optional(),
    week: integer(least, MOST).optional(),
    month: integer(least, MOST).optional(),
    year: integer(least, MOST).optional(),
  })

const window = {
  value: integer(0, 3650),
  rolling: truth.optional(),
}

/** Null unsets a field that can be unset; of the others it counts as absent. */
const settings = {
  lengthInMinutes: integer(1, 1440),
  title: text,
  slug: text
    .transform(slugified)
    .refine(slug => slug.length <= 64, 'must be shorter than or equal to 64 characters'),
  lengthInMinutesOptions: listOf(integer(1, 1440)).nullable(),
  description: text.nullable(),
  locations: Locations,
  bookingFields: BookingFields,
  disableGuests: truth,
  slotInterval: integer(1, 1440).nullable(),
  minimumBookingNotice: minutes,
  beforeEventBuffer: minutes,
  afterEventBuffer: minutes,
  offsetStart: minutes,
  scheduleId: z.int('must be a number').nullable(),
  bookingLimitsCount: orDisabled(limits(1)),
  bookingLimitsDuration: orDisabled(limits(15)),
  bookerActiveBookingsLimit: orDisabled(
    z.object({
      disabled: z.literal(false).optional(),
      maximumActiveBookings: integer(1, 1000),
      offerReschedule: truth.optional(),
    }),
  ),
  onlyShowFirstAvailableSlot: truth,
  bookingWindow: orDisabled(
    z.discriminatedUnion(
      'type',
      [
        z.object({ type: z.literal('businessDays'), ...window }),
        z.object({ type: z.literal('calendarDays'), ...window }),
        z.object({
          type: z.literal('range'),
          value: z.tuple([text, text], 'must contain exactly 2 elements'),
        }),
      ],
      'must be one of the following values: businessDays, calendarDays, range',
    ),
  ),
  bookerLayouts: z
    .object({ defaultLayout: oneOf(layouts), enabledLayouts: listOf(oneOf(layouts)) })
    .nullable(),
  confirmationPolicy: orDisabled(
    z.discriminatedUnion(
      'type',
      [
        z.object({ type: z.literal('always'), blockUnconfirmedBookingsInBooker: truth }),
        z.object({
          type: z.literal('time'),
          noticeThreshold: z.object({
            unit: oneOf(['minutes', 'hours', 'days']),
            count: integer(1, MOST),
          }),
          blockUnconfirmedBookingsInBooker: truth,
        }),
      ],
      'must be one of the following values: always, time',
    ),
  ),
  recurrence: orDisabled(Recurrence).nullable(),
  seats: orDisabled(
    z.object({
      seatsPerTimeSlot: integer(1, 1000),
      showAttendeeInfo: truth,
      showAvailabilityCount: truth,
    }),
  ),
  color: z.object({ lightThemeHex: hex(), darkThemeHex: hex() }).nullable(),
  destinationCalendar: z.object({ integration: text, externalId: text }).nullable(),
  customName: text.nullable(),
  requiresBookerEmailVerification: truth,
  hideCalendarNotes: truth,
  hideCalendarEventDetails: truth,
  hideOrganizerEmail: truth,
  lockTimeZoneToggleOnBookingPage: truth,
  useDestinationCalendarEmail: truth,
  successRedirectUrl: url.or(z.literal('')).nullable(),
  calVideoSettings: z.record(z.string(), z.unknown(), 'must be an object').nullable(),
  hidden: truth,
  bookingRequiresAuthentication: truth,
  disableCancelling: z.object({ disabled: truth.optional() }),
  disableRescheduling: z.object({
    disabled: truth.optional(),
    minutesBefore: integer(1, 527_040).nullish(),
  }),
  interfaceLanguage: text.nullable(),
  allowReschedulingPastBookings: truth,
  allowReschedulingCancelledBookings: truth,
  showOptimizedSlots: truth,
  metadata: z.record(z.string(), z.unknown(), 'must be an object'),
}

const { lengthInMinutes, title, slug } = settings

/** What making an event type takes. */
export const NewEventType = z.object(settings).partial().extend({ lengthInMinutes, title, slug })

/** What changing one takes. */
export const EventTypeChanges = z.object(settings).partial()

export type EventTypeBody = z.output<typeof EventTypeChanges>

/** A slug as its links take it, of any words. */
function slugified(words: string): string {
  return words
    .normalize('NFD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
}

function hex() {
  return text.regex(/^#[0-9a-fA-F]{6}$/, 'must be a hexadecimal color')
}
