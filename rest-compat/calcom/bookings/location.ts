// Where a booking is: its contract, 4.2. What is answered is one text; what is sent is a union, or
// that text.

import { z } from 'zod'
import { graphql, type ResultOf } from '../../../src/graph/typed.ts'
import { placeOf, providerAt, providerOf } from '../calendars/integrations.ts'
import { text } from '../values.ts'

export const PlaceParts = graphql(
  'fragment CalcomPlace on Location { kind address phone text url provider }',
)

type Shown = ResultOf<typeof PlaceParts>

/** A link, an address, a number, words, or the name of the integration. */
export function placeIn(shown: Omit<Shown, 'kind'> | null): string {
  if (shown === null) return ''
  const { address, phone, text, url, provider } = shown
  return url ?? address ?? phone ?? text ?? (provider === null ? '' : placeOf(provider))
}

const Union = z.union([
  z.strictObject({ type: z.enum(['address', 'link', 'phone', 'organizersDefaultApp']) }),
  z.strictObject({ type: z.literal('integration'), integration: text }),
  z.strictObject({ type: z.literal('attendeeAddress'), address: text }),
  z.strictObject({ type: z.literal('attendeePhone'), phone: text }),
  z.strictObject({ type: z.literal('attendeeDefined'), location: text }),
])

export const WantedPlace = z
  .union(
    [Union, text],
    'must be one of the locations of the event type, such as {"type":"address"}',
  )
  .meta({
    description:
      'One of the locations of the event type, by default its first. A text can be any place.',
  })

const kinds = {
  address: 'IN_PERSON',
  link: 'LINK',
  phone: 'PHONE_HOST',
  organizersDefaultApp: 'VIDEO',
} as const

/**
 * A wanted place as a booking takes it.
 * @param offers those of the event type, among which a text is looked for first
 */
export const placeFrom = (wanted: z.output<typeof WantedPlace>, offers: readonly Shown[]) =>
  typeof wanted === 'string'
    ? { location: locationAt(wanted, offers), acceptOwnLocation: true }
    : { location: locationFrom(wanted) }

/** One of the locations of the event type as the graph takes it. */
export function locationFrom(wanted: Exclude<z.output<typeof WantedPlace>, string>) {
  switch (wanted.type) {
    case 'integration':
      return { kind: 'VIDEO' as const, provider: providerOf(wanted.integration) }
    case 'attendeeAddress':
      return { kind: 'ADDRESS_INVITEE' as const, address: wanted.address }
    case 'attendeePhone':
      return { kind: 'PHONE_INVITEE' as const, phone: wanted.phone }
    case 'attendeeDefined':
      return { kind: 'ASK_INVITEE' as const, text: wanted.location }
    default:
      return { kind: kinds[wanted.type] }
  }
}

function locationAt(place: string, offers: readonly Shown[]) {
  const provider = providerAt(place)
  if (provider !== undefined) return { kind: 'VIDEO' as const, provider }
  const offer = offers.find(each => placeIn(each) === place)
  if (offer !== undefined) return { kind: offer.kind, ...named(offer) }
  return /^https?:/i.test(place) && URL.canParse(place)
    ? { kind: 'LINK' as const, url: place }
    : { kind: 'CUSTOM' as const, text: place }
}

const named = ({ address, phone, text, url, provider }: Shown) => ({
  address,
  phone,
  text,
  url,
  provider,
})

/** What a host changes a place to. */
export const NewPlace = z.union([
  z.object({ type: z.enum(['address', 'attendeeAddress']), address: text }),
  z.object({ type: z.enum(['phone', 'attendeePhone']), phone: text }),
  z.object({ type: z.literal('link'), link: text }),
  z.object({ type: z.literal('attendeeDefined'), location: text }),
  z.object({ type: z.literal('integration'), integration: text }),
])

/** The same as the graph takes it. */
export function newLocationFrom(wanted: z.output<typeof NewPlace>) {
  switch (wanted.type) {
    case 'address':
      return { kind: 'IN_PERSON' as const, address: wanted.address }
    case 'attendeeAddress':
      return { kind: 'ADDRESS_INVITEE' as const, address: wanted.address }
    case 'phone':
      return { kind: 'PHONE_HOST' as const, phone: wanted.phone }
    case 'attendeePhone':
      return { kind: 'PHONE_INVITEE' as const, phone: wanted.phone }
    case 'link':
      return { kind: 'LINK' as const, url: wanted.link }
    case 'attendeeDefined':
      return { kind: 'ASK_INVITEE' as const, text: wanted.location }
    case 'integration':
      return { kind: 'VIDEO' as const, provider: providerOf(wanted.integration) }
  }
}
