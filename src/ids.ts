import { customAlphabet } from 'nanoid'

/** The prefix of each kind of public id, so that an id tells what it is. */
export const prefixes = {
  User: 'usr',
  EventType: 'et',
  Schedule: 'sch',
  Booking: 'bk',
  Invitee: 'inv',
  Reservation: 'rsv',
  Contact: 'ct',
  Hook: 'hk',
  ApiKey: 'key',
  Event: 'evt',
} as const

export type Kind = keyof typeof prefixes

// 22 characters of 62 carry 131 bits: nobody guesses one.
const random = customAlphabet('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz', 22)

/** A new public id, such as `bk_3J9…`. */
export const newUid = (kind: Kind): string => `${prefixes[kind]}_${random()}`

/** What a public id names, or undefined for text that is none. */
export function kindOf(uid: string): Kind | undefined {
  const prefix = uid.slice(0, uid.indexOf('_'))
  for (const kind of Object.keys(prefixes) as Kind[]) if (prefixes[kind] === prefix) return kind
  return undefined
}
