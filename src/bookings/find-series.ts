import { type Context, needScope } from '../context.ts'
import type { Booking, Invitee } from '../db/generated/client/client.ts'
import { kindOf } from '../ids.ts'
import { invalid, notFound, Refusal } from '../refusal.ts'
import type { Scope } from '../scopes.ts'
import { isOnHostsSide } from './hosts-side.ts'
import { findTarget, type Naming, type Opened, openedBy } from './target.ts'
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
 * The series that the caller names: by its id, by that of an occurrence, or by the link to one, which opens the others that
 * the same invitee booked. The hosts' side sees those that it attends.
 * @throws Refusal NOT_FOUND, also for a booking that is of no series; INSUFFICIENT_SCOPE; INVALID_INPUT unless exactly one
 * of id and token is given.
 */
export async function findSeries(ctx: Context, { id, token }: Naming, scope: Scope, root = ''): Promise<Series> {
  const path = `${root}${id == null ? 'token' : 'id'}`
  const given = id ?? token
  if (given == null || (id != null && token != null)) throw invalid(`${root}id`, 'give either id or token')
  const named = kindOf(given) === 'BookingSeries' ? null : await openedFor(ctx, { id, token }, scope, root)
  const seriesUid = named === null ? given : named.booking.seriesUid
  const rows = seriesUid === null ? [] : await readOccurrences(ctx, seriesUid)
  const theirs = named === null || named.isHosts ? await onHostsSide(ctx, rows) : []
  if (theirs.length > 0) {
    needScope(ctx, scope)
    return { named: named?.booking ?? null, occurrences: theirs.map(({ booking }) => ({ booking, invitee: null })) }
  }
  const booker = named === null ? rows[0]?.invitees.find(({ isOpenById }) => isOpenById) : named.invitee
  if (booker == null || id != null) throw notFound('series', path)
  const occurrences = rows.flatMap(({ booking, invitees }) =>
    invitees.filter(({ email }) => email === booker.email).map(invitee => ({ booking, invitee })),
  )
  return { named: named?.booking ?? null, occurrences }
}

async function openedFor(ctx: Context, { id, token }: Naming, scope: Scope, root: string): Promise<Opened> {
  if (token != null) return openedBy(ctx, token, scope, `${root}token`)
  return { booking: (await findTarget(ctx, { id }, root)).booking, invitee: null, isHosts: true }
}

interface Row {
  booking: Booking
  invitees: Invitee[]
}

async function readOccurrences({ db }: Context, seriesUid: string): Promise<Row[]> {
  const rows = await db.booking.findMany({
    where: { seriesUid, rescheduledTo: null },
    include: { invitees: { where: { isAdded: false }, orderBy: { id: 'asc' } } },
    orderBy: [{ startAt: 'asc' }, { id: 'asc' }],
  })
  return rows.map(({ invitees, ...booking }) => ({ booking, invitees }))
}

async function onHostsSide(ctx: Context, rows: Row[]): Promise<Row[]> {
  const sides = await Promise.all(rows.map(({ booking }) => isOnHostsSide(ctx, booking)))
  return rows.filter((_row, index) => sides[index])
}

/** The occurrences of a series for the caller, by start; null when there is none for them. */
export async function findOccurrences(ctx: Context, naming: Naming): Promise<BookingView[] | null> {
  try {
    const { occurrences } = await findSeries(ctx, naming, 'bookings:read')
    return occurrences.map(({ booking, invitee }) => (invitee === null ? booking : { ...booking, seenBy: invitee.id }))
  } catch (error) {
    if (error instanceof Refusal && error.code === 'NOT_FOUND') return null
    throw error
  }
}
