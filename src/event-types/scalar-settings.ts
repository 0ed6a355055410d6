// The settings of an event type that are one number or one switch. Each row is the only place that
// knows the bounds, the default and the description: validation (settings.ts), the inputs and the
// type of the graph (inputs.ts, types.ts) and the columns are made from it.

import { DEFAULT_NOTICE_MINUTES } from '../bounds.ts'
import { MINUTES_PER_DAY, MINUTES_PER_YEAR } from '../time.ts'

/** A whole number that always has a value. */
export interface NumberSetting {
  min: number
  max: number
  /** The value of a new event type. */
  initial: number
  /** One sentence, with the unit. */
  text: string
}

/** A whole number that can be unset. It is null for a new event type. */
export interface OptionalNumberSetting {
  min: number
  max: number
  text: string
  /** What null means, after "Null: ". */
  unset: string
}

/** A switch. */
export interface FlagSetting {
  initial: boolean
  text: string
}

const minutes = (text: string, initial = 0, max = MINUTES_PER_DAY): NumberSetting => ({
  min: 0,
  max,
  initial,
  text,
})

export const numberSettings = {
  bufferBeforeMinutes: minutes('Minutes kept free before a booking.'),
  bufferAfterMinutes: minutes('Minutes kept free after a booking.'),
  minimumNoticeMinutes: minutes(
    'Shortest time from now to the start of a new booking, in minutes.',
    DEFAULT_NOTICE_MINUTES,
    MINUTES_PER_YEAR,
  ),
  slotOffsetMinutes: minutes('Minutes by which every slot is moved from the grid of slots.'),
  seats: {
    min: 1,
    max: 1000,
    initial: 1,
    text:
      'Number of invitees who can book the same slot. With more than one seat, bookings are ' +
      'confirmed at once, and there is at most one location.',
  },
} satisfies Record<string, NumberSetting>

export const optionalNumberSettings = {
  slotIntervalMinutes: {
    min: 1,
    max: MINUTES_PER_DAY,
    text: 'Minutes from one slot to the next.',
    unset: 'the duration of a booking.',
  },
  confirmationNoticeMinutes: {
    min: 1,
    max: MINUTES_PER_YEAR,
    text:
      'Only with the confirmation policy WITHIN_NOTICE: bookings that start sooner than this ' +
      'number of minutes need approval.',
    unset: 'another policy.',
  },
  maxActivePerInvitee: {
    min: 1,
    max: 1000,
    text: 'Maximum number of bookings that have not ended for one email address.',
    unset: 'no maximum.',
  },
  reschedulingNoticeMinutes: {
    min: 1,
    max: MINUTES_PER_YEAR,
    text: 'Shortest time before the start at which an invitee can reschedule, in minutes.',
    unset: 'until the start.',
  },
} satisfies Record<string, OptionalNumberSetting>

const flag = (initial: boolean, text: string): FlagSetting => ({ initial, text })

export const flagSettings = {
  isActive: flag(true, 'Whether the event type can be booked.'),
  isSecret: flag(
    false,
    'Whether the booking page does not list the event type. Anyone with its link can book it.',
  ),
  firstSlotPerDay: flag(false, 'Whether only the first available slot of each day is shown.'),
  packSlots: flag(
    false,
    'With the grid VIEWER_CLOCK: whether slots are rounded to the clock only as far as the ' +
      'available time allows.',
  ),
  pendingClaimsTime: flag(true, 'Whether a booking that awaits approval blocks its time.'),
  showSeatsLeft: flag(true, 'Whether slots show how many seats are left.'),
  showInvitees: flag(
    false,
    'Whether invitees who share a booking see the names, email addresses and time zones of each ' +
      'other.',
  ),
  hideHostEmail: flag(false, 'Whether invitees cannot see the email addresses of the hosts.'),
  allowGuests: flag(true, 'Whether invitees can add guests.'),
  onlyHostsBook: flag(false, 'Whether only its host, or members of its team, can book it.'),
  allowCancelling: flag(true, 'Whether its bookings can be cancelled.'),
  allowRescheduling: flag(true, 'Whether its bookings can be rescheduled.'),
} satisfies Record<string, FlagSetting>

/** The description of an input: what it sets, the bounds and the default. */
export const numberInputText = ({ text, min, max, initial }: NumberSetting): string =>
  `${text} ${min} to ${max}. Default ${initial}.`

/** As `numberInputText`. */
export const optionalNumberInputText = ({ text, min, max, unset }: OptionalNumberSetting): string =>
  `${text} ${min} to ${max}. Null: ${unset}`

/** As `numberInputText`. */
export const flagInputText = ({ text, initial }: FlagSetting): string =>
  `${text} Default ${initial}.`
