import { z } from 'zod'
import { Contact } from '../../contacts/schema.ts'
import { ContactFacts } from '../../contacts/snapshot.ts'
import { type Context, hostOf, requireScope } from '../../context.ts'
import { cursorOf, startCursor } from '../../event-log/cursor.ts'
import { eventsByUid } from '../../event-log/find.ts'
import {
  allEventKinds,
  isEventKind,
  type EventKind as Kind,
  type LoggedEvent,
} from '../../event-log/kinds.ts'
import { endOfLog } from '../../event-log/log-reads.ts'
import { EventKind } from '../../event-log/schema.ts'
import { scopeOfKind } from '../../event-log/scope-of-kind.ts'
import { locationOf } from '../../event-types/index.ts'
import { Location } from '../../event-types/schema.ts'
import { builder } from '../../graph/builder.ts'
import type { PageArguments } from '../../graph/keyset-pagination.ts'
import { connectionCost, totalCount } from '../../graph/pagination.ts'
import { parse } from '../../validation.ts'
import { BookingFacts } from '../read/event-data.ts'
import { listEvents } from '../read/past-events.ts'
import { mayRead, mayReadOf } from '../rules/hosts-side.ts'
import { answersOf, CampaignRef, campaignOf, InviteeAnswerRef } from './answers.ts'
import { Booking, BookingStatus, Cancellation, Invitee } from './types.ts'

const EventTypeSnapshot = builder
  .objectRef<BookingFacts['eventType']>('EventTypeSnapshot')
  .implement({
    description: 'An event type as it was when something was booked.',
    fields: t => ({
      eventTypeId: t.exposeID('id', { description: 'Id of the event type.' }),
      name: t.exposeString('name', { description: 'Its name.' }),
      slug: t.exposeString('slug', {
        description: 'Its place in the address of the booking page.',
      }),
      durationMinutes: t.exposeInt('durationMinutes', {
        nullable: true,
        description: 'Its ordinary length; null in events of the first version of Meridian.',
      }),
    }),
  })

const InviteeSnapshot = builder
  .objectRef<BookingFacts['invitees'][number]>('InviteeSnapshot')
  .implement({
    description: 'An invitee as they were at the moment of an event.',
    fields: t => ({
      inviteeId: t.exposeID('id', { description: 'Id of the invitee.' }),
      name: t.exposeString('name', { description: 'Full name.' }),
      email: t.expose('email', { type: 'EmailAddress', description: 'E-mail address.' }),
      timeZone: t.expose('timeZone', {
        type: 'TimeZone',
        description: 'Zone in which they booked.',
      }),
      phone: t.exposeString('phone', { nullable: true, description: 'Phone number.' }),
      locale: t.exposeString('locale', { nullable: true, description: 'Language tag, `en`.' }),
      guests: t.expose('guests', {
        type: ['EmailAddress'],
        description: 'Others whom they bring along.',
      }),
      notes: t.exposeString('notes', {
        nullable: true,
        description: 'What they wrote to the host.',
      }),
      answers: t.expose('answers', {
        type: 'JSON',
        description: 'Their answers, by the key of the question.',
      }),
      answerList: t.field({
        type: [InviteeAnswerRef],
        description: 'The answers, typed: one entry for each question that was answered, by key.',
        // They come with the row.
        complexity: { field: 1, multiplier: 1 },
        resolve: answersOf,
      }),
      tracking: t.expose('tracking', {
        type: 'JSON',
        description: 'Campaign values that came with the request.',
      }),
      campaign: t.field({
        type: CampaignRef,
        description: 'The campaign parameters that are known by name. `tracking` has all.',
        resolve: campaignOf,
      }),
    }),
  })

