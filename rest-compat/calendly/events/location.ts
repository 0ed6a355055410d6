// Where a meeting is, in Calendly's words: its contract, "EventType" and "Event".

import { z } from 'zod'
import { graphql, type ResultOf } from '../../../src/graph/typed.ts'

export const LocationParts = graphql(
  'fragment CalendlyLocation on Location { kind address phone text url provider note }',
)

type Shown = ResultOf<typeof LocationParts>

/** What an event type offers, by the kinds of Calendly. */
const kinds = [
  'physical',
  'ask_invitee',
  'custom',
  'outbound_call',
  'inbound_call',
  'google_conference',
  'gotomeeting_conference',
  'microsoft_teams_conference',
  'webex_conference',
  'zoom_conference',
] as const

export type Kind = (typeof kinds)[number]

export const LocationKind = z.enum(kinds)

const conferences: Partial<Record<string, Kind>> = {
  google_meet: 'google_conference',
  gotomeeting: 'gotomeeting_conference',
  teams: 'microsoft_teams_conference',
  webex: 'webex_conference',
  zoom: 'zoom_conference',
}

const own: Record<Exclude<Shown['kind'], 'VIDEO'>, Kind> = {
  IN_PERSON: 'physical',
  PHONE_HOST: 'inbound_call',
  PHONE_INVITEE: 'outbound_call',
  ADDRESS_INVITEE: 'ask_invitee',
  ASK_INVITEE: 'ask_invitee',
  LINK: 'custom',
  CUSTOM: 'custom',
}

export const kindOf = ({ kind, provider }: Pick<Shown, 'kind' | 'provider'>): Kind =>
  kind === 'VIDEO' ? (conferences[provider ?? ''] ?? 'custom') : own[kind]

export const OfferedLocation = z.object({
  kind: LocationKind,
  location: z.string().nullable().optional(),
  additional_info: z.string().nullable().optional(),
  phone_number: z.string().nullable().optional(),
})

/** Words, a link or an address of it. */
const placeOf = ({ address, text, url, provider }: Shown): string | null =>
  address ?? text ?? url ?? provider

export function offered(shown: Shown): z.input<typeof OfferedLocation> {
  const kind = kindOf(shown)
  switch (kind) {
    case 'physical':
      return { kind, location: shown.address, additional_info: shown.note }
    case 'inbound_call':
      return { kind, phone_number: shown.phone, additional_info: shown.note }
    case 'custom':
      return { kind, location: placeOf(shown) }
    default:
      return { kind }
  }
}

export const EventLocation = z.object({
  type: z.enum([...kinds, 'gotomeeting']),
  location: z.string().nullable().optional(),
  additional_info: z.string().nullable().optional(),
  status: z.enum(['initiated', 'pushed']).optional(),
  join_url: z.string().nullable().optional(),
  data: z
    .object({})
    .nullable()
    .optional()
    .meta({ description: 'Facts of the provider: none here.' }),
})

/** Where an event takes place. A conference that has no link yet is `initiated`. */
export function chosen(shown: Shown): z.input<typeof EventLocation> {
  const kind = kindOf(shown)
  switch (kind) {
    case 'physical':
      return { type: kind, location: shown.address ?? '', additional_info: shown.note }
    case 'inbound_call':
      return { type: kind, location: shown.phone ?? '', additional_info: shown.note }
    case 'outbound_call':
      return { type: kind, location: shown.phone }
    case 'ask_invitee':
      return { type: kind, location: shown.address ?? shown.text ?? '' }
    case 'custom':
      return { type: kind, location: placeOf(shown) }
    default:
      return {
        type: kind === 'gotomeeting_conference' ? 'gotomeeting' : kind,
        status: shown.url === null ? 'initiated' : 'pushed',
        join_url: shown.url,
        ...(kind !== 'google_conference' && { data: shown.url === null ? null : {} }),
      }
  }
}

const providers: Partial<Record<Kind, string>> = Object.fromEntries(
  Object.entries(conferences).map(([provider, kind]) => [kind, provider]),
)

/** A location that an event type is to offer, as the graph takes it. */
export function toOffer({
  kind,
  location,
  additional_info,
  phone_number,
}: z.output<typeof OfferedLocation>) {
  switch (kind) {
    case 'physical':
      return { kind: 'IN_PERSON' as const, address: location, note: additional_info || null }
    case 'inbound_call':
      return {
        kind: 'PHONE_HOST' as const,
        phone: phone_number || null,
        note: additional_info || null,
      }
    case 'outbound_call':
      return { kind: 'PHONE_INVITEE' as const }
    case 'ask_invitee':
      return { kind: 'ASK_INVITEE' as const }
    case 'custom':
      return { kind: 'CUSTOM' as const, text: location || null }
    default:
      return { kind: 'VIDEO' as const, provider: providers[kind] }
  }
}
