import { Host } from '../../accounts/schema.ts'
import { Contact } from '../../contacts/schema.ts'
import { type Context, hostOf, requireScope } from '../../context.ts'
import type { Invitee as InviteeRow, User } from '../../db/generated/client/client.ts'
import { locationOf } from '../../event-types/index.ts'
import { EventType, Location } from '../../event-types/schema.ts'
import { builder } from '../../graph/builder.ts'
import { mapMaybePromise } from '../../graph/map-maybe-promise.ts'
import {
  type BookingView,
  cancellationFor,
  fellowsOf,
  findBooking,
  inviteesOf,
  isOnlooker,
  mayHaveLink,
  NOBODY,
  seesAll,
  seesAllOf,
  seesHostEmails,
  viewFor,
} from '../read/view.ts'
import { isOnHostsSideOf } from '../rules/hosts-side.ts'
import { bookingToken, linkToken, seriesToken } from '../rules/tokens.ts'
import { answersOf, CampaignRef, campaignOf, InviteeAnswerRef } from './answers.ts'

export const BookingStatus = builder.enumType('BookingStatus', {
  description: 'Where a booking stands.',
  values: {
    PENDING: { description: 'It waits for the approval of the host.' },
    CONFIRMED: { description: 'It takes place, or took place.' },
    CANCELLED: {
      description:
        'The host or the invitee cancelled it, or it was moved: see `rescheduledTo`, of the booking or of its invitees.',
    },
    DENIED: { description: 'The host declined it.' },
  } as const,
})

const Actor = builder.enumType('Actor', {
  description: 'A side of a booking.',
  values: {
    HOST: { description: 'The host.' },
    INVITEE: { description: 'An invitee, through the link that they have.' },
  } as const,
})

export const InviteeStatus = builder.enumType('InviteeStatus', {
  description: 'Whether somebody still has their seat.',
  values: {
    ACTIVE: { description: 'They come.' },
    CANCELLED: { description: 'Their seat was cancelled or moved, or the booking ended.' },
  } as const,
})

type Ending = Pick<BookingView, 'cancelledAt' | 'cancelledBy' | 'cancellerName' | 'reason'> & {
  /** Not in events of earlier versions. */
  cancellerEmail?: string | null
}

export const Cancellation = builder.objectRef<Ending>('Cancellation').implement({
  description: 'How a booking ended.',
  fields: t => ({
    at: t.expose('cancelledAt', { type: 'DateTime', nullable: true, description: 'When.' }),
    by: t.expose('cancelledBy', { type: Actor, nullable: true, description: 'By which side.' }),
    name: t.exposeString('cancellerName', {
      nullable: true,
      description:
        'Name of the person who cancelled or rescheduled. Null for an invitee if another invitee did.',
    }),
    email: t.field({
      type: 'EmailAddress',
      nullable: true,
      description:
        'Email address of the person who rescheduled, as the client sent it. It is not verified. Null for an invitee if another invitee rescheduled.',
      resolve: ({ cancellerEmail }) => cancellerEmail ?? null,
    }),
    reason: t.exposeString('reason', {
      nullable: true,
      description: 'The reason that they gave; null for an invitee, when another one gave it.',
    }),
  }),
})

export const Booking = builder.objectRef<BookingView>('Booking')

const Fellow = builder.objectRef<InviteeRow>('Fellow').implement({
  description:
    'Somebody else who comes to a booking that several share: what the event type shows of them.',
  fields: t => ({
    name: t.exposeString('name', { description: 'Full name.' }),
    email: t.expose('email', { type: 'EmailAddress', description: 'E-mail address.' }),
    timeZone: t.expose('timeZone', { type: 'TimeZone', description: 'Zone in which they booked.' }),
  }),
})

