import { z } from 'zod'
import { type Ask, graphql, type ResultOf } from '../../src/graph/typed.ts'
import { found, route } from '../dialect.ts'
import { listed, listOf, one, page, sort, span, spanNames } from './list.ts'
import { organizationUri } from './organization.ts'
import { GUIDE } from './payload.ts'
import { needOwn, owner } from './self.ts'
import { Time, time } from './time.ts'
import { reference, Uri, uriOf, uuid } from './uris.ts'
import { names, webhooks } from './webhooks.ts'

const group = 'Webhooks'
const scope = 'webhooks:manage'

export const scopes = ['organization', 'user', 'group'] as const

const HookParts = graphql(
  'fragment CalendlyHook on Hook { id ownerId url messages metadata isActive failingSince createdAt updatedAt }',
)

const Subscription = z
  .object({
    uri: Uri,
    callback_url: Uri,
    created_at: Time,
    updated_at: Time,
    retry_started_at: Time.nullable().meta({
      description: 'When the first of the failures came that no success followed.',
    }),
    state: z.enum(['active', 'disabled']),
    events: z.array(z.string()),
    scope: z.enum(scopes),
    organization: Uri,
    user: Uri.nullable(),
    group: z.null(),
    creator: Uri,
  })
  .meta({ id: 'WebhookSubscription' })

export const NeedFamilies = graphql(`
  query CalendlyNeedFamilies($invitee: Boolean!, $eventType: Boolean!, $contact: Boolean!, $form: Boolean!) {
    bookings(first: 1) @include(if: $invitee) { edges { cursor } }
    eventTypes(first: 1) @include(if: $eventType) { edges { cursor } }
    contacts(first: 1) @include(if: $contact) { edges { cursor } }
    routingForms(first: 1) @include(if: $form) { edges { cursor } }
  }
`)

/** Who wants to be told of something must be able to read it. @throws Refused INSUFFICIENT_SCOPE. */
async function needToRead(ask: Ask, events: readonly string[]): Promise<void> {
  const some = (family: string) => events.some(name => name.startsWith(family))
  const families = { eventType: some('event_type'), contact: some('contact'), form: some('routing_form') }
  await ask(NeedFamilies, { invitee: some('invitee'), ...families })
}

/** What is kept of a subscription beside its hook. */
const Kept = z.object({ scope: z.enum(scopes) }).catch({ scope: 'organization' })

function subscription(shown: ResultOf<typeof HookParts>, publicUrl: string): z.input<typeof Subscription> {
  const { scope } = Kept.parse(shown.metadata)
  const user = uriOf(publicUrl, 'users', shown.ownerId)
  return {
    uri: uriOf(publicUrl, 'webhook_subscriptions', shown.id),
    callback_url: shown.url,
    created_at: time(shown.createdAt),
    updated_at: time(shown.updatedAt),
    retry_started_at: shown.failingSince && time(shown.failingSince),
    state: shown.isActive ? 'active' : 'disabled',
    events: shown.messages,
    scope,
    organization: organizationUri(publicUrl, shown.ownerId),
    user: scope === 'user' ? user : null,
    group: null,
    creator: user,
  }
}

