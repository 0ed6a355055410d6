// Webhooks of an account, of an event type, of a team's event type, of a platform client, and of a
// team, in the place of an organization: its contract, 11.1. They differ in their paths, and in the
// field that says what they are of.

import { z } from 'zod'
import type { ExecuteDocument } from '../../../src/graph/typed.ts'
import { graphql } from '../../../src/graph/typed.ts'
import { found, type Route, route } from '../../dialect.ts'
import { enveloped, success } from '../envelope.ts'
import { saying } from '../errors.ts'
import { requireExisting, returningDeleted } from '../existing.ts'
import { joined, more, page, span, spanNames } from '../pagination.ts'
import { id, number } from '../values.ts'
import {
  Changes,
  changesOf,
  HookParts,
  inputOf,
  NewWebhook,
  names,
  type Shown,
  type Subject,
  shared,
  webhook,
} from './webhook.ts'

const scope = 'webhooks:manage'

const Params = z
  .object({
    eventTypeId: number('event type'),
    teamId: number('team'),
    orgId: number('team'),
    clientId: z.string(),
  })
  .partial()

type Params = z.output<typeof Params>

/** Some webhooks. */
interface Kind<Answer> {
  path: string
  /** In the names of its routes. */
  name: string
  group: string
  params: z.ZodType<Params>
  subject(params: Params): Subject
  /** One of them, with the field that says what it is of. */
  form: z.ZodType<unknown, Answer>
  show(shown: Shown): Answer
  /** For the message about a URL that is taken: `this user`. */
  owner: string
  /** Whether all can be taken away at once. */
  deletesAll?: true
}

export const GetHookedEventType = graphql(
  'query CalcomHooksEventType($id: ID!) { eventType(id: $id) { team { databaseId } } }',
)
export const GetHookedClient = graphql(
  'query CalcomHooksClient($id: ID!) { platformClient(clientId: $id) { id: clientId } }',
)
export const GetHookedTeam = graphql(
  'query CalcomHooksTeam($id: ID!) { team(id: $id) { databaseId } }',
)

/** @throws CallError NOT_FOUND for what is not there, or not there together. */
async function requireSubject(
  execute: ExecuteDocument,
  { eventTypeId, teamId, orgId, clientId }: Params,
): Promise<void> {
  if (clientId !== undefined) await execute(GetHookedClient, { id: clientId })
  if (orgId !== undefined) found((await execute(GetHookedTeam, { id: orgId })).team, 'organization')
  if (eventTypeId === undefined) return
  const eventType = found(
    (await execute(GetHookedEventType, { id: eventTypeId })).eventType,
    'event type',
  )
  if (teamId !== undefined)
    found(`${eventType.team?.databaseId}` === teamId ? eventType : null, 'event type')
}

/** Whether a hook is of what the path says. */
function isOf(hook: Shown, { eventTypeId, teamId, orgId, clientId }: Params): boolean {
  const { dialect, eventType, team, platformClientId } = hook
  const has = (wanted: string | undefined, its: number | undefined) =>
    (wanted ?? '') === `${its ?? ''}`
  if (dialect !== 'CALCOM' || (clientId ?? null) !== platformClientId) return false
  if (!has(eventTypeId, eventType?.databaseId) || !has(orgId, team?.databaseId)) return false
  return teamId === undefined || has(teamId, eventType?.team?.databaseId)
}

