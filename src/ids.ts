import { customAlphabet } from 'nanoid'

/** The prefix of each kind of public id. It shows the type of an id. */
export const prefixes = {
  User: 'usr',
  EventType: 'et',
  Schedule: 'sch',
  Booking: 'bk',
  BookingSeries: 'bs',
  Invitee: 'inv',
  Reservation: 'rsv',
  Contact: 'ct',
  Hook: 'hk',
  Delivery: 'dlv',
  ApiKey: 'key',
  OAuthClient: 'oac',
  OAuthGrant: 'oag',
  Event: 'evt',
  BookingLink: 'lnk',
  Team: 'tm',
  TeamMember: 'tmb',
  TeamInvitation: 'tmi',
  RoutingForm: 'rf',
  RoutingSubmission: 'rfs',
  CalendarFeed: 'cf',
} as const

export type Kind = keyof typeof prefixes

// 22 characters of 62 carry 131 bits: nobody guesses one.
const random = customAlphabet('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz', 22)

/** A new public id, such as `bk_3J9…`. */
export const newUid = (kind: Kind): string => `${prefixes[kind]}_${random()}`

/** What a public id names, or undefined for text that is none. */
export function kindOf(uid: string): Kind | undefined {
  const [, prefix] = /^([a-z]+)_\w+$/.exec(uid) ?? []
  return kinds.find(kind => prefixes[kind] === prefix)
}

const isKind = (name: string): name is Kind => Object.hasOwn(prefixes, name)
const kinds = Object.keys(prefixes).filter(isKind)

const MAX_DATABASE_ID = 2_147_483_647

/**
 * How an id of a client is looked up: a public id by its `uid`; an integer, which no public id
 * looks like, by the `databaseId`, for the dialects that document integers.
 */
export function byId(id: string): { uid: string } | { id: number } {
  if (/^\d{1,10}$/.test(id) && Number(id) <= MAX_DATABASE_ID) return { id: Number(id) }
  // What can be no public id is not found; PostgreSQL would refuse some of it, such as U+0000.
  return { uid: /^\w+$/.test(id) ? id : '' }
}