const create = route({
  method: 'POST',
  path: '/webhook_subscriptions',
  name: 'createWebhookSubscription',
  summary: 'Subscribes a receiver. A `signing_key` is made unless one is given, and then answered this once.',
  group,
  scope,
  status: 201,
  reads: {
    body: z.object({
      url: z.string().meta({ format: 'uri' }),
      events: z.array(z.enum(names)).min(1, 'must be filled'),
      ...owner,
      group: reference('groups').nullish(),
      user: owner.user.nullable(),
      scope: z.enum(scopes).default('organization'),
      signing_key: z.string().nullish(),
      payload_format: z
        .enum(['standard', 'guide'])
        .optional()
        .meta({ description: '`guide`: `payload.event` is an object, as for who asks for `invitee.rescheduled`.' }),
    }),
  },
  answers: one(Subscription.extend({ signing_key: z.string().optional() }).meta({ id: 'NewWebhookSubscription' })),
  document: graphql(
    `mutation CalendlyCreateHook($input: CreateHookInput!) {
      createHook(input: $input) { hook { ...CalendlyHook } secret }
    }`,
    [HookParts],
  ),
  async variables({ body }, ask) {
    const { url, events, signing_key, scope, organization } = body
    await needOwn(ask, { organization, user: body.user ?? undefined, group: body.group ?? undefined })
    await needToRead(ask, events)
    const isForGuide = body.payload_format === 'guide' || events.includes('invitee.rescheduled')
    return {
      input: {
        url,
        dialect: 'CALENDLY' as const,
        hasOwnUrl: true,
        events: [...webhooks.kinds],
        messages: [...new Set(events)],
        metadata: { scope, ...(isForGuide && GUIDE) },
        secret: signing_key || null,
      },
    }
  },
  reply({ createHook: { hook, secret } }, { body, arrival }) {
    const made = subscription(hook, arrival.publicUrl)
    return { resource: { ...made, ...(!body.signing_key && { signing_key: found(secret, 'key') }) } }
  },
  names: { 'input.url': 'url', 'input.messages': 'events', 'input.secret': 'signing_key' },
})

const list = route({
  method: 'GET',
  path: '/webhook_subscriptions',
  name: 'listWebhookSubscriptions',
  summary: 'Subscriptions of a scope, those of the organization unless another is asked for.',
  group,
  scope,
  reads: {
    query: z.object({
      ...owner,
      group: reference('groups').optional(),
      scope: z.enum(scopes).default('organization'),
      sort: sort<'CREATED' | 'CREATED_DESC'>({ created_at: ['CREATED', 'CREATED_DESC'] }, 'CREATED_DESC'),
      ...page,
    }),
  },
  answers: listOf(Subscription),
  document: graphql(
    `query CalendlyListHooks(
      $metadata: JSON!, $orderBy: HookOrder!, $first: Int, $after: String, $last: Int, $before: String
    ) {
      hooks(
        dialect: CALENDLY, metadata: $metadata, orderBy: $orderBy
        first: $first, after: $after, last: $last, before: $before
      ) {
        edges { node { ...CalendlyHook } }
        pageInfo { startCursor endCursor hasPreviousPage hasNextPage }
      }
    }`,
    [HookParts],
  ),
  async variables({ query }, ask) {
    await needOwn(ask, query)
    return { metadata: { scope: query.scope }, orderBy: query.sort, ...span(query) }
  },
  reply: ({ hooks }, { arrival }) => listed(hooks, hook => subscription(hook, arrival.publicUrl), arrival),
  names: spanNames,
})

const get = route({
  method: 'GET',
  path: '/webhook_subscriptions/:uuid',
  name: 'getWebhookSubscription',
  summary: 'One subscription.',
  group,
  scope,
  reads: { params: uuid('the subscription') },
  answers: one(Subscription),
  document: graphql('query CalendlyGetHook($id: ID!) { hook(id: $id) { dialect ...CalendlyHook } }', [HookParts]),
  variables: ({ params }) => ({ id: params.uuid }),
  reply(data, { arrival }) {
    const hook = found(data.hook?.dialect === 'CALENDLY' ? data.hook : null, 'subscription')
    return { resource: subscription(hook, arrival.publicUrl) }
  },
})

const remove = route({
  method: 'DELETE',
  path: '/webhook_subscriptions/:uuid',
  name: 'deleteWebhookSubscription',
  summary: 'Ends a subscription.',
  group,
  scope,
  status: 204,
  reads: { params: uuid('the subscription') },
  document: graphql('mutation CalendlyDeleteHook($id: ID!) { deleteHook(id: $id) { id } }'),
  variables: ({ params }) => ({ id: params.uuid }),
  reply: () => undefined,
})

export const subscriptions = [create, list, get, remove]
