import { requireScope } from '../context.ts'
import type { EventType as EventTypeRow } from '../db/generated/client/client.ts'
import { builder } from '../graph/builder.ts'
import { idInput } from '../graph/id-input.ts'
import { bookingLinkId } from '../graph/object-ids.ts'
import { connectionCost, totalCount } from '../graph/pagination.ts'
import { membershipOf } from '../teams/policy.ts'
import { archiveEventType } from './archive.ts'
import { createEventType } from './create.ts'
import { bookableWheres, findToRead, firstFound } from './find.ts'
import {
  CreateBookingLinkInput,
  CreateEventTypeInput,
  EventTypeFilter,
  EventTypeOrder,
  EventTypeRef,
  UpdateBookingLinkInput,
  UpdateEventTypeInput,
} from './inputs.ts'
import {
  createBookingLink,
  deleteBookingLink,
  findBookingLink,
  hasEnded,
  type Link,
  listBookingLinks,
  maxUsesOf,
  updateBookingLink,
} from './link.ts'
import { listEventTypes, listOnBookingPage, listTeamEventTypes } from './list.ts'
import { EventType, isInside } from './types.ts'
import { updateEventType } from './update.ts'

export { EventTypeRef, LocationInput, QuestionInput } from './inputs.ts'
export { locationOf } from './location.ts'
export { EventType, Location, Question } from './types.ts'

const read = { requiresScope: { scope: 'event_types:read' } } as const
const write = { requiresScope: { scope: 'event_types:write' } } as const

const EventTypeConnection = builder.connectionObject<
  typeof EventType,
  Awaited<ReturnType<typeof listEventTypes>>
>(
  {
    type: EventType,
    name: 'EventTypeConnection',
    description: 'A page of event types.',
    fields: c => ({
      totalCount: c.int(totalCount),
    }),
  },
  { name: 'EventTypeEdge', description: 'An event type in its place.' },
)

builder.prismaObjectField('BookingPage', 'eventTypes', t =>
  t.connection(
    {
      type: EventType,
      description:
        'What can be booked there, in order: active event types that are neither secret nor archived.',
      complexity: connectionCost,
      resolve: (page, args, ctx) => listOnBookingPage(ctx, page, args),
    },
    EventTypeConnection,
  ),
)

builder.prismaObjectField('Team', 'eventTypes', t =>
  t.connection(
    {
      type: EventType,
      nullable: true,
      description:
        'The event types of the team. Sorted by their position on the booking page by default. Null unless the viewer is a member.',
      directives: read,
      complexity: connectionCost,
      args: {
        filter: t.arg({
          type: EventTypeFilter,
          description: 'Filter. By default all that are not archived.',
        }),
        orderBy: t.arg({ type: EventTypeOrder, description: 'In which order.' }),
      },
      resolve: async (team, args, ctx) =>
        (await membershipOf(ctx, team.id)) === null ? null : listTeamEventTypes(ctx, team.id, args),
    },
    EventTypeConnection,
  ),
)

