// Settings of an event type as the graph takes them.

import type { VariablesOf } from '../../../src/graph/typed.ts'
import { exception } from '../errors.ts'
import { fieldsIn } from './booking-fields.ts'
import type { CreateEventType } from './documents.ts'
import type { EventTypeBody as Body } from './form.ts'
import { defaultLocations, locationIn } from './location.ts'
import { recurrenceIn } from './recurrence.ts'
import { type Kept, keeping, minutesOf } from './stored-settings.ts'

/** What making and changing have in common. */
export type Settings = Omit<
  VariablesOf<typeof CreateEventType>['input'],
  'name' | 'durationMinutes' | 'isOneOff'
>

/**
 * Settings of a new event type as the graph takes them, with what one has here unless it is told.
 */
export function newSettingsIn(body: Body): Settings {
  const settings = settingsIn(body)
  return {
    ...settings,
    slotGrid: 'VIEWER_CLOCK',
    minimumNoticeMinutes: settings.minimumNoticeMinutes ?? 120,
    bookingWindow: settings.bookingWindow ?? { kind: 'UNLIMITED' },
    locations: settings.locations ?? defaultLocations,
    pendingClaimsTime: settings.pendingClaimsTime ?? false,
  }
}

/**
 * Settings as the graph takes them: only those that are given.
 * @param display that of the event type before
 * @throws CallError for what this dialect alone knows to be wrong.
 */
export function settingsIn(body: Body, display: unknown = {}): Settings {
  requireOneAtATime(isRecurring(body), isLimited(body))
  const fields = body.bookingFields && fieldsIn(body.bookingFields)
  const kept = keptOf(body, fields?.setUp)
  return {
    slug: body.slug,
    description: body.description === '' ? null : body.description,
    durationOptions: body.lengthInMinutesOptions?.length === 0 ? null : body.lengthInMinutesOptions,
    locations: body.locations?.map(locationIn),
    questions: fields?.questions,
    allowGuests: inverse(body.disableGuests),
    slotIntervalMinutes: body.slotInterval,
    minimumNoticeMinutes: body.minimumBookingNotice,
    bufferBeforeMinutes: body.beforeEventBuffer,
    bufferAfterMinutes: body.afterEventBuffer,
    slotOffsetMinutes: body.offsetStart,
    scheduleId: body.scheduleId === null ? null : body.scheduleId?.toString(),
    bookingLimits: body.bookingLimitsCount && limitsIn(body.bookingLimitsCount),
    minuteLimits: body.bookingLimitsDuration && limitsIn(body.bookingLimitsDuration),
    ...activeLimitIn(body.bookerActiveBookingsLimit),
    firstSlotPerDay: body.onlyShowFirstAvailableSlot,
    bookingWindow: body.bookingWindow && windowIn(body.bookingWindow),
    ...confirmationIn(body.confirmationPolicy),
    recurrence:
      body.recurrence && ('interval' in body.recurrence ? recurrenceIn(body.recurrence) : null),
    ...seatsIn(body),
    hideHostEmail: body.hideOrganizerEmail,
    color: body.color?.lightThemeHex,
    isSecret: body.hidden,
    onlyHostsBook: body.bookingRequiresAuthentication,
    allowCancelling: inverse(body.disableCancelling && (body.disableCancelling.disabled ?? false)),
    ...reschedulingIn(body.disableRescheduling),
    packSlots: body.showOptimizedSlots,
    metadata: body.metadata,
    ...(Object.keys(kept).length > 0 && { display: keeping(display, kept) }),
  }
}

export const isRecurring = ({ recurrence }: Body): boolean =>
  recurrence != null && 'interval' in recurrence
export const isLimited = ({ bookerActiveBookingsLimit: limit }: Body): boolean =>
  limit !== undefined && 'maximumActiveBookings' in limit

/**
 * @throws CallError for a limit on active bookings beside a recurrence, which books several at
 * once.
 */
export function requireOneAtATime(recurs: boolean, limits: boolean): void {
  if (!recurs || !limits) return
  throw exception(
    400,
    'Booker Active Bookings Limit Validation failed: cannot be combined with recurrence.',
  )
}

const inverse = (value: boolean | undefined): boolean | undefined =>
  value === undefined ? undefined : !value

const isDisabled = (value: object): value is { disabled: true } =>
  'disabled' in value && value.disabled === true

/** What the graph has no room for, as far as it is given; null takes it away. */
function keptOf(body: Body, setUp: Kept['fields']): { [Name in keyof Kept]?: Kept[Name] | null } {
  const { confirmationPolicy: policy, bookerActiveBookingsLimit: limit } = body
  const changes = {
    customName: body.customName,
    successRedirectUrl: body.successRedirectUrl === '' ? null : body.successRedirectUrl,
    interfaceLanguage: body.interfaceLanguage,
    color: body.color,
    bookerLayouts: body.bookerLayouts,
    destinationCalendar: body.destinationCalendar,
    calVideoSettings: body.calVideoSettings,
    requiresBookerEmailVerification: body.requiresBookerEmailVerification,
    hideCalendarNotes: body.hideCalendarNotes,
    hideCalendarEventDetails: body.hideCalendarEventDetails,
    lockTimeZoneToggleOnBookingPage: body.lockTimeZoneToggleOnBookingPage,
    useDestinationCalendarEmail: body.useDestinationCalendarEmail,
    allowReschedulingPastBookings: body.allowReschedulingPastBookings,
    allowReschedulingCancelledBookings: body.allowReschedulingCancelledBookings,
    thresholdUnit: policy && ('noticeThreshold' in policy ? policy.noticeThreshold.unit : null),
    offerReschedule:
      limit && ('maximumActiveBookings' in limit ? (limit.offerReschedule ?? false) : null),
    fields: setUp,
  }
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined))
}

