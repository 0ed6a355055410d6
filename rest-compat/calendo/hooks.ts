import { z } from 'zod'
import { graphql, type ResultOf } from '../../src/graph/typed.ts'
import { found, route } from '../dialect.ts'
import { after, byId, Flag, flag, id, Ok, ok, Time, time, truth } from './values.ts'
import { eventOf, hookEvents, kindsOf } from './webhooks.ts'

const group = 'Webhooks'
const scope = 'webhooks:manage'

const HookParts = graphql(
  'fragment CalendoHook on Hook { databaseId url events isActive createdAt }',
)

const Event = z.enum(hookEvents)

const Hook = z
  .object({
    id,
    url: z.string().meta({ format: 'uri' }),
    events: z.array(Event),
    is_active: Flag.meta({ description: 'Whether anything is sent to it.' }),
    created_at: Time,
  })
  .meta({ id: 'Webhook' })

const hook = (shown: ResultOf<typeof HookParts>): z.input<typeof Hook> => ({
  id: shown.databaseId,
  url: shown.url,
  events: [...new Set(shown.events.flatMap(kind => eventOf(kind) ?? []))],
  is_active: flag(shown.isActive),
  created_at: time(shown.createdAt),
})

const url = z.string().meta({ format: 'uri', description: 'Where events go: https.' })
const events = z.array(Event).meta({ description: 'What to tell of; at least one.' })
const secret = z
  .string()
  .meta({ description: 'Signs what is sent: 8 to 200 characters without spaces.' })

const list = route({
  method: 'GET',
  path: '/webhooks',
  name: 'listWebhooks',
  summary: 'All webhooks, newest first.',
  group,
  scope,
  request: {},
  response: z.array(Hook),
  document: graphql(
    `query CalendoListHooks($after: String) {
      hooks(dialect: CALENDO, first: 100, after: $after) {
        edges { node { ...CalendoHook } }
        pageInfo { endCursor hasNextPage }
      }
    }`,
    [HookParts],
  ),
  variables: () => ({}),
  next: ({ hooks }) => after(hooks),
  reply: ({ hooks }) => hooks.edges.map(({ node }) => hook(node)),
})

const create = route({
  method: 'POST',
  path: '/webhooks',
  name: 'createWebhook',
  summary:
    'Subscribes a receiver. The answer has the secret, this once: yours, or one that was made.',
  group,
  scope,
  status: 201,
  request: { body: z.object({ url, events, secret: secret.nullish() }) },
  response: Hook.extend({ secret }).meta({ id: 'NewWebhook' }),
  document: graphql(
    `mutation CalendoCreateHook($input: CreateHookInput!) {
      createHook(input: $input) { hook { ...CalendoHook } secret }
    }`,
    [HookParts],
  ),
  variables: ({ body }) => ({
    input: {
      url: body.url,
      events: kindsOf(body.events),
      secret: body.secret || null,
      dialect: 'CALENDO' as const,
    },
  }),
  reply: ({ createHook }) => ({
    ...hook(createHook.hook),
    secret: found(createHook.secret, 'secret'),
  }),
  names: { 'input.events': 'events' },
})

const update = route({
  method: 'PUT',
  path: '/webhooks/:id',
  name: 'updateWebhook',
  summary:
    'Changes what the body names. For a day after a change of the secret the old one signs too.',
  group,
  scope,
  request: {
    params: byId('webhook'),
    body: z.object({
      url: url.optional(),
      events: events.optional(),
      secret: secret.optional(),
      is_active: truth
        .optional()
        .meta({ description: 'False switches it off, and gives up what waits for it.' }),
    }),
  },
  response: Hook,
  document: graphql(
    'mutation CalendoUpdateHook($input: UpdateHookInput!) { updateHook(input: $input) { hook { ...CalendoHook } } }',
    [HookParts],
  ),
  variables: ({ params: { id }, body: { url, events, secret, is_active } }) => ({
    input: { id, url, secret, events: events && kindsOf(events), isActive: is_active },
  }),
  reply: ({ updateHook }) => hook(updateHook.hook),
  names: { 'input.events': 'events' },
})

const remove = route({
  method: 'DELETE',
  path: '/webhooks/:id',
  name: 'deleteWebhook',
  summary: 'Takes a webhook away, with its deliveries.',
  group,
  scope,
  request: { params: byId('webhook') },
  response: Ok,
  document: graphql(
    'mutation CalendoDeleteHook($id: ID!) { deleteHook(input: { id: $id }) { id: deletedId } }',
  ),
  variables: ({ params }) => params,
  reply: () => ok,
})

export const hooks = [list, create, update, remove]