const BookingLink = builder.objectRef<Link>('BookingLink').implement({
  description: 'A link by which an event type can be booked, once unless it says otherwise.',
  fields: t => ({
    token: t.exposeID('uid', {
      description: 'Starts with `lnk_`. It allows booking, so keep it secret.',
    }),
    url: t.field({
      type: 'URL',
      description: 'Address to book at.',
      resolve: ({ uid, eventType }, _args, ctx) => `${ctx.publicUrl}/d/${uid}/${eventType.slug}`,
    }),
    eventType: t.field({
      type: EventType,
      description: 'What it books.',
      resolve: ({ eventType }) => eventType,
    }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      nullable: true,
      description: 'Until when it books; null: it does not end by time.',
    }),
    maxUses: t.int({
      nullable: true,
      description: 'How many bookings can be made by it in all; null: any number.',
      resolve: maxUsesOf,
    }),
    useCount: t.exposeInt('useCount', { description: 'How many were made by it.' }),
    hasEnded: t.boolean({
      description: 'Whether nobody can book by it any more.',
      resolve: (link, _args, ctx) => hasEnded(link, ctx.clock.now()),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
  }),
})

builder.nodeRef(BookingLink, {
  id: { resolve: bookingLinkId.of, description: 'Starts with `bl_`.' },
  loadWithoutCache: (id, ctx) => {
    requireScope(ctx, 'event_types:read')
    return findBookingLink(ctx, String(id))
  },
})

builder.prismaObjectField('EventType', 'bookingLinks', t =>
  t.connection(
    {
      type: BookingLink,
      nullable: true,
      description:
        'Its links, used up or not, the oldest first; null for others than its host and the members of its team.',
      directives: read,
      complexity: connectionCost,
      resolve: async (row, args, ctx) => {
        // A link allows booking, so admins of the host's organization do not receive it.
        const isTheirs = row.teamId !== null || row.hostId === ctx.viewer?.userId
        return isTheirs && (await isInside(row, ctx)) ? listBookingLinks(ctx, row, args) : null
      },
    },
    {
      name: 'BookingLinkConnection',
      description: 'A page of booking links.',
      fields: c => ({
        totalCount: c.int(totalCount),
      }),
    },
    { name: 'BookingLinkEdge', description: 'A booking link in its place.' },
  ),
)

const BookingLinkPayload = builder.objectRef<{ link: Link }>('BookingLinkPayload').implement({
  description: 'A link that was made, changed or deleted.',
  fields: t => ({
    link: t.field({
      type: BookingLink,
      description: 'The link.',
      resolve: payload => payload.link,
    }),
  }),
})

const EventTypePayload = builder
  .objectRef<{ eventType: EventTypeRow }>('EventTypePayload')
  .implement({
    description: 'The event type after the change.',
    fields: t => ({
      eventType: t.field({
        type: EventType,
        description: 'The event type.',
        resolve: payload => payload.eventType,
      }),
    }),
  })

builder.queryFields(t => ({
  eventType: t.field({
    type: EventType,
    nullable: true,
    description:
      'An event type of the viewer, of their teams, or of an account whose organization they manage, by its id or databaseId, archived or not; null when there is none.',
    directives: read,
    args: { id: t.arg.id({ required: true, description: 'Id of the event type.' }) },
    resolve: (_root, { id }, ctx) => findToRead(ctx, id),
  }),
  publicEventType: t.prismaField({
    type: EventType,
    nullable: true,
    description:
      'What a booking link leads to: an active event type, secret or not; null when there is none. Public.',
    args: { ref: t.arg({ type: EventTypeRef, required: true, description: 'Which event type.' }) },
    resolve: (query, _root, { ref }, ctx) =>
      firstFound(bookableWheres(ctx, ref, 'ref'), where =>
        ctx.db.eventType.findFirst({ ...query, where }),
      ),
  }),
  eventTypes: t.connection(
    {
      type: EventType,
      description:
        'Event types of the viewer. Sorted by their position on the booking page by default.',
      directives: read,
      complexity: connectionCost,
      args: {
        filter: t.arg({
          type: EventTypeFilter,
          description: 'Filter. By default all that are not archived.',
        }),
        orderBy: t.arg({ type: EventTypeOrder, description: 'In which order.' }),
        teamId: t.arg.id({
          description: 'Those of this team, which the viewer is in, instead of their own.',
        }),
        withOwn: t.arg.boolean({ description: 'True with `teamId`: their own too.' }),
        withMembers: t.arg.boolean({
          description:
            'True with `teamId`, for its admins: also the own event types of members whose organization the team is.',
        }),
      },
      resolve: (_root, args, ctx) => listEventTypes(ctx, args),
    },
    EventTypeConnection,
  ),
}))

const ArchiveEventTypeInput = idInput('ArchiveEventTypeInput', 'The event type to archive.')
const DeleteBookingLinkInput = idInput(
  'DeleteBookingLinkInput',
  'The booking link to delete, by its id or its token.',
)

builder.mutationFields(t => ({
  createEventType: t.field({
    type: EventTypePayload,
    description: 'Makes an event type of the viewer, or of a team whose admin they are.',
    directives: write,
    args: {
      input: t.arg({
        type: CreateEventTypeInput,
        required: true,
        description: 'The new event type.',
      }),
    },
    resolve: async (_root, { input }, ctx) => ({ eventType: await createEventType(ctx, input) }),
  }),
  updateEventType: t.field({
    type: EventTypePayload,
    description:
      'Changes an event type of the viewer, or of a team whose admin they are. Bookings that exist stay as they are.',
    directives: write,
    args: {
      input: t.arg({ type: UpdateEventTypeInput, required: true, description: 'What to change.' }),
    },
    resolve: async (_root, { input }, ctx) => ({ eventType: await updateEventType(ctx, input) }),
  }),
  createBookingLink: t.field({
    type: BookingLinkPayload,
    description:
      'Makes a link by which anyone who has it can book an event type of the viewer or of their teams: once, unless it says how often or until when.',
    directives: write,
    args: {
      input: t.arg({ type: CreateBookingLinkInput, required: true, description: 'The new link.' }),
    },
    resolve: async (_root, { input }, ctx) => ({ link: await createBookingLink(ctx, input) }),
  }),
  updateBookingLink: t.field({
    type: BookingLinkPayload,
    description: 'Changes until when, and how often, a link books.',
    directives: write,
    args: {
      input: t.arg({
        type: UpdateBookingLinkInput,
        required: true,
        description: 'What to change.',
      }),
    },
    resolve: async (_root, { input }, ctx) => ({ link: await updateBookingLink(ctx, input) }),
  }),
  deleteBookingLink: t.field({
    type: BookingLinkPayload,
    description: 'Ends a link for good; what was booked by it stays.',
    directives: write,
    args: {
      input: t.arg({
        type: DeleteBookingLinkInput,
        required: true,
        description: 'The booking link to delete, by its id or its token.',
      }),
    },
    resolve: async (_root, { input }, ctx) => ({ link: await deleteBookingLink(ctx, input.id) }),
  }),
  archiveEventType: t.field({
    type: EventTypePayload,
    description:
      'Takes an event type out of use for good; its bookings stay, and its slug is free again.',
    directives: write,
    args: {
      input: t.arg({
        type: ArchiveEventTypeInput,
        required: true,
        description: 'The event type to archive.',
      }),
    },
    resolve: async (_root, { input }, ctx) => ({
      eventType: await archiveEventType(ctx, input.id),
    }),
  }),
}))
