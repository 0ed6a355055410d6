import { z } from 'zod'
import { graphql, type ResultOf, type VariablesOf } from '../../../src/graph/typed.ts'
import { found, route } from '../../dialect.ts'
import { listed, listOf, page, sort, span, spanNames } from '../list.ts'
import { instant, Time, time } from '../time.ts'
import { idOf, Uri, uriOf } from '../uris.ts'
import { type Organized, organizationUri } from './organization.ts'
import { owner, requireOwn } from './self.ts'

const ListActivity = graphql(
  `query CalendlyActivity(
    $kinds: [ActivityKind!], $from: DateTime, $until: DateTime, $search: String, $oldestFirst: Boolean
    $first: Int, $after: String, $last: Int, $before: String
  ) {
    viewer { id name mainTeamId }
    activity(
      kinds: $kinds, from: $from, until: $until, search: $search, oldestFirst: $oldestFirst
      first: $first, after: $after, last: $last, before: $before
    ) {
      totalCount
      edges { node { id: eventId kind occurredAt data } }
      pageInfo { startCursor endCursor hasPreviousPage hasNextPage }
    }
  }`,
)

type Shown = ResultOf<typeof ListActivity>['activity']['edges'][number]['node']
type Kind = Shown['kind']

/** Its names of what can happen. */
const names: Record<Kind, readonly [namespace: string, action: string]> = {
  BOOKING_CREATED: ['ScheduledEvent', 'Create'],
  BOOKING_REQUESTED: ['ScheduledEvent', 'Request'],
  BOOKING_APPROVED: ['ScheduledEvent', 'Approve'],
  BOOKING_DENIED: ['ScheduledEvent', 'Decline'],
  BOOKING_CANCELLED: ['ScheduledEvent', 'Cancel'],
  BOOKING_RESCHEDULED: ['ScheduledEvent', 'Reschedule'],
  BOOKING_REASSIGNED: ['ScheduledEvent', 'Reassign'],
  BOOKING_LOCATION_CHANGED: ['ScheduledEvent', 'ChangeLocation'],
  BOOKING_GUESTS_ADDED: ['ScheduledEvent', 'AddGuests'],
  BOOKING_NO_SHOW: ['ScheduledEvent', 'NoShow'],
  BOOKING_HOST_NO_SHOW: ['ScheduledEvent', 'HostNoShow'],
  BOOKING_STARTED: ['ScheduledEvent', 'Start'],
  BOOKING_ENDED: ['ScheduledEvent', 'End'],
  CONTACT_CREATED: ['Contact', 'Create'],
  CONTACT_UPDATED: ['Contact', 'Update'],
  CONTACT_DELETED: ['Contact', 'Delete'],
  EVENT_TYPE_CREATED: ['EventType', 'Create'],
  EVENT_TYPE_UPDATED: ['EventType', 'Update'],
  EVENT_TYPE_ARCHIVED: ['EventType', 'Delete'],
  SCHEDULE_CREATED: ['AvailabilitySchedule', 'Create'],
  SCHEDULE_UPDATED: ['AvailabilitySchedule', 'Update'],
  SCHEDULE_DELETED: ['AvailabilitySchedule', 'Delete'],
  ROUTING_FORM_SUBMITTED: ['RoutingForm', 'Submit'],
  HOOK_DISABLED: ['WebhookSubscription', 'Disable'],
}

const isKind = (name: string): name is Kind => Object.hasOwn(names, name)

const kinds: readonly Kind[] = Object.keys(names).filter(isKind)

/** The most that it counts. */
const MAX_COUNT = 10_000

const Entry = z
  .object({
    uri: Uri,
    occurred_at: Time,
    namespace: z.string(),
    action: z.string(),
    fully_qualified_name: z.string(),
    actor: z
      .object({ type: z.literal('User'), uri: Uri, display_name: z.string() })
      .optional()
      .meta({
        description: 'The user, of what nobody else can do. Who did the rest is not known.',
      }),
    details: z.unknown().meta({ description: 'The facts of the moment.' }),
    organization: Uri,
  })
  .meta({ id: 'ActivityLogEntry' })

