import { z } from 'zod'
import { graphql } from '../../src/graph/typed.ts'
import type { Limit } from '../../src/rate-limits/table.ts'
import { found, route } from '../dialect.ts'
import { listed, listOf, page, span, spanNames } from './list.ts'
import { Hook, HookParts, hook, hookEvents } from './serialize.ts'

const group = 'Webhooks'
const scope = 'webhooks:manage'
const changes: Limit = { requests: 10, seconds: 60 }

const list = route({
  method: 'GET',
  path: '/hooks',
  name: 'listHooks',
  summary: 'Subscriptions, newest first.',
  group,
  scope,
  request: { query: z.object(page) },
  response: listOf(Hook),
  document: graphql(
    `query CalendarpaListHooks($first: Int!, $after: String) {
      hooks(dialect: CALENDARPA, first: $first, after: $after) {
        edges { node { ...CalendarpaHook } }
        pageInfo { endCursor hasNextPage }
      }
    }`,
    [HookParts],
  ),
  variables: ({ query }) => span(query),
  reply: ({ hooks }) => listed(hooks, hook),
  names: spanNames,
})

// Zapier's REST hooks name the receiver `hookUrl` or `target_url`, and send one event.
const NewHook = z
  .object({
    target_url: z
      .string()
      .optional()
      .meta({ format: 'uri', description: 'Where the events go; needed.' }),
    url: z.string().optional().meta({ format: 'uri', description: 'The same.' }),
    hookUrl: z.string().optional().meta({ format: 'uri', description: 'The same.' }),
    events: z
      .array(z.enum(hookEvents))
      .optional()
      .meta({ description: 'What to tell of; needed.' }),
    event: z.enum(hookEvents).optional().meta({ description: 'The same, for one.' }),
  })
  .transform((body, refine) => {
    const url = body.target_url ?? body.url ?? body.hookUrl
    const events = body.events ?? (body.event && [body.event])
    if (url === undefined)
      refine.addIssue({ code: 'custom', path: ['target_url'], message: 'is missing' })
    if (events === undefined)
      refine.addIssue({ code: 'custom', path: ['events'], message: 'is missing' })
    return url === undefined || events === undefined ? z.NEVER : { url, events }
  })

const create = route({
  method: 'POST',
  path: '/hooks',
  name: 'createHook',
  summary: 'Subscribes a receiver. `secret`, which signs what it gets, is answered this once.',
  group,
  scope,
  limit: changes,
  status: 201,
  request: { body: NewHook },
  response: Hook.extend({ secret: z.string() }).meta({ id: 'NewHook' }),
  document: graphql(
    `mutation CalendarpaCreateHook($url: URL!, $events: [EventKind!]!) {
      createHook(input: { url: $url, events: $events, dialect: CALENDARPA }) { hook { ...CalendarpaHook } secret }
    }`,
    [HookParts],
  ),
  variables: ({ body }) => body,
  reply: ({ createHook }) => ({
    ...hook(createHook.hook),
    secret: found(createHook.secret, 'secret'),
  }),
  names: { 'input.url': 'target_url', 'input.events': 'events' },
})

const remove = route({
  method: 'DELETE',
  path: '/hooks/:id',
  name: 'deleteHook',
  summary: 'Ends a subscription.',
  group,
  scope,
  limit: changes,
  status: 204,
  request: {
    params: z.object({ id: z.string().meta({ description: 'Id of the subscription.' }) }),
  },
  document: graphql(
    'mutation CalendarpaDeleteHook($id: ID!) { deleteHook(input: { id: $id }) { id: deletedId } }',
  ),
  variables: ({ params }) => params,
  reply: () => undefined,
})

export const hooks = [list, create, remove]
