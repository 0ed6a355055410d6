// Lists of bookings, versions 2024-08-13 and later: its contract, 4.3 and 4.10.

import { z } from 'zod'
import { graphql } from '../../../src/graph/typed.ts'
import { type Route, route } from '../../dialect.ts'
import { enveloped, success } from '../envelope.ts'
import { saying } from '../errors.ts'
import { joined, more, Pagination, page, pagination, span, spanNames } from '../pagination.ts'
import { params as ofTeam, roles } from '../teams/routes.ts'
import { instant, listOf, oneOf, text, whole } from '../values.ts'
import { bookingVersions } from '../versions.ts'
import { asOutsider, Booking, BookingParts, booking } from './booking.ts'
import { group, idIn } from './read.ts'
import { casesOf, orderOf, phases } from './status-filter.ts'

/** With commas between, or a parameter for each. */
const commaList = z
  .union([text, listOf(text)])
  .transform(list => [list].flat().flatMap(each => each.split(',').filter(Boolean)))
const numbers = commaList.pipe(z.array(z.string().regex(/^\d{1,10}$/, 'must be a list of numbers')))
const direction = oneOf(['asc', 'desc']).optional()

const filters = {
  status: commaList
    .pipe(z.array(oneOf(phases)))
    .optional()
    .meta({ description: `One or several of ${phases.join(', ')}, with commas between.` }),
  attendeeEmail: text.optional(),
  attendeeName: text.optional(),
  bookingUid: text.optional(),
  eventTypeId: whole(1, 2_147_483_647).optional(),
  eventTypeIds: numbers.optional(),
  teamId: whole(1, 2_147_483_647).optional(),
  teamsIds: numbers.optional(),
  afterStart: instant.optional(),
  beforeEnd: instant.optional(),
  afterCreatedAt: instant.optional(),
  beforeCreatedAt: instant.optional(),
  afterUpdatedAt: instant.optional(),
  beforeUpdatedAt: instant.optional(),
}

const Sorted = z.object({
  ...filters,
  sortStart: direction,
  sortEnd: direction,
  sortCreated: direction,
  sortUpdatedAt: direction,
})

/** One id or several; undefined: any. */
const either = (one: number | undefined, several: string[] | undefined) =>
  one === undefined ? several : [String(one), ...(several ?? [])]

/** The graph's ranges end before an instant, these with it. */
const justAfter = (at: string | undefined) => at && new Date(Date.parse(at) + 1).toISOString()

function filterFrom(query: Omit<z.output<typeof Sorted>, `sort${string}`>, now: Date) {
  return {
    ids: query.bookingUid === undefined ? undefined : [idIn(query.bookingUid)],
    anyOf: casesOf(query.status, now),
    inviteeEmail: query.attendeeEmail,
    inviteeName: query.attendeeName,
    eventTypeIds: either(query.eventTypeId, query.eventTypeIds),
    teamIds: either(query.teamId, query.teamsIds),
    startsFrom: query.afterStart,
    endsBefore: justAfter(query.beforeEnd),
    createdFrom: query.afterCreatedAt,
    createdBefore: justAfter(query.beforeCreatedAt),
    updatedFrom: query.afterUpdatedAt,
    updatedBefore: justAfter(query.beforeUpdatedAt),
  }
}

const names = {
  ...spanNames,
  'filter.inviteeEmail': 'attendeeEmail',
  'filter.inviteeName': 'attendeeName',
  'filter.eventTypeIds': 'eventTypeIds',
  'filter.teamIds': 'teamsIds',
}

// A booking costs so much of what one operation may ask that a page of the graph cannot have more.
export const PAGE_SIZE = 30

export const ListBookings = graphql(
  `query CalcomListBookings(
    $teamId: ID, $asInvitee: Boolean!, $filter: BookingFilter!, $orderBy: BookingOrder!, $first: Int!, $offset: Int, $after: String
  ) {
    bookings(
      teamId: $teamId, asInvitee: $asInvitee, filter: $filter, orderBy: $orderBy, first: $first, offset: $offset, after: $after
    ) {
      totalCount
      edges { node { ...CalcomBooking } }
      pageInfo { endCursor hasNextPage }
    }
  }`,
  [BookingParts],
)

/** Whose bookings: of the account, or of a team. */
interface Whose {
  path: string
  /** Of the route, in the version that is told. */
  name: string
  summary: string
  params: z.ZodType<{ teamId?: string }>
}

const byPage = (
  { path, name, summary, params }: Whose,
  versions: readonly [string, ...string[]],
): Route =>
  route({
    method: 'GET',
    path,
    versions,
    name,
    summary,
    group,
    scope: 'bookings:read',
    request: { params, query: Sorted.extend(page(100)) },
    response: enveloped(z.array(Booking)).extend({ pagination: Pagination }),
    document: ListBookings,
    variables: ({ params, query, arrival }) => ({
      teamId: params.teamId,
      asInvitee: params.teamId === undefined,
      filter: filterFrom(query, arrival.now),
      orderBy: orderOf(query),
      ...span(query, PAGE_SIZE),
    }),
    next: ({ bookings }, { query }) => more(bookings, query, PAGE_SIZE),
    join: (before, { bookings }) => ({ ...before, bookings: joined(before.bookings, bookings) }),
    reply: ({ bookings: { edges, totalCount } }, { query }) => ({
      ...success(edges.map(({ node }) => booking(asOutsider(node)))),
      pagination: pagination(totalCount, edges.length, query),
    }),
    names,
  })

const byCursor = ({ path, name, params }: Whose): Route =>
  route({
    method: 'GET',
    path,
    versions: bookingVersions.cursor,
    name: `${name}20260501`,
    summary: 'The same, with a cursor.',
    group,
    scope: 'bookings:read',
    request: {
      params,
      query: Sorted.extend({ limit: whole(1, 100).default(50), cursor: text.optional() }),
    },
    response: enveloped(z.array(Booking)).extend({
      pagination: z.object({ nextCursor: z.string().nullable(), hasMore: z.boolean() }),
    }),
    document: ListBookings,
    variables: ({ params, query, arrival }) => ({
      teamId: params.teamId,
      asInvitee: params.teamId === undefined,
      filter: filterFrom(query, arrival.now),
      orderBy: orderOf(query),
      first: Math.min(query.limit, PAGE_SIZE),
      after: query.cursor,
    }),
    next: ({ bookings }, { query }) => more(bookings, { take: query.limit }, PAGE_SIZE),
    join: (before, { bookings }) => ({ ...before, bookings: joined(before.bookings, bookings) }),
    reply: ({ bookings: { edges, pageInfo } }) => ({
      ...success(edges.map(({ node }) => booking(asOutsider(node)))),
      pagination: {
        nextCursor: pageInfo.hasNextPage ? pageInfo.endCursor : null,
        hasMore: pageInfo.hasNextPage,
      },
    }),
    names: { ...names, first: 'limit', after: 'cursor' },
  })

const own: Whose = {
  path: '/bookings',
  name: 'listBookings',
  summary: 'Bookings that the account attends as a host or as an attendee.',
  params: z.object({}),
}

const team: Whose = {
  path: '/teams/:teamId/bookings',
  name: 'listTeamBookings',
  summary: 'Bookings of a team, as an admin of it.',
  params: ofTeam,
}

/** Lists of teams have had one shape before that with a cursor. */
const beforeCursors = [...bookingVersions.old, ...bookingVersions.new] as const

export const bookingLists = [
  byPage(own, bookingVersions.new),
  byCursor(own),
  saying(roles, byPage(team, beforeCursors)),
  saying(roles, byCursor(team)),
]
