// What is left of somebody whose data are erased: that they booked, and when. Pure.

import { askedOf, isLocationKind } from '../event-types/index.ts'

/** Their name from then on. */
export const ERASED_NAME = 'Erased'

/** An address that nobody has (RFC 2606 §2), another for each row. */
export const erasedEmail = (uid: string): string => `${uid.toLowerCase()}@erased.invalid`

/** Who is erased. */
export interface Erased {
  /** Addresses, in lower case. */
  emails: ReadonlySet<string>
  /** Public ids of their seats, contacts and submissions. */
  uids: ReadonlySet<string>
  /**
   * Whether they booked, and did not only come along: what a booking has of all who share it goes
   * then too.
   */
  haveBooked: boolean
}

/** A person without identifying data. */
const nobody = {
  name: ERASED_NAME,
  phone: null,
  locale: null,
  guests: [],
  notes: null,
  answers: {},
  tracking: {},
}

/** Data of invitees in the booking itself. */
const ofBooking = { metadata: {}, reason: null, cancellerName: null, byEmail: null }

type Fields = Record<string, unknown>

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * The facts of an event that concerns somebody who is erased, without them. They keep their form.
 */
export function redacted(value: unknown, erased: Erased): unknown {
  if (Array.isArray(value)) {
    return value.filter(each => !isEmailOf(each, erased)).map(each => redacted(each, erased))
  }
  if (!isFields(value)) return value
  const cleaned = Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      key === 'location' && erased.haveBooked ? withoutAnswer(inner) : redacted(inner, erased),
    ]),
  )
  if (isErased(value, erased)) return without(cleaned, idOf(value))
  return erased.haveBooked && isOfBooking(value)
    ? { ...cleaned, ...present(ofBooking, cleaned) }
    : cleaned
}

// The facts of an event, and the booking in them.
const isOfBooking = (value: Fields): boolean =>
  'invitees' in value || ('start' in value && 'status' in value)

const isEmailOf = (value: unknown, { emails }: Erased): boolean =>
  typeof value === 'string' && emails.has(value.toLowerCase())

const idOf = ({ id }: Fields): string => (typeof id === 'string' ? id : '')

const isErased = (value: Fields, erased: Erased): boolean =>
  erased.uids.has(idOf(value)) || isEmailOf(value.email, erased)

function without(person: Fields, id: string): Fields {
  // The answers of a submission are a list, those of an invitee an object.
  const answers = Array.isArray(person.answers) ? { answers: [] } : {}
  const email = 'email' in person ? { email: erasedEmail(id) } : {}
  return { ...person, ...present(nobody, person), ...answers, ...email }
}

const present = (values: Fields, there: Fields): Fields =>
  Object.fromEntries(Object.entries(values).filter(([key]) => key in there))

/** A location of a booking without what the invitee gave. */
export function withoutAnswer(location: unknown): unknown {
  if (!isFields(location) || !isLocationKind(location.kind)) return location
  const asked = askedOf(location.kind)
  if (asked === undefined) return location
  const { [asked]: _, ...rest } = location
  return rest
}