const BookingSnapshot = builder.objectRef<BookingFacts>('BookingSnapshot').implement({
  description: 'A booking as it stood after an event, whatever happened to it later.',
  fields: t => ({
    bookingId: t.id({ description: 'Id of the booking.', resolve: ({ booking }) => booking.id }),
    status: t.field({
      type: BookingStatus,
      description: 'Where it stood.',
      resolve: ({ booking }) => booking.status,
    }),
    eventType: t.field({
      type: EventTypeSnapshot,
      description: 'What was booked.',
      resolve: ({ eventType }) => eventType,
    }),
    start: t.field({
      type: 'DateTime',
      description: 'When it begins.',
      resolve: ({ booking }) => booking.start,
    }),
    end: t.field({
      type: 'DateTime',
      description: 'When it ends.',
      resolve: ({ booking }) => booking.end,
    }),
    timeZone: t.field({
      type: 'TimeZone',
      description: 'Zone of the invitee; of the schedule when several can share the booking.',
      resolve: ({ booking }) => booking.timeZone,
    }),
    invitees: t.field({
      type: [InviteeSnapshot],
      description:
        'Whom the event concerns: all who booked, or the one whose seat was taken, left or moved.',
      // Mostly one, and read with the event already.
      complexity: { field: 1, multiplier: 1 },
      resolve: ({ invitees }) => invitees,
    }),
    location: t.field({
      type: Location,
      nullable: true,
      description: 'Where it takes place.',
      resolve: ({ booking }) => locationOf(booking.location),
    }),
    metadata: t.field({
      type: 'JSON',
      description: 'Values of the client that booked.',
      resolve: ({ booking }) => booking.metadata,
    }),
    cancellation: t.field({
      type: Cancellation,
      nullable: true,
      description: 'How it ended; null unless it was cancelled, denied or moved.',
      resolve: ({ booking }) => (booking.cancelledAt === null ? null : booking),
    }),
    rescheduledFromId: t.id({
      nullable: true,
      description: 'Id of the booking that this one replaced.',
      resolve: ({ booking }) => booking.rescheduledFromId,
    }),
    seriesId: t.id({
      nullable: true,
      description: 'Id of the series that it is an occurrence of.',
      resolve: ({ booking }) => booking.seriesId,
    }),
    createdAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it was booked; null in events of the first version of Meridian.',
      resolve: ({ booking }) => booking.createdAt,
    }),
    updatedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it last changed; null in events of the first version of Meridian.',
      resolve: ({ booking }) => booking.updatedAt,
    }),
  }),
})

const ContactSnapshot = builder.objectRef<ContactFacts>('ContactSnapshot').implement({
  description: 'A contact as it stood after an event.',
  fields: t => ({
    contactId: t.exposeID('id', { description: 'Id of the contact.' }),
    email: t.expose('email', {
      type: 'EmailAddress',
      description: 'Address that the person books with.',
    }),
    name: t.exposeString('name', { description: 'Name as the person last wrote it.' }),
    phone: t.exposeString('phone', {
      nullable: true,
      description: 'Telephone number that was last given.',
    }),
    timeZone: t.expose('timeZone', {
      type: 'TimeZone',
      nullable: true,
      description: 'Zone of the last booking.',
    }),
    bookingCount: t.exposeInt('bookingCount', { description: 'How often the person had booked.' }),
    firstBookingAt: t.expose('firstBookingAt', {
      type: 'DateTime',
      description: 'When the person first booked.',
    }),
    lastBookingAt: t.expose('lastBookingAt', {
      type: 'DateTime',
      description: 'When the person last booked.',
    }),
  }),
})

export const BookingEvent = builder.objectRef<LoggedEvent>('BookingEvent').implement({
  description:
    'Something that happened to a booking, a contact, an event type, a routing form or a hook of the viewer.',
  fields: t => ({
    cursor: t.string({
      description: 'Place in the log: `after` this, the next event follows.',
      resolve: event => cursorOf(event),
    }),
    kind: t.field({
      type: EventKind,
      description: 'What happened.',
      resolve: event => kindOf(event),
    }),
    occurredAt: t.expose('occurredAt', { type: 'DateTime', description: 'When.' }),
    sequence: t.exposeInt('sequence', {
      nullable: true,
      description:
        'Position of the event among those of its booking, from 1, in every log and on every webhook the same. A booking that replaces another after a move continues its count. Null for events of anything else, and for events of earlier versions of Meridian.',
    }),
    snapshot: t.field({
      type: BookingSnapshot,
      nullable: true,
      description:
        'The booking as it stood after the event; null for events of contacts and hooks.',
      resolve: event => (event.bookingId === null ? null : BookingFacts.parse(event.data)),
    }),
    contactSnapshot: t.field({
      type: ContactSnapshot,
      nullable: true,
      description: 'The contact as it stood after an event of a contact.',
      resolve: event => (isOfContact(event.kind) ? ContactFacts.parse(event.data) : null),
    }),
    booking: t.field({
      type: Booking,
      nullable: true,
      description: 'The booking as it is now; null for events of contacts and hooks.',
      resolve: async (event, _args, ctx) => {
        const booking =
          event.bookingId && (await ctx.db.booking.findUnique({ where: { id: event.bookingId } }))
        return booking && (await mayRead(ctx, booking)) ? booking : null
      },
    }),
    invitee: t.field({
      type: Invitee,
      nullable: true,
      description:
        'The seat that it is about, as it is now; null when it is about the whole booking.',
      resolve: async (event, _args, ctx) => {
        const invitee =
          event.inviteeId && (await ctx.db.invitee.findUnique({ where: { id: event.inviteeId } }))
        return invitee && (await mayReadOf(ctx, invitee)) ? invitee : null
      },
    }),
    contact: t.field({
      type: Contact,
      nullable: true,
      description: 'The contact as it is now; null for a viewer without the scope contacts:read.',
      resolve: (event, _args, ctx) =>
        event.contactId === null || !ctx.viewer?.scopes.has('contacts:read')
          ? null
          : ctx.db.contact.findUnique({ where: { id: event.contactId, hostId: hostOf(ctx) } }),
    }),
    data: t.expose('data', {
      type: 'JSON',
      description:
        'The facts as they were at that moment, as JSON: those of `snapshot` or `contactSnapshot`, and what only this kind has, such as `from` of a move.',
    }),
  }),
})

