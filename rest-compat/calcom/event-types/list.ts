// Lists of event types: of the account, of somebody by name, of several together.

import { z } from 'zod'
import { type ExecuteDocument, graphql, type ResultOf } from '../../../src/graph/typed.ts'
import { route } from '../../dialect.ts'
import { enveloped, success } from '../envelope.ts'
import { exception } from '../errors.ts'
import { text } from '../values.ts'
import { eventTypeVersions } from '../versions.ts'
import { EventTypeParts, type EventTypeShown } from './documents.ts'
import { dynamicEventType, namesIn } from './dynamic.ts'
import { EventType, listedEventType } from './event-type.ts'

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

/** @throws CallError 404 unless somebody has that name. */
async function requireHost(page: string, execute: ExecuteDocument): Promise<void> {
  const { bookingPage } = await execute(GetHost, { page })
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
export async function listedOf(
  { username, orgSlug, sortCreatedAt }: Wanted,
  execute: ExecuteDocument,
) {
  if (orgSlug !== undefined) throw exception(404, `Organization with slug=${orgSlug} not found`)
  const { viewer } = await execute(GetPage, {})
  const own = viewer !== null && (username === undefined || viewer.bookingPage?.slug === username)
  return {
    own,
    public: !own && username !== undefined,
    page: username ?? '',
    orderBy: sortCreatedAt === 'desc' ? ('CREATED_DESC' as const) : ('CREATED' as const),
  }
}

type Found = ResultOf<typeof ListEventTypes>

/** Variables of the page after this one, of whichever list was asked for. */
export function nextPage({ eventTypes, bookingPage }: Found): { after: string | null } | undefined {
  const { pageInfo } = eventTypes ?? bookingPage?.eventTypes ?? {}
  return pageInfo?.hasNextPage ? { after: pageInfo.endCursor } : undefined
}

export const listPages = (before: Found, page: Found): Found => ({
  ...(page.eventTypes && { eventTypes: joined(before.eventTypes, page.eventTypes) }),
  ...(page.bookingPage && {
    bookingPage: {
      ...page.bookingPage,
      eventTypes: joined(before.bookingPage?.eventTypes, page.bookingPage.eventTypes),
    },
  }),
})

const joined = <Page extends { edges: readonly unknown[] }>(
  before: Page | undefined,
  page: Page,
): Page => ({
  ...page,
  edges: [...(before?.edges ?? []), ...page.edges],
})

interface Listed {
  eventTypes?: { edges: { node: EventTypeShown }[] } | undefined
  bookingPage?:
    | { host: unknown; eventTypes: { edges: { node: EventTypeShown }[] } }
    | null
    | undefined
}

/** @throws CallError 404 for a page that is no host's. */
export function nodesOf(
  { eventTypes, bookingPage }: Listed,
  { username, eventSlug, sortCreatedAt }: Wanted,
): EventTypeShown[] {
  if (bookingPage === null || bookingPage?.host === null) throw noUser(username ?? '')
  const { edges } = eventTypes ?? bookingPage?.eventTypes ?? { edges: [] }
  const shown = edges
    .map(({ node }) => node)
    .filter(({ slug }) => eventSlug === undefined || slug === eventSlug)
  // A booking page has an order of its own.
  if (eventTypes === undefined)
    shown.sort((a, b) => (a.databaseId - b.databaseId) * (sortCreatedAt === 'desc' ? -1 : 1))
  return shown
}

export const listEventTypes = route({
  method: 'GET',
  path: '/event-types',
  versions: eventTypeVersions.new,
  name: 'listEventTypes',
  summary: 'Event types of the account, or what somebody offers to everyone.',
  group: 'Event types',
  scope: 'event_types:read',
  optionalAuth: true,
  request: {
    query: z.object({
      username: text.optional().meta({ description: 'Whose: the slug of a booking page.' }),
      eventSlug: text.optional().meta({ description: 'Only that one of them.' }),
      usernames: text.optional().meta({
        description:
          'Several, with commas: the event type at which they all meet, made up for the question.',
      }),
      orgSlug: text.optional().meta({ description: 'There are no organizations.' }),
      sortCreatedAt: z
        .enum(['asc', 'desc'], 'must be one of the following values: asc, desc')
        .optional(),
    }),
  },
  response: enveloped(z.array(EventType)),
  document: ListEventTypes,
  async variables({ query }, execute) {
    if (query.usernames !== undefined) {
      for (const page of namesIn(query.usernames)) await requireHost(page, execute)
      return { own: false, public: false, page: '', orderBy: 'CREATED' as const }
    }
    return listedOf(query, execute)
  },
  next: nextPage,
  join: listPages,
  reply(data, { query, arrival }) {
    if (query.usernames !== undefined)
      return success([dynamicEventType(query.usernames, arrival.publicUrl)])
    const shown = nodesOf(data, query)
    return success(shown.map(one => listedEventType(one, arrival.publicUrl)))
  },
})
