// Event types in the version 2024-04-15: its contract, 5.4.

import { z } from 'zod'
import { graphql } from '../../../../src/graph/typed.ts'
import { found, route } from '../../../dialect.ts'
import { enveloped, success } from '../../envelope.ts'
import { saying } from '../../errors.ts'
import { id, number, text } from '../../values.ts'
import { eventTypeVersions } from '../../versions.ts'
import { CreateEventType, EventTypeParts } from '../documents.ts'
import { ListEventTypes, listPages, nextPage, nodesOf } from '../list.ts'
import { deletion, GetEventType, ownEventType, saidOfSettings, UpdateEventType } from '../routes.ts'
import {
  NewOldEventType,
  newOldSettingsIn,
  OldEventType,
  OldEventTypeChanges,
  oldEventType,
  oldNames,
  oldSettingsIn,
  PublicOldEventType,
  publicOldEventType,
} from './event-type.ts'

const versions = eventTypeVersions.old
const group = 'Event types'
const read = 'event_types:read'
const write = 'event_types:write'
const params = z.object({ eventTypeId: number('event type') })

const create = saying(
  saidOfSettings,
  route({
    method: 'POST',
    path: '/event-types',
    versions,
    name: 'createEventType20240415',
    summary: 'Makes an event type.',
    group,
    scope: write,
    status: 201,
    request: { body: NewOldEventType },
    response: enveloped(OldEventType),
    document: CreateEventType,
    variables: ({ body }) => ({
      input: { ...newOldSettingsIn(body), name: body.title, durationMinutes: body.length },
    }),
    reply: ({ createEventType }) => success(oldEventType(createEventType.eventType)),
    names: oldNames,
  }),
)

const get = route({
  method: 'GET',
  path: '/event-types/:eventTypeId',
  versions,
  name: 'getEventType20240415',
  summary: 'One event type of the account, with what its editor showed.',
  group,
  scope: read,
  request: { params },
  response: enveloped(
    z.object({
      eventType: PublicOldEventType,
      locationOptions: z.array(z.looseObject({})),
      destinationCalendar: z.null(),
      team: z.null(),
      teamMembers: z.array(z.never()),
      currentUserMembership: z.null(),
    }),
  ),
  document: GetEventType,
  variables: ({ params }) => ({ id: params.eventTypeId }),
  reply(data, { params }) {
    const shown = ownEventType(data, params.eventTypeId)
    return success({
      eventType: { ...publicOldEventType(shown), ...oldEventType(shown) },
      locationOptions,
      destinationCalendar: null,
      team: null,
      teamMembers: [],
      currentUserMembership: null,
    })
  },
})

/** What a host without connections can choose from. */
export const locationOptions = [
  { label: 'conferencing', options: [{ label: 'Cal Video', value: 'integrations:daily' }] },
  {
    label: 'in person',
    options: [
      { label: 'Attendee Address', value: 'attendeeInPerson' },
      { label: 'Organizer Address', value: 'inPerson' },
    ],
  },
  {
    label: 'phone',
    options: [
      { label: 'Attendee Phone', value: 'phone' },
      { label: 'Organizer Phone', value: 'userPhone' },
    ],
  },
  { label: 'other', options: [{ label: 'Link meeting', value: 'link' }] },
]

const update = saying(
  saidOfSettings,
  route({
    method: 'PATCH',
    path: '/event-types/:eventTypeId',
    versions,
    name: 'updateEventType20240415',
    summary: 'Changes what is named of an event type.',
    group,
    scope: write,
    request: { params, body: OldEventTypeChanges },
    response: enveloped(OldEventType),
    document: UpdateEventType,
    async variables({ params: { eventTypeId }, body }, execute) {
      const { display } = ownEventType(
        await execute(GetEventType, { id: eventTypeId }),
        eventTypeId,
      )
      return {
        input: {
          id: eventTypeId,
          ...oldSettingsIn(body, display),
          name: body.title,
          durationMinutes: body.length,
        },
      }
    },
    reply: ({ updateEventType }) => success(oldEventType(updateEventType.eventType)),
    names: oldNames,
  }),
)

