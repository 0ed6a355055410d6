/** Kinds of the log that clients can ask for. */
export const eventKinds = {
  BOOKING_CREATED: 'Somebody booked, and the booking is confirmed.',
  BOOKING_REQUESTED: 'Somebody booked, and the host has yet to approve it.',
  BOOKING_APPROVED: 'The host approved a booking.',
  BOOKING_DENIED: 'The host declined a booking.',
  BOOKING_CANCELLED: 'A booking, or the seat of one invitee in it, was cancelled.',
  BOOKING_RESCHEDULED:
    'A booking, or the seat of one invitee in it, moved; `booking` is the new one.',
  BOOKING_REASSIGNED:
    'A booking of a team was transferred from one host to another. Both receive the event.',
  BOOKING_LOCATION_CHANGED: 'A host changed where a booking takes place.',
  BOOKING_GUESTS_ADDED: 'A host added guests, or another invitee, to a booking.',
  BOOKING_NO_SHOW: 'An invitee was marked as absent, or the mark was taken back.',
  BOOKING_HOST_NO_SHOW: 'It was noted that no host came, or the note was taken back.',
  BOOKING_STARTED: 'A confirmed booking began. Written only where a hook asks for it.',
  BOOKING_ENDED: 'A confirmed booking ended. Written only where a hook asks for it.',
  CONTACT_CREATED: 'Somebody booked with the host for the first time, or the host added a contact.',
  CONTACT_UPDATED: 'A booking or the host changed what is known of a contact.',
  CONTACT_DELETED: 'The host deleted a contact.',
  EVENT_TYPE_CREATED: 'The host, or a team of theirs, made an event type.',
  EVENT_TYPE_UPDATED: 'An event type was changed.',
  EVENT_TYPE_ARCHIVED: 'An event type was taken out of use for good.',
  ROUTING_FORM_SUBMITTED: 'A visitor submitted a routing form.',
  HOOK_DISABLED: 'Meridian switched a hook off: its receiver is gone, or has failed for five days.',
} as const

export type EventKind = keyof typeof eventKinds

export const isEventKind = (name: string): name is EventKind => Object.hasOwn(eventKinds, name)

export const allEventKinds: readonly EventKind[] = Object.keys(eventKinds).filter(isEventKind)

/** Every kind of the log, including kinds that are not sent to feeds and webhooks. */
export const loggedKinds = {
  ...eventKinds,
  SCHEDULE_CREATED: 'A schedule was made.',
  SCHEDULE_UPDATED: 'A schedule was changed.',
  SCHEDULE_DELETED: 'A schedule was deleted.',
} as const

export type LoggedKind = keyof typeof loggedKinds

export const isLoggedKind = (name: string): name is LoggedKind => Object.hasOwn(loggedKinds, name)

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

/** A new row in the log of one host. */
export interface Entry extends NewEvent {
  /**
   * Whether this is the log of the first host. Webhooks of a team receive the event from this log
   * only.
   */
  isFirst: boolean
  /**
   * Counts the events of its booking in this transaction, from 1; the same in all logs. 0 without a
   * booking.
   */
  position: number
}

/** Whether the value of a subscription is a row of the log. */
export const isLoggedEvent = (value: unknown): value is LoggedEvent =>
  typeof value === 'object' &&
  value !== null &&
  'sequence' in value &&
  'occurredAt' in value &&
  'hostId' in value

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
  /**
   * Counts the events of a booking and of those that it was moved from, from 1; null for other
   * events.
   */
  sequence: number | null
  data: unknown
  occurredAt: Date
}