export const Invitee = builder.prismaObject('Invitee', {
  description: 'Somebody who booked: one seat of a booking.',
  fields: t => ({
    databaseId: t.exposeInt('id', { description: 'Integer id, for dialects that document one.' }),
    status: t.expose('status', {
      type: InviteeStatus,
      description: 'Whether they still have the seat.',
    }),
    name: t.exposeString('name', { description: 'Full name.' }),
    email: t.expose('email', { type: 'EmailAddress', description: 'E-mail address.' }),
    timeZone: t.expose('timeZone', { type: 'TimeZone', description: 'Zone in which they booked.' }),
    phone: t.exposeString('phone', { nullable: true, description: 'Phone number.' }),
    locale: t.exposeString('locale', { nullable: true, description: 'Language tag, `en`.' }),
    guests: t.expose('guests', {
      type: ['EmailAddress'],
      description: 'Others whom they bring along.',
    }),
    notes: t.exposeString('notes', { nullable: true, description: 'What they wrote to the host.' }),
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
    metadata: t.field({
      type: 'JSON',
      nullable: true,
      description:
        'Values of the client that booked the seat. Null unless the viewer is on the side of the hosts.',
      resolve: (invitee, _args, ctx) =>
        mapMaybePromise(seesAllOf(ctx, invitee), sees => (sees ? invitee.metadata : null)),
    }),
    cancelledAt: t.expose('cancelledAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the seat ended.',
    }),
    routingSubmissionId: t.id({
      nullable: true,
      description:
        'Id of what they submitted to a routing form before; null for those who came otherwise.',
      select: { routing: { select: { uid: true } } },
      resolve: ({ routing }) => routing?.uid ?? null,
    }),
    isAdded: t.exposeBoolean('isAdded', {
      description:
        'Whether a host added them to what somebody else booked: they have no seat of their own.',
    }),
    noShowAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When a host marked them as absent; null for anyone but the hosts.',
      resolve: (invitee, _args, ctx) =>
        mapMaybePromise(seesAllOf(ctx, invitee), sees => (sees ? invitee.noShowAt : null)),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When they booked.' }),
    updatedAt: t.expose('updatedAt', {
      type: 'DateTime',
      description: 'When the seat last changed.',
    }),
    linkToken: t.string({
      nullable: true,
      description:
        "The secret of the invitee's link, which allows cancelling and rescheduling this seat. Null for a host without the scope bookings:write, but sent to their webhooks.",
      resolve: (invitee, _args, ctx) =>
        mapMaybePromise(mayHaveLink(ctx, invitee), may => (may ? linkToken(ctx, invitee) : null)),
    }),
    bookingToken: t.string({
      nullable: true,
      description:
        'The same right as `linkToken`, for clients that keep one id for each booking: the id of the booking, a dot and a signature. Null as `linkToken` is.',
      select: { booking: { select: { uid: true } } },
      resolve: (invitee, _args, ctx) =>
        mapMaybePromise(mayHaveLink(ctx, invitee), may =>
          may ? bookingToken(ctx, invitee, invitee.booking.uid) : null,
        ),
    }),
    seriesToken: t.string({
      nullable: true,
      description:
        'Secret that opens the series that they booked, see `bookingSeries`. Null when they booked no series, and as `linkToken` is.',
      resolve: (invitee, _args, ctx) => {
        const { seriesUid } = invitee
        if (seriesUid === null) return null
        return mapMaybePromise(mayHaveLink(ctx, invitee), may =>
          may ? seriesToken(ctx, seriesUid) : null,
        )
      },
    }),
    contact: t.field({
      type: Contact,
      nullable: true,
      description:
        'What the host knows of this person; null for anyone but the host, and when they deleted the contact.',
      directives: { requiresScope: { scope: 'contacts:read' } },
      resolve: (invitee, _args, ctx) =>
        invitee.contactId === null
          ? null
          : ctx.db.contact.findUnique({ where: { id: invitee.contactId, hostId: hostOf(ctx) } }),
    }),
    booking: t.field({
      type: Booking,
      description: 'What it is a seat of.',
      resolve: async (invitee, _args, ctx) =>
        viewFor(
          ctx,
          await ctx.db.booking.findUniqueOrThrow({ where: { id: invitee.bookingId } }),
          invitee,
        ),
    }),
    rescheduledFrom: t.relation('rescheduledFrom', {
      nullable: true,
      description: "The same person's seat before the move.",
    }),
    rescheduledTo: t.relation('rescheduledTo', {
      nullable: true,
      description: "The same person's seat after the move.",
    }),
  }),
})

