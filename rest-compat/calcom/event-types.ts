// Event types, in the shape of 2024-06-14 and later: its contract, 5.1.

import { z } from 'zod'
import { type Ask, graphql } from '../../src/graph/typed.ts'
import { route } from '../dialect.ts'
import { dynamicEventType, namesIn } from './dynamic-event-type.ts'
import { enveloped, success } from './envelope.ts'
import { exception, saying } from './errors.ts'
import { EventType, EventTypeParts, type EventTypeShown, eventType, listedEventType } from './event-type.ts'
import {
  CreateEventType,
  EventTypeChanges,
  NewEventType,
  newSettingsIn,
  settingsIn,
  settingsNames,
} from './event-type-input.ts'
import { id, number, text } from './values.ts'
import { eventTypeVersions } from './versions.ts'

const group = 'Event types'
const read = 'event_types:read'
const write = 'event_types:write'
const versions = eventTypeVersions.new

/** Words for a slug that is taken, and for a schedule of somebody else. */
export const saidOfSettings = {
  CONFLICT: [400, 'User already has an event type with this slug.'],
  NOT_FOUND: [404],
} as const

const create = saying(
  saidOfSettings,
  route({
    method: 'POST',
    path: '/event-types',
    versions,
    name: 'createEventType',
    summary: 'Makes an event type.',
    group,
    scope: write,
    status: 201,
    reads: { body: NewEventType },
    answers: enveloped(EventType),
    document: CreateEventType,
    variables: ({ body }) => ({
      input: { ...newSettingsIn(body), name: body.title, durationMinutes: body.lengthInMinutes },
    }),
    reply: ({ createEventType }, { arrival }) => success(eventType(createEventType.eventType, arrival.publicUrl)),
    names: settingsNames,
  }),
)

export const GetEventType = graphql(
  `query CalcomGetEventType($id: ID!) {
    eventType(id: $id) { ...CalcomEventType }
    publicEventType(ref: { id: $id }) { databaseId }
  }`,
  [EventTypeParts],
)

/**
 * An event type that the caller sees from within.
 * @throws Refused 404 for one that is not there, or hidden; 403 for that of somebody else.
 */
export function ownEventType(
  { eventType, publicEventType }: { eventType: EventTypeShown | null; publicEventType: unknown },
  id: string,
): EventTypeShown {
  if (eventType !== null && eventType.archivedAt === null) return eventType
  if (publicEventType !== null) throw exception(403, `User does not own event type with ID=${id}`)
  throw exception(404, `Event type with id ${id} not found`)
}

const params = z.object({ eventTypeId: number('event type') })

const get = route({
  method: 'GET',
  path: '/event-types/:eventTypeId',
  versions,
  name: 'getEventType',
  summary: 'One event type of the account or of its teams.',
  group,
  scope: read,
  reads: { params },
  answers: enveloped(EventType),
  document: GetEventType,
  variables: ({ params }) => ({ id: params.eventTypeId }),
  reply: (data, { params, arrival }) => success(eventType(ownEventType(data, params.eventTypeId), arrival.publicUrl)),
})

export const UpdateEventType = graphql(
  `mutation CalcomUpdateEventType($input: UpdateEventTypeInput!) {
    updateEventType(input: $input) { eventType { ...CalcomEventType } }
  }`,
  [EventTypeParts],
)

const update = saying(
  saidOfSettings,
  route({
    method: 'PATCH',
    path: '/event-types/:eventTypeId',
    versions,
    name: 'updateEventType',
    summary: 'Changes what is named of an event type.',
    group,
    scope: write,
    reads: { params, body: EventTypeChanges },
    answers: enveloped(EventType),
    document: UpdateEventType,
    async variables({ params: { eventTypeId }, body }, ask) {
      const before = ownEventType(await ask(GetEventType, { id: eventTypeId }), eventTypeId)
      const settings = settingsIn(body, before.display)
      return { input: { id: eventTypeId, ...settings, name: body.title, durationMinutes: body.lengthInMinutes } }
    },
    reply: ({ updateEventType }, { arrival }) => success(eventType(updateEventType.eventType, arrival.publicUrl)),
    names: settingsNames,
  }),
)

export const ArchiveEventType = graphql(
  `mutation CalcomDeleteEventType($id: ID!) {
    archiveEventType(id: $id) { eventType { databaseId durationMinutes slug name } }
  }`,
)

/** @throws Refused unless the caller sees the event type from within. */
export async function needEventType(ask: Ask, id: string): Promise<{ id: string }> {
  ownEventType(await ask(GetEventType, { id }), id)
  return { id }
}

const remove = route({
  method: 'DELETE',
  path: '/event-types/:eventTypeId',
  versions,
  name: 'deleteEventType',
  summary: 'Takes an event type out of use for good; its bookings stay.',
  group,
  scope: write,
  reads: { params },
  answers: enveloped(z.object({ id, lengthInMinutes: z.int(), slug: z.string(), title: z.string() })),
  document: ArchiveEventType,
  variables: ({ params }, ask) => needEventType(ask, params.eventTypeId),
  reply: ({ archiveEventType: { eventType } }) =>
    success({
      id: eventType.databaseId,
      lengthInMinutes: eventType.durationMinutes,
      slug: eventType.slug,
      title: eventType.name,
    }),
})