function entry(
  { id, kind, occurredAt, data }: Shown,
  user: Organized & { name: string },
  publicUrl: string,
): z.input<typeof Entry> {
  const [namespace, action] = names[kind]
  return {
    uri: uriOf(publicUrl, 'activity_log_entries', id),
    occurred_at: time(occurredAt),
    namespace,
    action,
    fully_qualified_name: `${namespace}.${action}`,
    ...(isOfOwner(kind) && {
      actor: {
        type: 'User' as const,
        uri: uriOf(publicUrl, 'users', user.id),
        display_name: user.name,
      },
    }),
    details: data,
    organization: organizationUri(publicUrl, user),
  }
}

/** Several values: with commas between them, or with `[]`. */
const several = z
  .union([z.string(), z.array(z.string())])
  .transform(given => [given].flat().flatMap(text => text.split(',').map(part => part.trim())))
  .optional()

const orders = {
  occurred_at: [true, false],
  // The log is that of one user, so they differ in nothing.
  'actor.display_name': [false, false],
  'actor.uri': [false, false],
} as const

interface Wanted {
  namespace?: string[] | undefined
  action?: string[] | undefined
  actor?: string[] | undefined
}

/** Whether only the owner of the account can do it. */
const isOfOwner = (kind: Kind): boolean => kind.startsWith('SCHEDULE_')

/** The kinds that are meant. */
function kindsIn({ namespace, action, actor }: Wanted, self: string): Kind[] {
  const isSelf = actor?.some(uri => idOf(uri.split('/').at(-1) ?? '') === self)
  return kinds.filter(kind => {
    if (actor !== undefined && !(isSelf === true && isOfOwner(kind))) return false
    const [itsNamespace, itsAction] = names[kind]
    return (namespace?.includes(itsNamespace) ?? true) && (action?.includes(itsAction) ?? true)
  })
}

const Answer = listOf(Entry)
  .omit({ resource: true })
  .extend({
    last_event_time: Time.nullable(),
    total_count: z.int().meta({ description: `${MAX_COUNT} at most.` }),
    exceeds_max_total_count: z.boolean(),
  })

const list = route({
  method: 'GET',
  path: '/activity_log_entries',
  name: 'listActivityLogEntries',
  summary: 'What happened in the account, newest first by default.',
  group: 'Activity log',
  scope: 'activity:read',
  request: {
    query: z.object({
      organization: owner.organization,
      search_term: z
        .string()
        .transform(text => text.replaceAll('"', ''))
        .optional()
        .meta({ description: 'Only entries whose facts hold this.' }),
      actor: several.meta({
        description: 'URIs of users: entries that name one of them as `actor`.',
      }),
      namespace: several.meta({
        description: 'Such as `ScheduledEvent`, with commas between them.',
      }),
      action: several.meta({ description: 'Such as `Create`, with commas between them.' }),
      sort: sort<boolean>(orders, false),
      min_occurred_at: instant.optional(),
      max_occurred_at: instant.optional(),
      ...page,
    }),
  },
  response: Answer,
  document: ListActivity,
  async variables({ query }, execute): Promise<VariablesOf<typeof ListActivity>> {
    const self = await requireOwn(execute, query)
    return {
      kinds: kindsIn(query, self.id),
      from: query.min_occurred_at,
      until: query.max_occurred_at,
      search: query.search_term,
      oldestFirst: query.sort,
      ...span(query),
    }
  },
  reply({ viewer, activity }, { arrival }) {
    const user = found(viewer, 'user')
    const { resource: _, ...told } = listed(
      activity,
      each => entry(each, user, arrival.publicUrl),
      arrival,
    )
    const times = told.collection.map(each => each.occurred_at).toSorted()
    return {
      ...told,
      last_event_time: times.at(-1) ?? null,
      total_count: Math.min(activity.totalCount, MAX_COUNT),
      exceeds_max_total_count: activity.totalCount > MAX_COUNT,
    }
  },
  names: { ...spanNames, search: 'search_term', from: 'min_occurred_at', until: 'max_occurred_at' },
})

export const activityLog = [list]
