import { type Context, hostOf, requireScope } from '../../context.ts'
import type { Booking, Invitee } from '../../db/generated/client/client.ts'
import { ApiError, invalid, notFound } from '../../errors.ts'
import type { Change } from '../../event-log/transaction.ts'
import { byId } from '../../ids.ts'
import type { Scope } from '../../scopes.ts'
import { isOnHostsSide } from './hosts-side.ts'
import { bookingIdIn, isTokenOf, read } from './tokens.ts'

/**
 * How a caller names a booking: its hosts by its id, an invitee by a token. An id is no secret: it
 * gives access only to the hosts' side.
 */
export interface Naming {
  id?: string | null | undefined
  token?: string | null | undefined
}

/**
 * A booking that the caller may change, and as whom: `userId` is who does it on the hosts' side.
 */
export type Target =
  | { by: 'HOST'; booking: Booking; userId: number }
  | { by: 'INVITEE'; booking: Booking; invitee: Invitee }

/**
 * Either the id or the token.
 * @throws ApiError INVALID_INPUT unless exactly one of them is given.
 */
export function oneOf(
  { id, token }: Naming,
  root = '',
): { id: string; token?: undefined } | { id?: undefined; token: string } {
  if (id != null && token == null) return { id }
  if (id == null && token != null) return { token }
  throw invalid(`${root}id`, 'give either id or token')
}

/**
 * The one place where it is decided whose booking a caller may see or change.
 * @throws ApiError NOT_FOUND for what is missing, belongs to other hosts, or has another token;
 * INVALID_INPUT unless exactly one of id and token is given.
 */
export async function findTarget(ctx: Context, naming: Naming, root = ''): Promise<Target> {
  const path = (field: string) => `${root}${field}`
  const { id, token } = oneOf(naming, root)
  if (token != null) {
    const { booking, invitee, isHosts } = await openedBy(
      ctx,
      token,
      'bookings:write',
      path('token'),
    )
    if (invitee !== null) return { by: 'INVITEE', booking, invitee }
    if (isHosts) return { by: 'HOST', booking, userId: hostOf(ctx) }
    throw new ApiError('FORBIDDEN', 'Several share the booking: name the seat.', { isShared: true })
  }
  const userId = hostOf(ctx)
  const booking = await ctx.db.booking.findUnique({ where: byId(bookingIdIn(id)) })
  if (booking === null || !(await isOnHostsSide(ctx, booking)))
    throw notFound('booking', path('id'))
  return { by: 'HOST', booking, userId }
}

/** What a token opens. */
export interface Opened {
  booking: Booking
  /** Whose seat it opens; null for the hosts' side, which can access the whole booking. */
  invitee: Invitee | null
  /** Whether the viewer is on the hosts' side, and named it by an id or a `bookingToken`. */
  isHosts: boolean
}

/**
 * The booking that a token of an invitee opens. The hosts' side can name it by an id too, as far as
 * their credential goes; so can the account of a seat, for which the id opens that seat. To all
 * others an id opens nothing, but shows when a booking with seats takes place, as `slots` does.
 * @throws ApiError NOT_FOUND; INSUFFICIENT_SCOPE for a credential without the scope.
 */
export async function openedBy(
  ctx: Context,
  token: string,
  scope: Scope,
  path: string,
): Promise<Opened> {
  const { kind, uid, signature } = read(token)
  if (kind === 'Booking') return openedByBooking(ctx, uid, signature, scope, path)
  if (kind !== 'Invitee') throw notFound('booking', path)
  const found = await ctx.db.invitee.findUnique({ where: { uid }, include: { booking: true } })
  if (found === null) throw notFound('booking', path)
  const { booking, ...invitee } = found
  if (isTokenOf(ctx, invitee, signature)) return { booking, invitee, isHosts: false }
  if (signature === undefined && isOfViewer(ctx, invitee)) {
    requireScope(ctx, scope)
    return { booking, invitee, isHosts: false }
  }
  if (signature !== undefined || !(await isOnHostsSide(ctx, booking)))
    throw notFound('booking', path)
  requireScope(ctx, scope)
  return { booking, invitee, isHosts: true }
}

async function openedByBooking(
  ctx: Context,
  uid: string,
  signature: string | undefined,
  scope: Scope,
  path: string,
): Promise<Opened> {
  const found = await ctx.db.booking.findUnique({
    where: { uid },
    include: { eventType: { select: { seats: true } }, invitees: { where: { isAdded: false } } },
  })
  if (found === null) throw notFound('booking', path)
  const { eventType, invitees, ...booking } = found
  if (await isOnHostsSide(ctx, booking)) {
    requireScope(ctx, scope)
    return { booking, invitee: null, isHosts: true }
  }
  const ofToken = invitees.find(each => isTokenOf(ctx, each, signature))
  const invitee =
    ofToken ?? (signature === undefined ? invitees.find(each => isOfViewer(ctx, each)) : undefined)
  if (invitee !== undefined && ofToken === undefined) requireScope(ctx, scope)
  if (invitee === undefined && eventType.seats === 1) throw notFound('booking', path)
  return { booking, invitee: invitee ?? null, isHosts: false }
}

/** Whether a seat is of the account of the viewer, who needs no token then, but the scope. */
const isOfViewer = ({ viewer }: Context, { accountId }: Pick<Invitee, 'accountId'>): boolean =>
  viewer !== null && viewer.userId === accountId

/**
 * The target as it stands now that nobody else can change it.
 * @throws ApiError CONFLICT when there is nothing left to change.
 */
export async function stillOpen(change: Change, target: Target): Promise<Target> {
  const booking = await change.tx.booking.findUniqueOrThrow({ where: { id: target.booking.id } })
  if (booking.status !== 'PENDING' && booking.status !== 'CONFIRMED') {
    throw new ApiError('CONFLICT', `The booking is ${booking.status} already.`, {
      status: booking.status,
    })
  }
  if (booking.endAt <= change.now)
    throw new ApiError('CONFLICT', 'The booking is over.', { status: booking.status })
  if (target.by === 'HOST') return { ...target, booking }
  const invitee = await change.tx.invitee.findUniqueOrThrow({ where: { id: target.invitee.id } })
  if (invitee.status !== 'ACTIVE') throw new ApiError('CONFLICT', 'The seat is cancelled already.')
  return { by: 'INVITEE', booking, invitee }
}