function webhooksOf<Answer>(kind: Kind<Answer>): Route[] {
  const { path, name, group, params, subject, form, show, owner } = kind
  const one = z.intersection(params, z.object({ webhookId: z.string() }))
  const taken = {
    CONFLICT: [409, `Webhook with this subscriberUrl already exists for ${owner}`],
  } as const

  const get = route({
    method: 'GET',
    path: `${path}/:webhookId`,
    name: `get${name}Webhook`,
    summary: 'One webhook.',
    group,
    scope,
    request: { params: one },
    response: enveloped(form),
    document: graphql('query CalcomGetHook($id: ID!) { hook(id: $id) { ...CalcomHook } }', [
      HookParts,
    ]),
    variables: ({ params }) => ({ id: params.webhookId }),
    reply: ({ hook }, { params }) =>
      success(show(found(hook !== null && isOf(hook, params) ? hook : null, 'webhook'))),
  })

  const list = route({
    method: 'GET',
    path,
    name: `list${name}Webhooks`,
    summary: 'All webhooks, oldest first.',
    group,
    scope,
    request: { params, query: z.object(page(250)) },
    response: enveloped(z.array(form)),
    document: graphql(
      `query CalcomListHooks(
        $teamId: ID, $eventTypeId: ID, $platformClientId: ID, $metadata: JSON, $first: Int!, $offset: Int, $after: String
      ) {
        hooks(
          dialect: CALCOM, orderBy: CREATED
          teamId: $teamId, eventTypeId: $eventTypeId, platformClientId: $platformClientId, metadata: $metadata
          first: $first, offset: $offset, after: $after
        ) { edges { node { ...CalcomHook } } pageInfo { endCursor hasNextPage } }
      }`,
      [HookParts],
    ),
    async variables({ params, query }, execute) {
      await requireSubject(execute, params)
      const of = subject(params)
      return {
        ...of,
        metadata: Object.keys(of).length === 0 ? { scope: 'user' } : undefined,
        ...span(query),
      }
    },
    reply: ({ hooks }) => success(hooks.edges.map(({ node }) => show(node))),
    next: ({ hooks }, { query }) => more(hooks, query),
    join: (before, page) => ({ hooks: joined(before.hooks, page.hooks) }),
    names: spanNames,
  })

  const create = route({
    method: 'POST',
    path,
    name: `create${name}Webhook`,
    summary: 'Makes a webhook. Without a secret its deliveries are not signed.',
    group,
    scope,
    status: 201,
    request: { params, body: NewWebhook },
    response: enveloped(form),
    document: graphql(
      'mutation CalcomCreateHook($input: CreateHookInput!) { createHook(input: $input) { hook { ...CalcomHook } } }',
      [HookParts],
    ),
    async variables({ params, body }, execute) {
      await requireSubject(execute, params)
      return { input: inputOf(body, subject(params)) }
    },
    reply: ({ createHook }) => success(show(createHook.hook)),
    names,
  })

  const update = route({
    method: 'PATCH',
    path: `${path}/:webhookId`,
    name: `update${name}Webhook`,
    summary: 'Changes what the body names of a webhook.',
    group,
    scope,
    request: { params: one, body: Changes },
    response: enveloped(form),
    document: graphql(
      'mutation CalcomUpdateHook($input: UpdateHookInput!) { updateHook(input: $input) { hook { ...CalcomHook } } }',
      [HookParts],
    ),
    variables: ({ params, body }) => ({
      input: { id: params.webhookId, hasOwnUrl: true, ...changesOf(body) },
    }),
    reply: ({ updateHook }) => success(show(updateHook.hook)),
    names,
  })

  const remove = route({
    method: 'DELETE',
    path: `${path}/:webhookId`,
    name: `delete${name}Webhook`,
    summary: 'Takes a webhook away, and answers it.',
    group,
    scope,
    request: { params: one },
    document: graphql(
      'mutation CalcomDeleteHook($id: ID!) { deleteHook(input: { id: $id }) { id: deletedId } }',
    ),
    variables: ({ params }) => ({ id: params.webhookId }),
    reply: () => undefined,
  })

  const removeAll = route({
    method: 'DELETE',
    path,
    name: `deleteAll${name}Webhooks`,
    summary: 'Takes all of these webhooks away, and says how many they were.',
    group,
    scope,
    request: { params },
    response: enveloped(z.string()),
    document: graphql(
      'mutation CalcomDeleteHooks($input: DeleteHooksInput!) { deleteHooks(input: $input) { count } }',
    ),
    async variables({ params }, execute) {
      await requireSubject(execute, params)
      return { input: { ...subject(params), dialect: 'CALCOM' as const } }
    },
    reply: ({ deleteHooks }) => success(`${deleteHooks.count} webhooks deleted`),
  })

  return [
    saying(taken, create),
    list,
    get,
    requireExisting(get, saying(taken, update)),
    returningDeleted(get, remove),
    ...(kind.deletesAll ? [removeAll] : []),
  ]
}

const ofEventType = {
  form: z.object({ ...shared, eventTypeId: id }).meta({ id: 'EventTypeWebhook' }),
  show: (hook: Shown) => ({ ...webhook(hook), eventTypeId: hook.eventType?.databaseId ?? 0 }),
  subject: ({ eventTypeId = '' }: Params) => ({ eventTypeId }),
  owner: 'this event type',
  deletesAll: true,
} as const

export const webhookRoutes: Route[] = [
  ...webhooksOf({
    path: '/webhooks',
    name: '',
    group: 'Webhooks',
    params: z.object({}),
    subject: () => ({}),
    form: z.object({ ...shared, userId: id }).meta({ id: 'Webhook' }),
    show: hook => ({ ...webhook(hook), userId: hook.ownerDatabaseId }),
    owner: 'this user',
  }),
  ...webhooksOf({
    path: '/event-types/:eventTypeId/webhooks',
    name: 'EventType',
    group: 'Webhooks of event types',
    params: z.object({ eventTypeId: number('event type') }),
    ...ofEventType,
  }),
  ...webhooksOf({
    path: '/teams/:teamId/event-types/:eventTypeId/webhooks',
    name: 'TeamEventType',
    group: 'Webhooks of teams’ event types',
    params: z.object({ eventTypeId: number('event type'), teamId: number('team') }),
    ...ofEventType,
  }),
  ...webhooksOf({
    path: '/oauth-clients/:clientId/webhooks',
    name: 'PlatformClient',
    group: 'Webhooks of platform clients',
    params: z.object({ clientId: z.string() }),
    subject: ({ clientId = '' }) => ({ platformClientId: clientId }),
    form: z.object({ ...shared, oAuthClientId: z.string() }).meta({ id: 'PlatformClientWebhook' }),
    show: hook => ({ ...webhook(hook), oAuthClientId: hook.platformClientId ?? '' }),
    owner: 'this oAuth client',
    deletesAll: true,
  }),
  ...webhooksOf({
    path: '/organizations/:orgId/webhooks',
    name: 'Organization',
    group: 'Webhooks of teams',
    params: z.object({ orgId: number('team') }),
    subject: ({ orgId = '' }) => ({ teamId: orgId }),
    form: z.object({ ...shared, teamId: id }).meta({ id: 'TeamWebhook' }),
    show: hook => ({ ...webhook(hook), teamId: hook.team?.databaseId ?? 0 }),
    owner: 'this organization',
  }),
]