export const ListEventTypes = graphql(
  `query CalcomListEventTypes($own: Boolean!, $public: Boolean!, $page: String!, $orderBy: EventTypeOrder!, $after: String) {
    eventTypes(orderBy: $orderBy, first: 30, after: $after) @include(if: $own) {
      edges { node { ...CalcomEventType } } pageInfo { endCursor hasNextPage }
    }
    bookingPage(slug: $page) @include(if: $public) {
      host { databaseId }
      eventTypes(first: 30, after: $after) {
        edges { node { ...CalcomEventType } } pageInfo { endCursor hasNextPage }
      }
    }
  }`,
  [EventTypeParts],
)

export const GetPage = graphql('query CalcomGetPage { viewer { bookingPage { slug } } }')

export const GetHost = graphql(
  'query CalcomGetHost($page: String!) { bookingPage(slug: $page) { host { databaseId } } }',
)

/** @throws Refused 404 unless somebody has that name. */
async function needHost(page: string, ask: Ask): Promise<void> {
  const { bookingPage } = await ask(GetHost, { page })
  if (bookingPage === null || bookingPage.host === null) throw noUser(page)
}

const noUser = (username: string) => exception(404, `User with username "${username}" not found`)

interface Wanted {
  username?: string | undefined
  eventSlug?: string | undefined
  usernames?: string | undefined
  orgSlug?: string | undefined
  sortCreatedAt?: 'asc' | 'desc' | undefined
}

/** Whose event types are listed: the caller's own, or what stands on somebody's page. */
export async function listedOf({ username, orgSlug, sortCreatedAt }: Wanted, ask: Ask) {
  if (orgSlug !== undefined) throw exception(404, `Organization with slug=${orgSlug} not found`)
  const { viewer } = await ask(GetPage, {})
  const own = viewer !== null && (username === undefined || viewer.bookingPage?.slug === username)
  return {
    own,
    public: !own && username !== undefined,
    page: username ?? '',
    orderBy: sortCreatedAt === 'desc' ? ('CREATED_DESC' as const) : ('CREATED' as const),
  }
}

const list = route({
  method: 'GET',
  path: '/event-types',
  versions,
  name: 'listEventTypes',
  summary: 'Event types of the account, or what somebody offers to everyone.',
  group,
  scope: read,
  optionalAuth: true,
  reads: {
    query: z.object({
      username: text.optional().meta({ description: 'Whose: the slug of a booking page.' }),
      eventSlug: text.optional().meta({ description: 'Only that one of them.' }),
      usernames: text.optional().meta({
        description: 'Several, with commas: the event type at which they all meet, made up for the question.',
      }),
      orgSlug: text.optional().meta({ description: 'There are no organizations.' }),
      sortCreatedAt: z.enum(['asc', 'desc'], 'must be one of the following values: asc, desc').optional(),
    }),
  },
  answers: enveloped(z.array(EventType)),
  document: ListEventTypes,
  async variables({ query }, ask) {
    if (query.usernames !== undefined) {
      for (const page of namesIn(query.usernames)) await needHost(page, ask)
      return { own: false, public: false, page: '', orderBy: 'CREATED' as const }
    }
    return listedOf(query, ask)
  },
  next: data => {
    const { pageInfo } = data.eventTypes ?? data.bookingPage?.eventTypes ?? {}
    return pageInfo?.hasNextPage ? { after: pageInfo.endCursor } : undefined
  },
  join: (before, page) => ({
    eventTypes: page.eventTypes && joined(before.eventTypes, page.eventTypes),
    bookingPage: page.bookingPage && {
      ...page.bookingPage,
      eventTypes: joined(before.bookingPage?.eventTypes, page.bookingPage.eventTypes),
    },
  }),
  reply(data, { query, arrival }) {
    if (query.usernames !== undefined) return success([dynamicEventType(query.usernames, arrival.publicUrl)])
    const shown = nodesOf(data, query)
    return success(shown.map(one => listedEventType(one, arrival.publicUrl)))
  },
})

const joined = <Page extends { edges: readonly unknown[] }>(before: Page | undefined, page: Page): Page => ({
  ...page,
  edges: [...(before?.edges ?? []), ...page.edges],
})

interface Listed {
  eventTypes?: { edges: { node: EventTypeShown }[] } | undefined
  bookingPage?: { host: unknown; eventTypes: { edges: { node: EventTypeShown }[] } } | null | undefined
}

/** @throws Refused 404 for a page that is no host's. */
export function nodesOf(
  { eventTypes, bookingPage }: Listed,
  { username, eventSlug, sortCreatedAt }: Wanted,
): EventTypeShown[] {
  if (bookingPage === null || bookingPage?.host === null) throw noUser(username ?? '')
  const { edges } = eventTypes ?? bookingPage?.eventTypes ?? { edges: [] }
  const shown = edges.map(({ node }) => node).filter(({ slug }) => eventSlug === undefined || slug === eventSlug)
  // A booking page has an order of its own.
  if (eventTypes === undefined)
    shown.sort((a, b) => (a.databaseId - b.databaseId) * (sortCreatedAt === 'desc' ? -1 : 1))
  return shown
}

export const eventTypes = [list, create, get, update, remove]
