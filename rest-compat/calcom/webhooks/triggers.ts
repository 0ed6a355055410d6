// What a webhook can be told of: its contract, 11.2.

/** How an event of the log is told. */
const told = {
  BOOKING_CREATED: 'BOOKING_CREATED',
  BOOKING_REQUESTED: 'BOOKING_REQUESTED',
  // Who has to wait for the host books when the host says yes.
  BOOKING_APPROVED: 'BOOKING_CREATED',
  BOOKING_DENIED: 'BOOKING_REJECTED',
  BOOKING_CANCELLED: 'BOOKING_CANCELLED',
  BOOKING_RESCHEDULED: 'BOOKING_RESCHEDULED',
  BOOKING_REASSIGNED: 'BOOKING_REASSIGNED',
  BOOKING_LOCATION_CHANGED: 'BOOKING_LOCATION_UPDATED',
  BOOKING_NO_SHOW: 'BOOKING_NO_SHOW_UPDATED',
  BOOKING_HOST_NO_SHOW: 'BOOKING_NO_SHOW_UPDATED',
  BOOKING_STARTED: 'MEETING_STARTED',
  BOOKING_ENDED: 'MEETING_ENDED',
  ROUTING_FORM_SUBMITTED: 'FORM_SUBMITTED',
} as const

export type Kind = keyof typeof told

/** Those that have a cause here. */
export type Told = (typeof told)[Kind]

const isKind = (kind: string): kind is Kind => Object.hasOwn(told, kind)

/** The kinds of the log that are told. */
export const kinds: readonly Kind[] = Object.keys(told).filter(isKind)

/** Those that can be asked for, and never come: what they tell of is not there. */
const untold = [
  'BOOKING_PAYMENT_INITIATED',
  'BOOKING_PAID',
  'FORM_SUBMITTED_NO_EVENT',
  'ROUTING_FORM_FALLBACK_HIT',
  'RECORDING_READY',
  'RECORDING_TRANSCRIPTION_GENERATED',
  'INSTANT_MEETING',
  'INSTANT_MEETING_ACCEPTED',
  'OOO_CREATED',
  'AFTER_HOSTS_CAL_VIDEO_NO_SHOW',
  'AFTER_GUESTS_CAL_VIDEO_NO_SHOW',
  'WRONG_ASSIGNMENT_REPORT',
  'CALENDAR_ENTRY_REJECTED',
] as const

export const triggers = [
  'BOOKING_CREATED',
  'BOOKING_RESCHEDULED',
  'BOOKING_REQUESTED',
  'BOOKING_CANCELLED',
  'BOOKING_REJECTED',
  'BOOKING_REASSIGNED',
  'BOOKING_LOCATION_UPDATED',
  'BOOKING_NO_SHOW_UPDATED',
  'MEETING_STARTED',
  'MEETING_ENDED',
  'FORM_SUBMITTED',
  ...untold,
] as const satisfies readonly (Told | (typeof untold)[number])[]

export type Trigger = (typeof triggers)[number]

/**
 * How an event is told; undefined for those that are not.
 * @param isPending a move to a time that the host has yet to approve is told as what it asks of
 * them
 */
export function triggerOf(kind: string, isPending: boolean): Told | undefined {
  if (kind === 'BOOKING_RESCHEDULED' && isPending) return 'BOOKING_REQUESTED'
  return isKind(kind) ? told[kind] : undefined
}

/**
 * The kinds of the log of which triggers tell. For those that never come, one of which nothing is
 * told either, since a hook is of one kind at least.
 */
export function kindsOf(wanted: readonly Trigger[]): Kind[] {
  const some = kinds.filter(kind =>
    wanted.some(trigger => trigger === told[kind] || isMoveAsked(kind, trigger)),
  )
  return some.length > 0 ? some : ['BOOKING_CREATED']
}

const isMoveAsked = (kind: Kind, trigger: Trigger): boolean =>
  kind === 'BOOKING_RESCHEDULED' && trigger === 'BOOKING_REQUESTED'
