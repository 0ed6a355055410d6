// A webhook as it is kept: its contract, 11.1.

import { z } from 'zod'
import { graphql, type ResultOf } from '../../../src/graph/typed.ts'
import { Instant, listOf, oneOf, text, truth, url } from '../values.ts'
import { VERSION } from './format.ts'
import { kindsOf, type Trigger, triggers } from './triggers.ts'

export const HookParts = graphql(`
  fragment CalcomHook on Hook {
    id dialect url messages isActive secret payloadTemplate createdAt ownerDatabaseId
    platformClientId
    team { databaseId }
    eventType { databaseId team { databaseId } }
  }
`)

export type Shown = ResultOf<typeof HookParts>

const Triggers = z.array(z.enum(triggers))

export const shared = {
  id: z.string(),
  payloadTemplate: z
    .string()
    .nullable()
    .meta({ description: 'Handlebars; makes the body instead.' }),
  triggers: Triggers,
  subscriberUrl: z.string(),
  active: z.boolean(),
  secret: z.string().nullable(),
  version: z.literal(VERSION),
  createdAt: Instant,
}

/** What all webhooks have, whatever they are of. */
export const webhook = (shown: Shown) =>
  ({
    id: shown.id,
    payloadTemplate: shown.payloadTemplate,
    triggers: Triggers.parse(shown.messages),
    subscriberUrl: shown.url,
    active: shown.isActive,
    secret: shown.secret,
    version: VERSION,
    createdAt: shown.createdAt,
  }) as const

const settings = {
  active: truth,
  subscriberUrl: url,
  triggers: listOf(oneOf(triggers)).min(1, 'must contain at least 1 elements'),
}

const more = {
  payloadTemplate: text.nullish().meta({
    description: 'Handlebars over the payload, with the blocks each, if, unless and with.',
  }),
  secret: text
    .nullish()
    .meta({ description: 'What deliveries are signed with; without it they are not.' }),
  version: oneOf([VERSION]).optional(),
}

export const NewWebhook = z.object({ ...settings, ...more })
export const Changes = z.object({ ...settings, ...more }).partial()

const told = (wanted: Trigger[]) => ({ messages: [...new Set(wanted)], events: kindsOf(wanted) })

/** What of a hook the body names. */
export const changesOf = ({
  active,
  subscriberUrl,
  triggers,
  payloadTemplate,
  secret,
}: z.output<typeof Changes>) => ({
  ...(active !== undefined && { isActive: active }),
  ...(subscriberUrl !== undefined && { url: subscriberUrl }),
  ...(triggers !== undefined && told(triggers)),
  ...(payloadTemplate !== undefined && { payloadTemplate: payloadTemplate || null }),
  // An empty one signs nothing.
  ...(secret !== undefined && { secret: secret ?? '' }),
})

/** What webhooks are of. */
export interface Subject {
  teamId?: string
  eventTypeId?: string
  platformClientId?: string
}

/** A new hook. @param subject what it is of */
export const inputOf = (
  { active, subscriberUrl, triggers, payloadTemplate, secret }: z.output<typeof NewWebhook>,
  subject: Subject,
) => ({
  ...subject,
  ...told(triggers),
  url: subscriberUrl,
  dialect: 'CALCOM' as const,
  hasOwnUrl: true,
  isActive: active,
  payloadTemplate: payloadTemplate || null,
  secret: secret ?? '',
  // By this those of the account itself are found again, without those of its teams.
  metadata: { scope: Object.keys(subject)[0] ?? 'user' },
})

/** Its own names of what the graph may refuse. */
export const names = {
  'input.url': 'subscriberUrl',
  'input.messages': 'triggers',
  'input.secret': 'secret',
  'input.payloadTemplate': 'payloadTemplate',
  'input.teamId': 'orgId',
  'input.eventTypeId': 'eventTypeId',
  'input.platformClientId': 'clientId',
}
