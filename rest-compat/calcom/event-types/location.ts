// Where event types can take place: a union by `type`, and the graph's locations by their kinds.

import { z } from 'zod'
import type { ResultOf, VariablesOf } from '../../../src/graph/typed.ts'
import { exception } from '../errors.ts'
import { listOf, text, truth, url } from '../values.ts'
import type { CreateEventType, EventTypeParts } from './documents.ts'

type Offered = ResultOf<typeof EventTypeParts>['locations'][number]
type Offer = NonNullable<VariablesOf<typeof CreateEventType>['input']['locations']>[number]

const integrations = [
  'cal-video google-meet zoom whereby-video whatsapp-video webex-video telegram-video tandem sylaps-video skype-video',
  'sirius-video signal-video shimmer-video salesroom-video roam-video riverside-video ping-video office365-video',
  'mirotalk jitsi jelly-video jelly-conferencing huddle facetime-video element-call-video eightxeight-video',
  'discord-video demodesk campfire-video',
]
  .join(' ')
  .split(' ')

/** What a host has without connecting anything. */
const CAL_VIDEO = 'cal-video'
const DEFAULT_APP = 'organizers_default_app'

/** Providers whose names are not the integration's with `_` for `-`. */
const providers: Record<string, string> = { 'office365-video': 'teams', 'webex-video': 'webex' }

const isPublic = truth

export const LocationInput = z
  .discriminatedUnion(
    'type',
    [
      z.object({ type: z.literal('address'), address: text, public: isPublic }),
      z.object({ type: z.literal('link'), link: url, public: isPublic }),
      z.object({ type: z.literal('phone'), phone: text, public: isPublic }),
      z.object({ type: z.literal('integration'), integration: text }),
      z.object({ type: z.literal('attendeeAddress') }),
      z.object({ type: z.literal('attendeePhone') }),
      z.object({ type: z.literal('attendeeDefined') }),
      z.object({ type: z.literal('organizersDefaultApp') }),
    ],
    'must be one of the following values: address, link, phone, integration, attendeeAddress, attendeePhone, attendeeDefined, organizersDefaultApp',
  )
  .meta({ id: 'EventTypeLocationInput' })

export const Locations = listOf(LocationInput)

export const Location = z.looseObject({ type: z.string() }).meta({
  id: 'EventTypeLocation',
  description: 'As it was given; `unknown` with `location` for what has no type here.',
})

/** Where they take place unless told. */
export const defaultLocations: Offer[] = [{ kind: 'VIDEO', provider: 'cal_video' }]

/**
 * A location as the graph takes it.
 * @throws CallError for a conference that the host has not connected.
 */
export function locationIn(given: z.output<typeof LocationInput>): Offer {
  switch (given.type) {
    case 'address':
      return { kind: 'IN_PERSON', address: given.address, isPublic: given.public }
    case 'link':
      return { kind: 'LINK', url: given.link, isPublic: given.public }
    case 'phone':
      return { kind: 'PHONE_HOST', phone: given.phone, isPublic: given.public }
    case 'integration':
      return { kind: 'VIDEO', provider: providerOf(given.integration) }
    case 'attendeeAddress':
      return { kind: 'ADDRESS_INVITEE' }
    case 'attendeePhone':
      return { kind: 'PHONE_INVITEE' }
    case 'attendeeDefined':
      return { kind: 'ASK_INVITEE' }
    case 'organizersDefaultApp':
      return { kind: 'VIDEO', provider: DEFAULT_APP }
  }
}

function providerOf(integration: string): string {
  if (!integrations.includes(integration))
    throw exception(400, `${integration} is not a valid conferencing app.`)
  if (integration !== CAL_VIDEO) throw exception(400, `${integration} not connected.`)
  return providers[integration] ?? integration.replaceAll('-', '_')
}

/** The slug of an integration by the graph's provider. */
export function integrationOf(provider: string | null): string | undefined {
  const known = integrations.find(
    name => (providers[name] ?? name.replaceAll('-', '_')) === provider,
  )
  return known
}

/** A location of an event type; to who may not see where it is, without that. */
export function locationOut(offered: Offered): z.input<typeof Location> {
  const { kind, isPublic, address, url, phone, provider } = offered
  switch (kind) {
    case 'IN_PERSON':
      return { type: 'address', address: address ?? '', public: isPublic }
    case 'LINK':
      return { type: 'link', link: url ?? '', public: isPublic }
    case 'ADDRESS_INVITEE':
      return { type: 'attendeeAddress' }
    case 'PHONE_INVITEE':
      return { type: 'attendeePhone' }
    case 'ASK_INVITEE':
      return { type: 'attendeeDefined' }
    case 'PHONE_HOST':
      if (phone !== null || !isPublic)
        return { type: 'phone', phone: phone ?? '', public: isPublic }
      break
    case 'VIDEO': {
      if (provider === DEFAULT_APP) return { type: 'organizersDefaultApp' }
      const integration = integrationOf(provider)
      if (integration !== undefined)
        return { type: 'integration', integration, ...(url !== null && { link: url }) }
      break
    }
  }
  const told = Object.entries(offered).filter(([, value]) => value !== null)
  return { type: 'unknown', location: JSON.stringify(Object.fromEntries(told)) }
}
