import { type Context, hostOf } from '../../context.ts'
import type { Booking, EventType, Invitee, User } from '../../db/generated/client/client.ts'
import { ApiError, notFound } from '../../errors.ts'
import { byId } from '../../ids.ts'
import { isOnHostsSide, isOnHostsSideOf, mayRead, mayReadOf } from '../rules/hosts-side.ts'
import { type Naming, oneOf, openedBy } from '../rules/target.ts'
import { bookingIdIn } from '../rules/tokens.ts'

/** A booking as one caller sees it. */
export interface BookingView extends Booking {
  /** Read along with a page of the list. */
  eventType?: EventType
  host?: User
  invitees?: Invitee[] | undefined
  /** Public id of the booking that this one replaced; null: it replaced none. */
  rescheduledFromUid?: string | null
  /**
   * The invitee whose link or request this is: they see no seat but their own. Undefined for the
   * host, who sees all.
   */
  seenBy?: number
}

/**
 * Whether the viewer may read all of a booking, with a right to bookings: who may change one sees
 * what the change answers.
 */
export const seesAll = (
  ctx: Context,
  booking: Pick<Booking, 'id' | 'hostId' | 'teamId'>,
): boolean | Promise<boolean> => hasRight(ctx) && mayRead(ctx, booking)

/** The same for the booking of an invitee. */
export const seesAllOf = (ctx: Context, invitee: Invitee): boolean | Promise<boolean> =>
  hasRight(ctx) && mayReadOf(ctx, invitee)

const hasRight = ({ viewer }: Context): boolean =>
  viewer !== null && (viewer.scopes.has('bookings:read') || viewer.scopes.has('bookings:write'))

/** Who sees no seat of a booking. */
export const NOBODY = -1

/**
 * Somebody who has only the id of a booking that several share: they see its event type, status and
 * time.
 */
const ONLOOKER = -2

/** Whether the caller sees no more of a booking than its event type, status and time. */
export const isOnlooker = ({ seenBy }: BookingView): boolean => seenBy === ONLOOKER

/**
 * The booking that a host's id or an invitee's token names; null when there is none for this
 * caller.
 */
export async function findBooking(ctx: Context, naming: Naming): Promise<BookingView | null> {
  try {
    const { id, token } = oneOf(naming)
    if (token == null) return await readable(ctx, id)
    const { booking, invitee, isHosts } = await openedBy(ctx, token, 'bookings:read', 'token')
    return isHosts ? booking : { ...booking, seenBy: invitee?.id ?? ONLOOKER }
  } catch (error) {
    if (error instanceof ApiError && error.code === 'NOT_FOUND') return null
    throw error
  }
}

/** A booking that the viewer may read, by its id. @throws ApiError NOT_FOUND. */
async function readable(ctx: Context, id: string): Promise<BookingView> {
  hostOf(ctx)
  const booking = await ctx.db.booking.findUnique({ where: byId(bookingIdIn(id)) })
  if (booking === null || !(await mayRead(ctx, booking))) throw notFound('booking', 'id')
  return booking
}

/** What the caller of an act sees of its result: the host all of it, an invitee their own seat. */
export const viewFor = async (
  ctx: Context,
  booking: Booking,
  invitee: Invitee | null | undefined,
): Promise<BookingView> =>
  invitee == null || (hasRight(ctx) && (await isOnHostsSide(ctx, booking)))
    ? booking
    : { ...booking, seenBy: invitee.id }

/** The same of a series that an invitee has just booked. */
export async function occurrencesFor(
  ctx: Context,
  occurrences: Booking[],
  booker: Invitee,
): Promise<BookingView[]> {
  const seats = await ctx.db.invitee.findMany({
    where: { bookingId: { in: occurrences.map(({ id }) => id) }, seriesUid: booker.seriesUid },
  })
  return Promise.all(
    occurrences.map(booking =>
      viewFor(ctx, booking, seats.find(({ bookingId }) => bookingId === booking.id) ?? booker),
    ),
  )
}

/** The invitees that the caller may see. */
export async function inviteesOf(ctx: Context, booking: BookingView): Promise<Invitee[]> {
  const all = booking.invitees ?? (await readInvitees(ctx, booking.id))
  if (booking.seenBy === undefined && (await seesAll(ctx, booking))) return all
  return all.filter(invitee => invitee.id === booking.seenBy)
}

/**
 * Whether the caller sees the addresses of the hosts: who is on their side, and an invitee unless
 * the event type hides them.
 */
export async function seesHostEmails(ctx: Context, booking: BookingView): Promise<boolean> {
  if (await seesAll(ctx, booking)) return true
  if (booking.seenBy === undefined || booking.seenBy === NOBODY || isOnlooker(booking)) return false
  const { hideHostEmail } =
    booking.eventType ??
    (await ctx.db.eventType.findUniqueOrThrow({ where: { id: booking.eventTypeId } }))
  return !hideHostEmail
}

/**
 * The others who come, for an invitee of an event type that shows them. The hosts' side has them
 * all as invitees.
 */
export async function fellowsOf(ctx: Context, booking: BookingView): Promise<Invitee[]> {
  if (booking.seenBy === undefined || booking.seenBy === NOBODY || isOnlooker(booking)) return []
  const { seats, showInvitees } =
    booking.eventType ??
    (await ctx.db.eventType.findUniqueOrThrow({ where: { id: booking.eventTypeId } }))
  if (seats === 1 || !showInvitees) return []
  const all = booking.invitees ?? (await readInvitees(ctx, booking.id))
  return all.filter(({ id, status }) => id !== booking.seenBy && status === 'ACTIVE')
}

// Prisma gathers the look-ups of one tick into one statement.
const readInvitees = async ({ db }: Context, id: number): Promise<Invitee[]> =>
  (await db.booking.findUnique({ where: { id } }).invitees({ orderBy: { id: 'asc' } })) ?? []

/**
 * Who may have an invitee's link: the invitee, who sees no seat but their own, hosts who may change
 * bookings, and the hooks of hosts, whose receivers send it on to invitees.
 */
export function mayHaveLink(ctx: Context, invitee: Invitee): boolean | Promise<boolean> {
  const { viewer } = ctx
  if (viewer === null || viewer.credential.kind === 'hook') return true
  const mayChange = viewer.scopes.has('bookings:write')
  // The account of the invitee opens the seat without the link, as far as its credential goes.
  if (viewer.userId === invitee.hostId || viewer.userId === invitee.accountId) return mayChange
  return mayHaveLinkOfOther(ctx, invitee, mayChange)
}

async function mayHaveLinkOfOther(
  ctx: Context,
  invitee: Invitee,
  mayChange: boolean,
): Promise<boolean> {
  if (await isOnHostsSideOf(ctx, invitee)) return mayChange
  // An admin of the host's organization reads the booking, and changes nothing.
  return !(await mayReadOf(ctx, invitee))
}

/**
 * How a booking ended, as the caller may know it: what one invitee said to the host is not for the
 * others.
 */
export async function cancellationFor(ctx: Context, booking: BookingView): Promise<BookingView> {
  if (booking.seenBy === undefined || booking.cancelledBy !== 'INVITEE') return booking
  const own = await ctx.db.invitee.findUnique({ where: { id: booking.seenBy } })
  const isTheirs =
    own?.name === booking.cancellerName &&
    own?.cancelledAt?.getTime() === booking.cancelledAt?.getTime()
  return isTheirs
    ? booking
    : { ...booking, cancellerName: null, cancellerEmail: null, reason: null }
}
