/** Kinds of the log that clients can ask for. */
export const eventKinds = {
  BOOKING_CREATED: 'Somebody booked, and the booking is confirmed.',
  BOOKING_REQUESTED: 'Somebody booked, and the host has yet to approve it.',
  BOOKING_APPROVED: 'The host approved a booking.',
  BOOKING_DENIED: 'The host declined a booking.',
  BOOKING_CANCELLED: 'A booking, or the seat of one invitee in it, was cancelled.',
  BOOKING_RESCHEDULED: 'A booking, or the seat of one invitee in it, moved; `booking` is the new one.',
  BOOKING_REASSIGNED: 'A booking of a team was handed over from one host to another; both are told.',
  BOOKING_NO_SHOW: 'An invitee was marked as absent, or the mark was taken back.',
  BOOKING_STARTED: 'A confirmed booking began. Written only where a hook asks for it.',
  BOOKING_ENDED: 'A confirmed booking ended. Written only where a hook asks for it.',
  CONTACT_CREATED: 'Somebody booked with the host for the first time.',
  CONTACT_UPDATED: 'A booking changed what is known of a contact.',
  ROUTING_FORM_SUBMITTED: 'A visitor submitted a routing form.',
  HOOK_DISABLED: 'Meridian switched a hook off: its receiver is gone, or has failed for five days.',
} as const

export type EventKind = keyof typeof eventKinds

export const isEventKind = (name: string): name is EventKind => Object.hasOwn(eventKinds, name)

export const allEventKinds: readonly EventKind[] = Object.keys(eventKinds).filter(isEventKind)

/** Kinds that only the log holds, for readers inside. */
export type LoggedKind =
  | EventKind
  | 'EVENT_TYPE_CREATED'
  | 'EVENT_TYPE_UPDATED'
  | 'EVENT_TYPE_ARCHIVED'
  | 'SCHEDULE_CREATED'
  | 'SCHEDULE_UPDATED'
  | 'SCHEDULE_DELETED'

/** A row to be: what happened, to what, and the facts of the moment. */
export interface NewEvent {
  kind: LoggedKind
  bookingId?: number
  inviteeId?: number
  contactId?: number
  eventTypeId?: number
  /** JSON. Readers see it as it was written, whatever changes later. */
  data: Record<string, unknown>
}

/** A row to be, in one of the logs that tell of it. */
export interface Entry extends NewEvent {
  /** Whether this is the first of these logs: what a team's hooks are told of comes from this one alone. */
  isFirst: boolean
}

/** A row of the log. */
export interface LoggedEvent {
  /** Grows in commit order within one host. */
  id: bigint
  uid: string
  hostId: number
  kind: LoggedKind
  bookingId: number | null
  inviteeId: number | null
  contactId: number | null
  eventTypeId: number | null
  data: unknown
  occurredAt: Date
}
