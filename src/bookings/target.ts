import { type Context, hostOf, needScope } from '../context.ts'
import type { Booking, Invitee } from '../db/generated/client/client.ts'
import type { Change } from '../events/change.ts'
import { byId, kindOf } from '../ids.ts'
import { invalid, notFound, Refusal } from '../refusal.ts'
import type { Scope } from '../scopes.ts'
import { isOnHostsSide } from './hosts-side.ts'

/**
 * How a caller names a booking: its host by the id, an invitee by the secret token of their link. Where an invitee booked
 * with `openById`, ids serve as tokens.
 */
export interface Naming {
  id?: string | null | undefined
  token?: string | null | undefined
}

/** A booking that the caller may change, and as whom: `userId` is who does it on the hosts' side. */
export type Target =
  | { by: 'HOST'; booking: Booking; userId: number }
  | { by: 'INVITEE'; booking: Booking; invitee: Invitee }

/**
 * The one place where it is decided whose booking a caller may see or change.
 * @throws Refusal NOT_FOUND for what is missing, belongs to other hosts, or has another token; INVALID_INPUT unless
 * exactly one of id and token is given.
 */
export async function findTarget(ctx: Context, { id, token }: Naming, root = ''): Promise<Target> {
  const path = (field: string) => `${root}${field}`
  if ((id == null) === (token == null)) throw invalid(path('id'), 'give either id or token')
  if (token != null) {
    const { booking, invitee, isHosts } = await openedBy(ctx, token, 'bookings:write', path('token'))
    if (invitee !== null) return { by: 'INVITEE', booking, invitee }
    if (isHosts) return { by: 'HOST', booking, userId: hostOf(ctx) }
    throw new Refusal('FORBIDDEN', 'Several share the booking: name the seat.', { isShared: true })
  }
  const userId = hostOf(ctx)
  const booking = id == null ? null : await ctx.db.booking.findUnique({ where: byId(id) })
  if (booking === null || !(await isOnHostsSide(ctx, booking))) throw notFound('booking', path('id'))
  return { by: 'HOST', booking, userId }
}

/** What a token opens. */
export interface Opened {
  booking: Booking
  /** Whose seat it opens; null: nobody's, or the whole booking for the hosts' side. */
  invitee: Invitee | null
  /** Whether the viewer stands on the hosts' side and named it by an id. */
  isHosts: boolean
}

/**
 * The booking that the token of a link opens, or an id: for the hosts' side, as far as their credential goes; for others
 * where the invitee booked with `openById`. The id of a booking that several can share opens the booking and no seat.
 * @throws Refusal NOT_FOUND; INSUFFICIENT_SCOPE for the hosts' side without the scope.
 */
export async function openedBy(ctx: Context, token: string, scope: Scope, path: string): Promise<Opened> {
  const kind = kindOf(token)
  if (kind === 'Booking') return openedById(ctx, token, scope, path)
  const uid = kind === 'Invitee' ? token : ctx.secrets.readLinkToken(token)
  const found =
    uid === undefined ? null : await ctx.db.invitee.findUnique({ where: { uid }, include: { booking: true } })
  if (found === null) throw notFound('booking', path)
  const { booking, ...invitee } = found
  if (kind === undefined) return { booking, invitee, isHosts: false }
  const isHosts = await isOnHostsSide(ctx, booking)
  if (isHosts) needScope(ctx, scope)
  else if (!invitee.isOpenById) throw notFound('booking', path)
  return { booking, invitee, isHosts }
}

async function openedById(ctx: Context, uid: string, scope: Scope, path: string): Promise<Opened> {
  const found = await ctx.db.booking.findUnique({
    where: { uid },
    include: { eventType: { select: { seats: true } }, invitees: { where: { isAdded: false }, take: 2 } },
  })
  if (found === null) throw notFound('booking', path)
  const { eventType, invitees, ...booking } = found
  if (await isOnHostsSide(ctx, booking)) {
    needScope(ctx, scope)
    return { booking, invitee: null, isHosts: true }
  }
  if (!invitees.some(({ isOpenById }) => isOpenById)) throw notFound('booking', path)
  const alone = eventType.seats === 1 && invitees.length === 1 ? invitees[0] : undefined
  return { booking, invitee: alone ?? null, isHosts: false }
}

/** The target as it stands now that nobody else can change it. @throws Refusal CONFLICT when there is nothing left to change. */
export async function stillOpen(change: Change, target: Target): Promise<Target> {
  const booking = await change.tx.booking.findUniqueOrThrow({ where: { id: target.booking.id } })
  if (booking.status !== 'PENDING' && booking.status !== 'CONFIRMED') {
    throw new Refusal('CONFLICT', `The booking is ${booking.status} already.`, { status: booking.status })
  }
  if (booking.endAt <= change.now) throw new Refusal('CONFLICT', 'The booking is over.', { status: booking.status })
  if (target.by === 'HOST') return { ...target, booking }
  const invitee = await change.tx.invitee.findUniqueOrThrow({ where: { id: target.invitee.id } })
  if (invitee.status !== 'ACTIVE') throw new Refusal('CONFLICT', 'The seat is cancelled already.')
  return { by: 'INVITEE', booking, invitee }
}