const limitsIn = (given: NonNullable<Body['bookingLimitsCount']>): Settings['bookingLimits'] =>
  isDisabled(given)
    ? null
    : { perDay: given.day, perWeek: given.week, perMonth: given.month, perYear: given.year }

function activeLimitIn(given: Body['bookerActiveBookingsLimit']): Settings {
  if (given === undefined) return {}
  return {
    maxActivePerInvitee: 'maximumActiveBookings' in given ? given.maximumActiveBookings : null,
  }
}

function windowIn(given: NonNullable<Body['bookingWindow']>): Settings['bookingWindow'] {
  if (!('type' in given)) return { kind: 'UNLIMITED' }
  if (given.type === 'range') {
    const [firstDay, lastDay] = given.value.map(day => day.slice(0, 10))
    return { kind: 'RANGE', firstDay, lastDay }
  }
  return {
    kind: given.type === 'businessDays' ? 'BUSINESS_DAYS' : 'DAYS',
    days: given.value,
    rolling: given.rolling,
  }
}

function confirmationIn(given: Body['confirmationPolicy']): Settings {
  if (given === undefined) return {}
  if (!('type' in given)) return { confirmation: 'NEVER' }
  const pendingClaimsTime = given.blockUnconfirmedBookingsInBooker
  if (given.type === 'always') return { confirmation: 'ALWAYS', pendingClaimsTime }
  const { unit, count } = given.noticeThreshold
  return {
    confirmation: 'WITHIN_NOTICE',
    confirmationNoticeMinutes: count * minutesOf[unit],
    pendingClaimsTime,
  }
}

function seatsIn({ seats, locations, confirmationPolicy }: Body): Settings {
  if (seats === undefined) return {}
  if (!('seatsPerTimeSlot' in seats)) return { seats: 1 }
  if ((locations?.length ?? 0) > 1) {
    throw exception(
      400,
      'Seats Validation failed: Seats are enabled but more than one location provided.',
    )
  }
  if (confirmationPolicy !== undefined && 'type' in confirmationPolicy) {
    throw exception(
      400,
      'RequiresConfirmation Validation failed: Seats are enabled but requiresConfirmation is true.',
    )
  }
  return {
    seats: seats.seatsPerTimeSlot,
    showInvitees: seats.showAttendeeInfo,
    showSeatsLeft: seats.showAvailabilityCount,
  }
}

function reschedulingIn(given: Body['disableRescheduling']): Settings {
  if (given === undefined) return {}
  const { disabled = false, minutesBefore } = given
  return {
    allowRescheduling: !disabled,
    reschedulingNoticeMinutes: disabled ? null : (minutesBefore ?? null),
  }
}

/** The graph's names of settings as they are here. */
export const settingsNames = {
  'input.name': 'title',
  'input.slug': 'slug',
  'input.description': 'description',
  'input.durationMinutes': 'lengthInMinutes',
  'input.durationOptions': 'lengthInMinutesOptions',
  'input.locations': 'locations',
  'input.questions': 'bookingFields',
  'input.slotIntervalMinutes': 'slotInterval',
  'input.minimumNoticeMinutes': 'minimumBookingNotice',
  'input.bufferBeforeMinutes': 'beforeEventBuffer',
  'input.bufferAfterMinutes': 'afterEventBuffer',
  'input.slotOffsetMinutes': 'offsetStart',
  'input.scheduleId': 'scheduleId',
  'input.bookingLimits.perDay': 'bookingLimitsCount.day',
  'input.bookingLimits.perWeek': 'bookingLimitsCount.week',
  'input.bookingLimits.perMonth': 'bookingLimitsCount.month',
  'input.bookingLimits.perYear': 'bookingLimitsCount.year',
  'input.minuteLimits.perDay': 'bookingLimitsDuration.day',
  'input.minuteLimits.perWeek': 'bookingLimitsDuration.week',
  'input.minuteLimits.perMonth': 'bookingLimitsDuration.month',
  'input.minuteLimits.perYear': 'bookingLimitsDuration.year',
  'input.bookingWindow': 'bookingWindow',
  'input.confirmation': 'confirmationPolicy',
  'input.confirmationNoticeMinutes': 'confirmationPolicy.noticeThreshold',
  'input.recurrence': 'recurrence',
  'input.seats': 'seats',
  'input.metadata': 'metadata',
  'input.display': 'bookingFields',
}
