import { type Context, requireScope } from '../../context.ts'
import type { Booking, Invitee } from '../../db/generated/client/client.ts'
import { ApiError, invalid, notFound } from '../../errors.ts'
import type { Scope } from '../../scopes.ts'
import { isOnHostsSide } from '../rules/hosts-side.ts'
import { findTarget, type Naming, type Opened, openedBy } from '../rules/target.ts'
import { read, seriesIn } from '../rules/tokens.ts'
import { occurrencesOf } from '../write/series.ts'
import type { BookingView } from './view.ts'

/** One occurrence, with the seat in it that is the caller's; null for the hosts' side. */
export interface Occurrence {
  booking: Booking
  invitee: Invitee | null
}

/** A series as one caller may see or change it. */
export interface Series {
  /** The occurrence that was named, as it was found; null when the series itself was. */
  named: Booking | null
  /** By start, as they stand: of those that moved, where they moved to. */
  occurrences: Occurrence[]
}

/**
 * The series that the caller names: its hosts by its id or that of an occurrence, of which they see
 * those that they attend; an invitee by a token, which opens what they booked with it and nothing
 * that others booked.
 * @throws ApiError NOT_FOUND, also for a booking that is of no series; INSUFFICIENT_SCOPE;
 * INVALID_INPUT unless exactly one of id and token is given.
 */
export async function findSeries(
  ctx: Context,
  { id, token }: Naming,
  scope: Scope,
  root = '',
): Promise<Series> {
  const path = `${root}${id == null ? 'token' : 'id'}`
  const given = id ?? token
  if (given == null || (id != null && token != null))
    throw invalid(`${root}id`, 'give either id or token')
  const { kind, uid } = read(given)
  const named = kind === 'BookingSeries' ? null : await openedFor(ctx, { id, token }, scope, root)
  if (named === null || named.isHosts) {
    const seriesUid = named === null ? uid : named.booking.seriesUid
    const theirs =
      seriesUid === null ? [] : await onHostsSide(ctx, await occurrencesOf(ctx.db, seriesUid))
    if (theirs.length > 0) {
      requireScope(ctx, scope)
      return {
        named: named?.booking ?? null,
        occurrences: theirs.map(booking => ({ booking, invitee: null })),
      }
    }
  }
  const own = named === null ? seriesIn(ctx, given) : named.invitee?.seriesUid
  if (own == null || id != null) throw notFound('series', path)
  return { named: named?.booking ?? null, occurrences: await seatsOf(ctx, own) }
}

async function openedFor(
  ctx: Context,
  { id, token }: Naming,
  scope: Scope,
  root: string,
): Promise<Opened> {
  if (token != null) return openedBy(ctx, token, scope, `${root}token`)
  return { booking: (await findTarget(ctx, { id }, root)).booking, invitee: null, isHosts: true }
}

/** What one invitee booked as a series, by start, as it stands. */
async function seatsOf({ db }: Context, seriesUid: string): Promise<Occurrence[]> {
  const seats = await db.invitee.findMany({
    where: { seriesUid, rescheduledTo: null },
    include: { booking: true },
    orderBy: [{ booking: { startAt: 'asc' } }, { id: 'asc' }],
  })
  return seats.map(({ booking, ...invitee }) => ({ booking, invitee }))
}

async function onHostsSide(ctx: Context, bookings: Booking[]): Promise<Booking[]> {
  const sides = await Promise.all(bookings.map(booking => isOnHostsSide(ctx, booking)))
  return bookings.filter((_booking, index) => sides[index])
}

/** The occurrences of a series for the caller, by start; null when there is none for them. */
export async function findOccurrences(ctx: Context, naming: Naming): Promise<BookingView[] | null> {
  try {
    const { occurrences } = await findSeries(ctx, naming, 'bookings:read')
    return occurrences.map(({ booking, invitee }) =>
      invitee === null ? booking : { ...booking, seenBy: invitee.id },
    )
  } catch (error) {
    if (error instanceof ApiError && error.code === 'NOT_FOUND') return null
    throw error
  }
}