const isOfEventType = (kind: string): boolean => kind.startsWith('EVENT_TYPE_')

export const isOfContact = (kind: string): boolean => kind.startsWith('CONTACT_')

function kindOf({ kind }: LoggedEvent): Kind {
  if (isEventKind(kind)) return kind
  throw new Error(`an event of kind ${kind} was let through`)
}

/** The kinds that the viewer's credential may read: some take the scope for what they are about. */
export const readableKinds = (ctx: Context): readonly Kind[] =>
  allEventKinds.filter(kind => ctx.viewer?.scopes.has(scopeOfKind(kind)))

/**
 * The requested kinds. By default all kinds that the viewer may read, except those of event types.
 * @throws ApiError INSUFFICIENT_SCOPE.
 */
export function kindsAsked(
  ctx: Context,
  types: readonly Kind[] | null | undefined,
): readonly Kind[] {
  for (const kind of types ?? []) requireScope(ctx, scopeOfKind(kind))
  return types ?? readableKinds(ctx).filter(kind => !isOfEventType(kind))
}

const MAX_IDS = 100
const EventIds = z.object({
  ids: z.array(z.string()).max(MAX_IDS, `must have at most ${MAX_IDS} entries`),
})

/**
 * Events of the viewer, or of bookings of a team whose admin they are, by their ids, in the order
 * of the log.
 */
async function eventsOf(ctx: Context, input: { ids: string[] }): Promise<LoggedEvent[]> {
  const { ids } = parse(EventIds, input, '')
  const readable = readableKinds(ctx)
  const events = await eventsByUid(ctx.pool, hostOf(ctx), ids)
  return events.filter(({ kind }) => isEventKind(kind) && readable.includes(kind))
}

builder.nodeRef(BookingEvent, {
  id: { resolve: (event: LoggedEvent) => event.uid, description: 'Starts with `evt_`.' },
  loadWithoutCache: async (id, ctx) => {
    requireScope(ctx, 'bookings:read')
    return (await eventsOf(ctx, { ids: [String(id)] }))[0] ?? null
  },
})

/** A page of the viewer's events, newest first. */
const listOwn = (
  ctx: Context,
  { types, ...page }: PageArguments & { types?: Kind[] | null | undefined },
) => listEvents(ctx.pool, hostOf(ctx), kindsAsked(ctx, types), page)

builder.queryFields(t => ({
  eventCursor: t.string({
    description:
      "The current end of the viewer's log. `bookingEvents(after:)` with this cursor sends everything that happens from now on, also if the subscription starts later.",
    directives: { requiresScope: { scope: 'bookings:read' } },
    async resolve(_root, _args, ctx) {
      const { newest } = await endOfLog(ctx, hostOf(ctx))
      return newest === undefined ? startCursor() : cursorOf(newest)
    },
  }),
  events: t.field({
    type: [BookingEvent],
    description:
      'Events of the viewer, and of bookings of teams whose admin they are, by their ids, in the order of the log: at most 100. Those that are not there, or not for the credential, are left out.',
    directives: { requiresScope: { scope: 'bookings:read' } },
    args: { ids: t.arg.idList({ required: true, description: 'Ids of events.' }) },
    complexity: ({ ids }) => ({ field: 1, multiplier: Math.min(ids.length, MAX_IDS) }),
    resolve: (_root, { ids }, ctx) => eventsOf(ctx, { ids: ids.map(String) }),
  }),
  pastEvents: t.connection(
    {
      type: BookingEvent,
      description:
        'What happened to the viewer, newest first. Who can follow `bookingEvents` need not ask for it.',
      directives: { requiresScope: { scope: 'bookings:read' } },
      complexity: connectionCost,
      args: {
        types: t.arg({
          type: [EventKind],
          description: 'Only these kinds. By default all except those of event types.',
        }),
      },
      resolve: (_root, args, ctx) => listOwn(ctx, args),
    },
    {
      name: 'BookingEventConnection',
      description: 'A page of events.',
      fields: c => ({
        totalCount: c.int({
          ...totalCount,
          description: 'How many there are of these kinds, on all pages.',
          complexity: 20,
        }),
      }),
    },
    {
      name: 'BookingEventEdge',
      description:
        'An event in its place. `cursor` pages this list; that of the event itself is one of the log.',
    },
  ),
}))
