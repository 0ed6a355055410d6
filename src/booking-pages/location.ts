// Where a meeting is, in words and in the form.

import { html } from 'hono/html'
import { z } from 'zod'
import { graphql, type ResultOf } from '../graph/typed.ts'
import type { Html } from '../html-layout.ts'
import { type Asking, checked, described, problemOf, textField } from './fields.ts'

export const LocationParts = graphql(
  'fragment PageLocation on Location { kind address phone text url provider note }',
)

export type Location = ResultOf<typeof LocationParts>

const kinds = {
  IN_PERSON: 'In person',
  PHONE_HOST: 'You call the host',
  PHONE_INVITEE: 'The host calls you',
  ADDRESS_INVITEE: 'At your place',
  VIDEO: 'Video call',
  LINK: 'On the web',
  CUSTOM: 'Elsewhere',
  ASK_INVITEE: 'Wherever you say',
} as const satisfies Record<Location['kind'], string>

/**
 * What an invitee has to say of such a location: the field of the graph, and how the form asks for
 * it.
 */
const asked = {
  PHONE_INVITEE: { field: 'phone', label: 'Your telephone number', type: 'tel' },
  ADDRESS_INVITEE: { field: 'address', label: 'Your address', type: 'text' },
  ASK_INVITEE: { field: 'text', label: 'Where shall it be?', type: 'text' },
} as const

const askedOf = (kind: Location['kind']) =>
  kind === 'PHONE_INVITEE' || kind === 'ADDRESS_INVITEE' || kind === 'ASK_INVITEE'
    ? asked[kind]
    : undefined

/** `Video call: google meet`, `In person: 1 High Street`. */
export function locationWords({ kind, provider, address, phone, text, url }: Location): string {
  const more = [provider?.replaceAll('_', ' '), address, phone, text, url].filter(
    part => part != null,
  )
  return more.length === 0 ? kinds[kind] : `${kinds[kind]}: ${more.join(', ')}`
}

const Place = z.object({
  kind: z.enum(Object.keys(kinds)).pipe(z.custom<Location['kind']>()),
  address: z.string().optional(),
  phone: z.string().optional(),
  text: z.string().optional(),
  url: z.string().optional(),
  provider: z.string().optional(),
})

/** How the form names a location: complete, so that reading the form needs no other data. */
const namedBy = ({ note: _, ...location }: Location): string =>
  JSON.stringify(Object.fromEntries(Object.entries(location).filter(([, value]) => value !== null)))

/** The choice of a location, and the field for what the invitee has to say of it. */
export function locationFields(asking: Asking, locations: readonly Location[]): Html {
  const [first, ...others] = locations
  if (first === undefined) return html``
  const chosen = asking.typed.get('location') ?? namedBy(first)
  if (others.length === 0) {
    return html`<input type="hidden" name="location" value="${namedBy(first)}">${detail(asking, first, true)}`
  }
  return html`<fieldset id="location" ${described(asking, 'location')}>
<legend>Where</legend>
${locations.map(each => {
  const value = namedBy(each)
  return html`<label><input type="radio" name="location" value="${value}" ${checked(value === chosen)}>${locationWords(each)}</label>
${detail(asking, each, false)}`
})}
${problemOf(asking, 'location')}
</fieldset>`
}

const detailName = (kind: Location['kind']): string => `detail.${kind}`

function detail(asking: Asking, { kind }: Location, required: boolean): Html {
  const how = askedOf(kind)
  return how === undefined
    ? html``
    : textField(asking, { name: detailName(kind), label: how.label, type: how.type, required })
}

/** The location of a form that came, as the graph takes it; undefined: none was to choose. */
export function locationIn(typed: URLSearchParams) {
  const { data } = Place.safeParse(jsonIn(typed.get('location')))
  if (data === undefined) return undefined
  const how = askedOf(data.kind)
  return how === undefined
    ? data
    : { ...data, [how.field]: typed.get(detailName(data.kind)) || undefined }
}

function jsonIn(text: string | null): unknown {
  try {
    return JSON.parse(text ?? '')
  } catch {
    return undefined
  }
}

/**
 * Where the form shows what the graph says of `input.location`, at the field of the kind that was
 * chosen.
 */
export function locationFieldOf(typed: URLSearchParams, path: string): string {
  const kind = locationIn(typed)?.kind
  return kind !== undefined && path !== 'input.location' ? detailName(kind) : 'location'
}