// Not prismaNode: it asks what `node(id)` asks also before it reads a relation of a row at hand.
builder.nodeRef(Invitee, {
  id: { resolve: (invitee: InviteeRow) => invitee.uid, description: 'Starts with `inv_`.' },
  loadWithoutCache: async (id, ctx) => {
    requireScope(ctx, 'bookings:read')
    const invitee = await ctx.db.invitee.findUnique({ where: { uid: String(id) } })
    return invitee && (await isOnHostsSideOf(ctx, invitee)) ? invitee : null
  },
})

builder.node(Booking, {
  description: 'A meeting in the calendar of a host, or of several of a team.',
  id: { resolve: booking => booking.uid, description: 'Starts with `bk_`.' },
  isTypeOf: value =>
    typeof value === 'object' &&
    value !== null &&
    'uid' in value &&
    String(value.uid).startsWith('bk_'),
  loadOne: (id, ctx) => {
    requireScope(ctx, 'bookings:read')
    return findBooking(ctx, { id: String(id) })
  },
  fields: t => ({
    databaseId: t.exposeInt('id', { description: 'Integer id, for dialects that document one.' }),
    status: t.expose('status', { type: BookingStatus, description: 'Where it stands.' }),
    eventType: t.field({
      type: EventType,
      description: 'What was booked.',
      resolve: (booking, _args, ctx) =>
        booking.eventType ??
        ctx.db.eventType.findUniqueOrThrow({ where: { id: booking.eventTypeId } }),
    }),
    hosts: t.field({
      type: [Host],
      description: 'Who attends: the host, and of a team those who come along.',
      // Most have one; those of a team some more, read with one look for a whole page.
      complexity: { field: 1, multiplier: 2 },
      resolve: (booking, _args, ctx) =>
        isOnlooker(booking)
          ? []
          : booking.host === undefined || booking.teamId !== null
            ? hostsOf(ctx, booking)
            : [booking.host],
    }),
    hostEmails: t.field({
      type: ['EmailAddress'],
      nullable: true,
      description:
        'E-mail addresses of `hosts`, in the same order. Null unless the viewer is on the side of the hosts, or an invitee of an event type without `hideHostEmail`.',
      complexity: { field: 1, multiplier: 2 },
      resolve: async (booking, _args, ctx) =>
        (await seesHostEmails(ctx, booking))
          ? (await hostsOf(ctx, booking)).map(({ email }) => email)
          : null,
    }),
    start: t.expose('startAt', { type: 'DateTime', description: 'When it begins.' }),
    end: t.expose('endAt', { type: 'DateTime', description: 'When it ends.' }),
    timeZone: t.expose('timeZone', {
      type: 'TimeZone',
      description: 'Zone of the invitee; of the schedule when several can share the booking.',
    }),
    invitees: t.field({
      type: [Invitee],
      description:
        'Who booked, in the order in which they did; an invitee sees their own seat alone.',
      // Most have one; those with seats some more.
      complexity: { field: 1, multiplier: 5 },
      resolve: (booking, _args, ctx) => inviteesOf(ctx, booking),
    }),
    fellows: t.field({
      type: [Fellow],
      description:
        'The others who come, for an invitee where `showInvitees` of the event type says so; empty for hosts, who have `invitees`.',
      complexity: { field: 1, multiplier: 5 },
      resolve: (booking, _args, ctx) => fellowsOf(ctx, booking),
    }),
    location: t.field({
      type: Location,
      nullable: true,
      description: 'Where it takes place.',
      resolve: booking => (isOnlooker(booking) ? null : locationOf(booking.location)),
    }),
    metadata: t.field({
      type: 'JSON',
      nullable: true,
      description: 'Values of the client that booked; null for invitees.',
      resolve: (booking, _args, ctx) =>
        mapMaybePromise(seesAll(ctx, booking), sees => (sees ? booking.metadata : null)),
    }),
    cancellation: t.field({
      type: Cancellation,
      nullable: true,
      description: 'How it ended; null unless it was cancelled, denied or moved.',
      resolve: (booking, _args, ctx) =>
        booking.cancelledAt === null || isOnlooker(booking) ? null : cancellationFor(ctx, booking),
    }),
    rescheduledFrom: t.field({
      type: Booking,
      nullable: true,
      description: 'The booking that this one replaced.',
      resolve: (booking, _args, ctx) =>
        booking.rescheduledFromId === null || isOnlooker(booking)
          ? null
          : relatedTo(
              booking,
              ctx.db.booking.findUnique({ where: { id: booking.rescheduledFromId } }),
            ),
    }),
    rescheduledFromId: t.id({
      nullable: true,
      description: 'Id of the booking that this one replaced.',
      resolve(booking, _args, ctx) {
        const { rescheduledFromId, rescheduledFromUid } = booking
        if (isOnlooker(booking)) return null
        return rescheduledFromUid === undefined && rescheduledFromId !== null
          ? ctx.db.booking
              .findUnique({ where: { id: rescheduledFromId } })
              .then(found => found?.uid)
          : rescheduledFromUid
      },
    }),
    rescheduledTo: t.field({
      type: Booking,
      nullable: true,
      description: 'The booking that replaced this one.',
      resolve: (booking, _args, ctx) =>
        isOnlooker(booking)
          ? null
          : relatedTo(
              booking,
              ctx.db.booking.findUnique({ where: { rescheduledFromId: booking.id } }),
            ),
    }),
    seriesId: t.id({
      nullable: true,
      description:
        'Id of the series that it is an occurrence of, starts with `bs_`: see `bookingSeries`.',
      resolve: booking => (isOnlooker(booking) ? null : booking.seriesUid),
    }),
    hostNoShowAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it was noted that no host came; null for anyone but the hosts.',
      resolve: (booking, _args, ctx) =>
        mapMaybePromise(seesAll(ctx, booking), sees => (sees ? booking.hostNoShowAt : null)),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was booked.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it last changed.' }),
  }),
})