const remove = route({
  ...deletion,
  versions,
  name: 'deleteEventType20240415',
  response: enveloped(z.object({ id, length: z.int(), slug: z.string(), title: z.string() })),
  reply: ({ archiveEventType: { eventType } }) =>
    success({
      id: eventType.databaseId,
      length: eventType.durationMinutes,
      slug: eventType.slug,
      title: eventType.name,
    }),
})

const Profile = z.object({ slug: z.string(), name: z.string(), image: z.string().nullable() })

const GetOwner = graphql(
  `query CalcomListOwnEventTypes($after: String) {
    viewer { name avatarUrl bookingPage { slug } }
    eventTypes(orderBy: CREATED, first: 50, after: $after) {
      edges { node { ...CalcomEventType } } pageInfo { endCursor hasNextPage }
    }
  }`,
  [EventTypeParts],
)

const list = route({
  method: 'GET',
  path: '/event-types',
  versions,
  name: 'listEventTypes20240415',
  summary: 'Event types of the account, as one group.',
  group,
  scope: read,
  request: {},
  response: enveloped(
    z.object({
      eventTypeGroups: z.array(
        z.object({
          teamId: z.null(),
          profile: Profile,
          metadata: z.object({ membershipCount: z.literal(1), readOnly: z.literal(false) }),
          eventTypes: z.array(PublicOldEventType),
        }),
      ),
      profiles: z.array(
        Profile.extend({
          teamId: z.null(),
          membershipCount: z.literal(1),
          readOnly: z.literal(false),
        }),
      ),
    }),
  ),
  document: GetOwner,
  variables: () => ({}),
  next: ({ eventTypes: { pageInfo } }) =>
    pageInfo.hasNextPage ? { after: pageInfo.endCursor } : undefined,
  join: (before, page) => ({
    ...page,
    eventTypes: {
      ...page.eventTypes,
      edges: [...before.eventTypes.edges, ...page.eventTypes.edges],
    },
  }),
  reply({ viewer, eventTypes }) {
    const { name, avatarUrl, bookingPage } = found(viewer, 'account')
    const profile = { slug: bookingPage?.slug ?? '', name, image: avatarUrl }
    const metadata = { membershipCount: 1, readOnly: false } as const
    const shown = eventTypes.edges.map(({ node }) => publicOldEventType(node))
    return success({
      eventTypeGroups: [{ teamId: null, profile, metadata, eventTypes: shown }],
      profiles: [{ ...profile, ...metadata, teamId: null }],
    })
  },
})

const publicOne = saying(
  { NOT_FOUND: [404, 'Event type not found'] },
  route({
    method: 'GET',
    path: '/event-types/:username/:eventSlug/public',
    versions,
    name: 'getPublicEventType20240415',
    summary: 'What a link to an event type leads to.',
    group,
    optionalAuth: true,
    request: { params: z.object({ username: text, eventSlug: text }) },
    response: enveloped(PublicOldEventType),
    document: graphql(
      'query CalcomGetPublicEventType($ref: EventTypeRef!) { publicEventType(ref: $ref) { ...CalcomEventType } }',
      [EventTypeParts],
    ),
    variables: ({ params }) => ({ ref: { page: params.username, slug: params.eventSlug } }),
    reply: data => success(publicOldEventType(found(data.publicEventType, 'event type'))),
  }),
)

const publicList = route({
  method: 'GET',
  path: '/event-types/:username/public',
  versions,
  name: 'listPublicEventTypes20240415',
  summary: 'What somebody offers to everyone.',
  group,
  optionalAuth: true,
  request: { params: z.object({ username: text }) },
  response: enveloped(z.array(PublicOldEventType)),
  document: ListEventTypes,
  variables: ({ params }) => ({
    own: false,
    public: true,
    page: params.username,
    orderBy: 'CREATED' as const,
  }),
  next: nextPage,
  join: listPages,
  reply: (data, { params }) => success(nodesOf(data, params).map(publicOldEventType)),
})

export const oldEventTypes = [list, create, get, update, remove, publicOne, publicList]
