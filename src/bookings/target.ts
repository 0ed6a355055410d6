import { type Context, hostOf } from '../context.ts'
import type { Booking, Invitee } from '../db/generated/client/client.ts'
import type { Change } from '../events/change.ts'
import { byId } from '../ids.ts'
import { invalid, notFound, Refusal } from '../refusal.ts'
import { isOnHostsSide } from './hosts-side.ts'

/** How a caller names a booking: its host by the id, an invitee by the secret token of their link. */
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
    const uid = ctx.secrets.readLinkToken(token)
    const invitee =
      uid === undefined ? null : await ctx.db.invitee.findUnique({ where: { uid }, include: { booking: true } })
    if (invitee === null) throw notFound('booking', path('token'))
    const { booking, ...row } = invitee
    return { by: 'INVITEE', booking, invitee: row }
  }
  const userId = hostOf(ctx)
  const booking = id == null ? null : await ctx.db.booking.findUnique({ where: byId(id) })
  if (booking === null || !(await isOnHostsSide(ctx, booking))) throw notFound('booking', path('id'))
  return { by: 'HOST', booking, userId }
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
