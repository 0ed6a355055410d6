import { z } from 'zod'
import { invalid } from '../errors.ts'
import { httpUrl, parse, phone, text } from '../validation.ts'
import { strict, withoutNulls } from './values.ts'

/** Where a meeting can be, and what each kind means. */
export const locationKinds = {
  IN_PERSON: 'At an address that the host names.',
  PHONE_HOST: "The invitee calls the host's number.",
  PHONE_INVITEE: 'The host calls the invitee, who gives a number when booking.',
  ADDRESS_INVITEE: 'At an address that the invitee names when booking.',
  VIDEO: 'A conference of a provider, such as `google_meet` or `zoom`.',
  LINK: 'At a web address that the host names.',
  CUSTOM: 'Something else, in the words of the host.',
  ASK_INVITEE: 'Wherever the invitee says when booking, in their own words.',
} as const

export type LocationKind = keyof typeof locationKinds

export const isLocationKind = (kind: unknown): kind is LocationKind =>
  typeof kind === 'string' && Object.hasOwn(locationKinds, kind)

const MAX_LOCATIONS = 20

const place = text(500)
const common = {
  /** Additional information, such as directions or the code of a conference. */
  note: text(500).optional(),
  /** False keeps all but the kind and the provider from those who have not booked. */
  isPublic: z.boolean().default(true),
}
const provider = z
  .string()
  .max(50, 'must have at most 50 characters')
  .regex(/^[a-z0-9]+(_[a-z0-9]+)*$/, 'must be a name such as google_meet')

const Stored = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('IN_PERSON'), address: place, ...common }, strict),
  z.strictObject({ kind: z.literal('PHONE_HOST'), phone: phone.optional(), ...common }, strict),
  z.strictObject({ kind: z.literal('PHONE_INVITEE'), phone: phone.optional(), ...common }, strict),
  z.strictObject(
    { kind: z.literal('ADDRESS_INVITEE'), address: place.optional(), ...common },
    strict,
  ),
  z.strictObject(
    { kind: z.literal('VIDEO'), provider, url: httpUrl.optional(), ...common },
    strict,
  ),
  z.strictObject({ kind: z.literal('LINK'), url: httpUrl, ...common }, strict),
  z.strictObject({ kind: z.literal('CUSTOM'), text: place.optional(), ...common }, strict),
  z.strictObject({ kind: z.literal('ASK_INVITEE'), text: place.optional(), ...common }, strict),
])

/**
 * A location, as `EventType.locations` offers it and as `Booking.location` keeps it. What an
 * invitee gives is missing in the first and there in the second.
 */
export type Location = z.output<typeof Stored>

// What the invitee of such a location has to give, under its own name.
const asked = { PHONE_INVITEE: 'phone', ADDRESS_INVITEE: 'address', ASK_INVITEE: 'text' } as const

export const askedOf = (kind: LocationKind): 'phone' | 'address' | 'text' | undefined =>
  kind === 'PHONE_INVITEE' || kind === 'ADDRESS_INVITEE' || kind === 'ASK_INVITEE'
    ? asked[kind]
    : undefined

/** The locations that an event type offers, in order. */
export const Locations = z
  .array(z.preprocess(withoutNulls, Stored))
  .max(MAX_LOCATIONS, `must have at most ${MAX_LOCATIONS} entries`)
  .superRefine((locations, refine) => {
    for (const [index, location] of locations.entries()) {
      const view: LocationView = location
      const field = askedOf(location.kind)
      if (field === undefined || view[field] === undefined) continue
      refine.addIssue({
        code: 'custom',
        path: [index, field],
        message: 'is for the invitee to give, when booking',
      })
    }
  })

/** The locations of a row. */
export const locationsOf = (row: { locations: unknown }): Location[] =>
  z.array(Stored).parse(row.locations)

/** The location in the column of a booking; null when it has none. */
export const locationOf = (column: unknown): Location | null =>
  column == null ? null : Stored.parse(column)

/** A location read without regard to its kind: what the kind does not have is undefined. */
export interface LocationView {
  kind: LocationKind
  isPublic: boolean
  note?: string | undefined
  address?: string | undefined
  phone?: string | undefined
  text?: string | undefined
  url?: string | undefined
  provider?: string | undefined
}

/** A location as those see it who have not booked. */
export const publicLocation = (location: LocationView): LocationView =>
  location.isPublic
    ? location
    : { kind: location.kind, isPublic: false, provider: location.provider }

const isKind = (value: unknown): boolean =>
  typeof value === 'string' && Object.hasOwn(locationKinds, value)

const Choice = z.preprocess(
  withoutNulls,
  z.object({
    kind: z.custom<LocationKind>(isKind, 'is no kind of location'),
    address: place.optional(),
    phone: phone.optional(),
    text: place.optional(),
    url: z.string().optional(),
    provider: z.string().optional(),
  }),
)

/**
 * The location of a booking to be: what the invitee wants of what the event type offers. Wanting
 * nothing means the first one. An offer is meant by its kind, and by its address, number, link,
 * text or provider where the invitee names those.
 * @param phone a number that the invitee has given elsewhere, where one is asked for
 * @param acceptOwn whether the invitee can name a place that is not offered
 * @returns null when the event type offers none and none is wanted
 * @throws ApiError INVALID_INPUT for one that is not offered, or for a missing answer, which names
 * the field
 * @example chooseLocation({ locations: [{ kind: 'PHONE_INVITEE' }] }, { kind: 'PHONE_INVITEE',
 * phone: '+49 30 1' }, 'input.location')
 */
export function chooseLocation(
  eventType: { locations: unknown },
  wanted: unknown,
  path = 'input.location',
  {
    phone: known,
    acceptOwn = false,
  }: { phone?: string | null | undefined; acceptOwn?: boolean } = {},
): Location | null {
  const offered = locationsOf(eventType)
  const choice = wanted == null ? undefined : parse(Choice, wanted, path)
  const location = choice === undefined ? offered[0] : offered.find(offer => isMeant(offer, choice))
  if (location === undefined) {
    if (choice === undefined) return null
    if (acceptOwn) return readLocation(wanted, path)
    throw invalid(path, 'is not a location of this event type')
  }
  switch (location.kind) {
    case 'PHONE_INVITEE':
      return {
        ...location,
        phone: choice?.phone ?? phone.safeParse(known).data ?? missing(path, 'phone'),
      }
    case 'ADDRESS_INVITEE':
      return { ...location, address: choice?.address ?? missing(path, 'address') }
    case 'ASK_INVITEE':
      return { ...location, text: choice?.text ?? missing(path, 'text') }
    default:
      return location
  }
}

/**
 * A location that a host gives a booking, whether or not its event type offers it.
 * @throws ApiError INVALID_INPUT for one that cannot be read, or without what its kind leaves to
 * the invitee.
 */
export function readLocation(wanted: unknown, path = 'input.location'): Location {
  const location = parse(z.preprocess(withoutNulls, Stored), wanted, path)
  const field = askedOf(location.kind)
  const view: LocationView = location
  if (field !== undefined && view[field] === undefined)
    throw invalid(`${path}.${field}`, 'is missing')
  return location
}

function isMeant(offer: Location, { kind, ...said }: z.output<typeof Choice>): boolean {
  if (offer.kind !== kind) return false
  const own = new Map<string, unknown>(Object.entries(offer))
  return Object.entries(said).every(
    ([field, value]) => field === askedOf(offer.kind) || own.get(field) === value,
  )
}

function missing(path: string, field: string): never {
  throw invalid(`${path}.${field}`, 'is missing: the event type asks the invitee for it')
}