/** All who attend, the host first. */
async function hostsOf({ db }: Context, booking: BookingView): Promise<User[]> {
  const host = booking.host ?? (await db.user.findUniqueOrThrow({ where: { id: booking.hostId } }))
  if (booking.teamId === null) return [host]
  // Prisma gathers the look-ups of one tick into one statement.
  const others = await db.booking
    .findUnique({ where: { id: booking.id } })
    .coHosts({ include: { host: true }, orderBy: { hostId: 'asc' } })
  return [host, ...(others ?? []).map(other => other.host)]
}

// An invitee who follows the chain sees no seats in the other bookings: those are reached from
// their own seat.
async function relatedTo(
  booking: BookingView,
  related: PromiseLike<BookingView | null>,
): Promise<BookingView | null> {
  const other = await related
  return other === null || booking.seenBy === undefined ? other : { ...other, seenBy: NOBODY }
}

// At most 100; most are about ten.
export const seriesCost = { field: 1, multiplier: 20 }

export const BookingSeriesPayload = builder
  .objectRef<{ bookings: BookingView[] }>('BookingSeriesPayload')
  .implement({
    description: 'A series after the change.',
    fields: t => ({
      bookings: t.field({
        type: [Booking],
        description: 'Its occurrences, by start.',
        complexity: seriesCost,
        resolve: payload => payload.bookings,
      }),
    }),
  })

export const BookingPayload = builder
  .objectRef<{
    booking: BookingView
    invitee?: InviteeRow | null | undefined
    occurrences?: BookingView[] | undefined
    newHost?: User
  }>('BookingPayload')
  .implement({
    description: 'The booking after the change.',
    fields: t => ({
      booking: t.field({
        type: Booking,
        description: 'The booking; after a move the new one, of a series the first.',
        resolve: payload => payload.booking,
      }),
      invitee: t.field({
        type: Invitee,
        nullable: true,
        description:
          'The seat that was made or changed; null when the change was of the whole booking.',
        resolve: payload => payload.invitee,
      }),
      newHost: t.field({
        type: Host,
        nullable: true,
        description: 'The host to whom the booking was transferred. Null after other changes.',
        resolve: payload => payload.newHost,
      }),
      occurrences: t.field({
        type: [Booking],
        nullable: true,
        description: 'All of a series that was booked, by start; null for a single booking.',
        complexity: seriesCost,
        resolve: payload => payload.occurrences,
      }),
    }),
  })
