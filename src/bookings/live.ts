import { Contact } from '../contacts/schema.ts'
import { type Context, hostOf, needScope } from '../context.ts'
import { findOwn } from '../event-types/index.ts'
import { cursorOf, follow, readCursor } from '../events/feed.ts'
import { EventKind } from '../events/schema.ts'
import { allEventKinds, isEventKind, type EventKind as Kind, type LoggedEvent } from '../events/types.ts'
import { builder } from '../graph/builder.ts'
import { Booking, Invitee } from './types.ts'

const BookingEvent = builder.objectRef<LoggedEvent>('BookingEvent').implement({
  description: 'Something that happened to a booking or a contact of the viewer.',
  fields: t => ({
    id: t.exposeID('uid', { description: 'Starts with `evt_`; the same wherever this event is told.' }),
    cursor: t.string({
      description: 'Place in the log: `after` this, the next event follows.',
      resolve: event => cursorOf(event.id),
    }),
    kind: t.field({ type: EventKind, description: 'What happened.', resolve: event => kindOf(event) }),
    occurredAt: t.expose('occurredAt', { type: 'DateTime', description: 'When.' }),
    booking: t.field({
      type: Booking,
      nullable: true,
      description: 'The booking as it is now; null for events of contacts.',
      resolve: (event, _args, ctx) =>
        event.bookingId === null
          ? null
          : ctx.db.booking.findUnique({ where: { id: event.bookingId, hostId: hostOf(ctx) } }),
    }),
    invitee: t.field({
      type: Invitee,
      nullable: true,
      description: 'The seat that it is about, as it is now; null when it is about the whole booking.',
      resolve: (event, _args, ctx) =>
        event.inviteeId === null
          ? null
          : ctx.db.invitee.findUnique({ where: { id: event.inviteeId, hostId: hostOf(ctx) } }),
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
    data: t.expose('data', { type: 'JSON', description: 'The facts as they were at that moment.' }),
  }),
})

function kindOf({ kind }: LoggedEvent): Kind {
  if (isEventKind(kind)) return kind
  throw new Error(`the feed let an event of kind ${kind} through`)
}

interface Asked {
  types?: Kind[] | null | undefined
  eventTypeId?: string | null | undefined
  after?: string | null | undefined
}

/** The viewer's events of the asked kinds. Those of contacts take the scope for contacts. */
async function followOwn(ctx: Context, { types, eventTypeId, after }: Asked) {
  const readable = allEventKinds.filter(kind => !kind.startsWith('CONTACT_') || ctx.viewer?.scopes.has('contacts:read'))
  if (types?.some(kind => !readable.includes(kind))) needScope(ctx, 'contacts:read')
  const eventType = eventTypeId == null ? undefined : await findOwn(ctx, eventTypeId, 'eventTypeId')
  return follow(ctx, {
    hostId: hostOf(ctx),
    kinds: types ?? readable,
    eventTypeId: eventType?.id,
    after: after == null ? undefined : readCursor(after, 'after'),
    mayGoOn: ctx.credentialHolds,
  })
}

builder.subscriptionFields(t => ({
  bookingEvents: t.field({
    type: BookingEvent,
    description:
      'Events of the viewer, each once and in order. With `after`, first what came since that cursor: nothing is lost.',
    directives: { requiresScope: { scope: 'bookings:read' } },
    args: {
      types: t.arg({ type: [EventKind], description: 'Kinds to follow; all unless given.' }),
      eventTypeId: t.arg.id({ description: 'Only events of this event type.' }),
      after: t.arg.string({ description: 'Cursor of the last event that was seen; `start` for the whole log.' }),
    },
    subscribe: (_root, args, ctx) => followOwn(ctx, args),
    resolve: event => event,
  }),
}))
