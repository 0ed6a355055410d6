import { z } from 'zod'
import { type ExecuteDocument, graphql, type ResultOf } from '../../../src/graph/typed.ts'
import { found, route } from '../../dialect.ts'
import { invalid } from '../../request-shape.ts'
import { titled } from '../errors.ts'
import { GUIDE } from '../events/payload.ts'
import { listed, listOf, one, page, sort, span, spanNames } from '../list.ts'
import { requireGroup } from '../organization/groups.ts'
import { loneIdOf, organizationIdOf } from '../organization/organization.ts'
import { denied, owner, requireOwn } from '../organization/self.ts'
import { Time, time } from '../time.ts'
import { reference, Uri, uriOf, uuid } from '../uris.ts'
import { names, webhooks } from './format.ts'

const group = 'Webhooks'
const scope = 'webhooks:manage'

export const scopes = ['organization', 'user', 'group'] as const

const HookParts = graphql(
  'fragment CalendlyHook on Hook { id ownerId team { id } url messages metadata isActive failingSince createdAt updatedAt }',
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
    group: Uri.nullable(),
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

/**
 * Who wants to be told of something must be able to read it.
 * @throws CallError INSUFFICIENT_SCOPE.
 */
async function requireToRead(execute: ExecuteDocument, events: readonly string[]): Promise<void> {
  const some = (family: string) => events.some(name => name.startsWith(family))
  const families = {
    eventType: some('event_type'),
    contact: some('contact'),
    form: some('routing_form'),
  }
  await execute(NeedFamilies, { invitee: some('invitee'), ...families })
}

/** Events of the graph from which messages of a family come. */
const prefixes = {
  invitee: 'BOOKING_',
  event_type: 'EVENT_TYPE_',
  contact: 'CONTACT_',
  routing_form: 'ROUTING_FORM_',
}

/**
 * The kinds of the graph that a subscription needs: no more, since each takes the scope for reading
 * it.
 */
function kindsOf(events: readonly string[]) {
  const wanted = Object.entries(prefixes).filter(([family]) =>
    events.some(name => name.startsWith(family)),
  )
  // Recaps of meetings are never sent, and concern bookings.
  const kept = wanted.length > 0 ? wanted.map(([, prefix]) => prefix) : [prefixes.invitee]
  return webhooks.kinds.filter(kind => kept.some(prefix => kind.startsWith(prefix)))
}

/** Families of events that can be subscribed to in one scope alone. */
const onlyScopes = { meeting_recap: 'user', routing_form_submission: 'organization' } as const

/** @throws CallError INVALID_INPUT for an event that the scope does not have. */
function requireScopeOf(events: readonly string[], scope: (typeof scopes)[number]): void {
  for (const [family, only] of Object.entries(onlyScopes)) {
    const event = events.find(name => name.startsWith(`${family}.`))
    if (event !== undefined && scope !== only)
      throw titled('Invalid Argument', `${event} is available in the scope ${only} only`)
  }
}

/** What is kept of a subscription beside its hook. */
const Kept = z
  .object({
    scope: z.enum(scopes),
    organization: z.string().optional().meta({ description: 'That of the user when it was made.' }),
  })
  .catch({ scope: 'organization' })

function subscription(
  shown: ResultOf<typeof HookParts>,
  publicUrl: string,
): z.input<typeof Subscription> {
  const { scope, organization: first = loneIdOf(shown.ownerId) } = Kept.parse(shown.metadata)
  const organization = scope === 'organization' ? (shown.team?.id ?? first) : first
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
    organization: uriOf(publicUrl, 'organizations', organization),
    user: scope === 'user' ? user : null,
    group:
      scope === 'group' && shown.team !== null ? uriOf(publicUrl, 'groups', shown.team.id) : null,
    creator: user,
  }
}

interface Asked {
  scope?: (typeof scopes)[number] | undefined
  organization?: string | undefined
  user?: string | null | undefined
  group?: string | null | undefined
}

/**
 * What a subscription is of: the scope that is asked for, or the widest that the user may have; and
 * the team of an organization or a group.
 * @throws CallError FORBIDDEN unless the user is an owner or admin there; INVALID_INPUT for a group
 * that is not named.
 */
export async function subjectOf(
  execute: ExecuteDocument,
  { scope, organization, user, group }: Asked,
) {
  const self = await requireOwn(execute, { organization, user: user ?? undefined })
  const wanted = scope ?? (self.isAdmin ? 'organization' : 'user')
  const of = { scope: wanted, organization: organizationIdOf(self) }
  if (wanted === 'user') return { ...of, teamId: null }
  if (wanted === 'organization') {
    if (!self.isAdmin) throw denied('You do not have permission')
    return { ...of, teamId: self.mainTeamId }
  }
  if (group == null) throw invalid([{ path: 'group', message: 'is missing' }])
  return { ...of, teamId: await requireGroup(execute, group) }
}

const asked = z
  .enum(scopes)
  .optional()
  .meta({ description: '`organization` unless given, for owners and admins; `user` for others.' })

const create = route({
  method: 'POST',
  path: '/webhook_subscriptions',
  name: 'createWebhookSubscription',
  summary:
    'Subscribes a receiver. A `signing_key` is made unless one is given, and then answered this once.',
  group,
  scope,
  status: 201,
  request: {
    body: z.object({
      url: z.string().meta({ format: 'uri' }),
      events: z.array(z.enum(names)).min(1, 'must be filled'),
      ...owner,
      group: reference('groups').nullish(),
      user: owner.user.nullable(),
      scope: asked,
      signing_key: z.string().nullish(),
      payload_format: z.enum(['standard', 'guide']).optional().meta({
        description:
          '`guide`: `payload.event` is an object, as for who asks for `invitee.rescheduled`.',
      }),
    }),
  },
  response: one(
    Subscription.extend({ signing_key: z.string().optional() }).meta({
      id: 'NewWebhookSubscription',
    }),
  ),
  document: graphql(
    `mutation CalendlyCreateHook($input: CreateHookInput!) {
      createHook(input: $input) { hook { ...CalendlyHook } secret }
    }`,
    [HookParts],
  ),
  async variables({ body }, execute) {
    const { url, events, signing_key } = body
    const { scope, organization, teamId } = await subjectOf(execute, body)
    requireScopeOf(events, scope)
    await requireToRead(execute, events)
    const isForGuide = body.payload_format === 'guide' || events.includes('invitee.rescheduled')
    return {
      input: {
        url,
        dialect: 'CALENDLY' as const,
        hasOwnUrl: true,
        events: kindsOf(events),
        messages: [...new Set(events)],
        teamId,
        // What is of the user alone, such as routing forms, is of their organization too.
        withOwn: teamId !== null && scope === 'organization',
        // Of an account without a team: from the first invitation on, which makes the team.
        withMembers: scope === 'organization',
        metadata: { scope, organization, ...(isForGuide && GUIDE) },
        secret: signing_key || null,
      },
    }
  },
  reply({ createHook: { hook, secret } }, { body, arrival }) {
    const made = subscription(hook, arrival.publicUrl)
    return {
      resource: { ...made, ...(!body.signing_key && { signing_key: found(secret, 'key') }) },
    }
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
  request: {
    query: z.object({
      ...owner,
      group: reference('groups').optional(),
      scope: asked,
      sort: sort<'CREATED' | 'CREATED_DESC'>(
        { created_at: ['CREATED', 'CREATED_DESC'] },
        'CREATED_DESC',
      ),
      ...page,
    }),
  },
  response: listOf(Subscription),
  document: graphql(
    `query CalendlyListHooks(
      $metadata: JSON!, $teamId: ID, $orderBy: HookOrder!, $first: Int, $after: String, $last: Int, $before: String
    ) {
      hooks(
        dialect: CALENDLY, metadata: $metadata, teamId: $teamId, orderBy: $orderBy
        first: $first, after: $after, last: $last, before: $before
      ) {
        edges { node { ...CalendlyHook } }
        pageInfo { startCursor endCursor hasPreviousPage hasNextPage }
      }
    }`,
    [HookParts],
  ),
  async variables({ query }, execute) {
    const { scope, teamId } = await subjectOf(execute, query)
    // Those of an organization are told of their makers' own events too, and are shown to these
    // alone.
    return {
      metadata: { scope },
      teamId: scope === 'group' ? teamId : null,
      orderBy: query.sort,
      ...span(query),
    }
  },
  reply: ({ hooks }, { arrival }) =>
    listed(hooks, hook => subscription(hook, arrival.publicUrl), arrival),
  names: spanNames,
})

const get = route({
  method: 'GET',
  path: '/webhook_subscriptions/:uuid',
  name: 'getWebhookSubscription',
  summary: 'One subscription.',
  group,
  scope,
  request: { params: uuid('the subscription') },
  response: one(Subscription),
  document: graphql(
    'query CalendlyGetHook($id: ID!) { hook(id: $id) { dialect ...CalendlyHook } }',
    [HookParts],
  ),
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
  request: { params: uuid('the subscription') },
  document: graphql(
    'mutation CalendlyDeleteHook($id: ID!) { deleteHook(input: { id: $id }) { id: deletedId } }',
  ),
  variables: ({ params }) => ({ id: params.uuid }),
  reply: () => undefined,
})

export const subscriptions = [create, list, get, remove]
