import { z } from 'zod'
import { type Context, hostOf } from '../../context.ts'
import type { Booking, EventType, Invitee, User } from '../../db/generated/client/client.ts'
import { keptByVersion } from '../../db/versions.ts'
import {
  type Keyset,
  type PageArguments,
  pageOf,
  type Span,
} from '../../graph/keyset-pagination.ts'
import { instant, parse } from '../../validation.ts'
import { isOnHostsSide } from '../rules/hosts-side.ts'
import { BookingFilter, type Conditions, conditions, type Whose } from './filter.ts'

/** What a client asks of the list. */
export interface BookingsAsked extends PageArguments {
  filter?: unknown
  orderBy?: Order | null | undefined
}

interface Order {
  field: keyof typeof columns
  direction: 'ASC' | 'DESC'
}

/** A booking of the page, with what was read along: invitees only where they are asked for. */
export interface ListedBooking extends Booking {
  eventType: EventType
  host: User
  invitees: Invitee[] | undefined
  rescheduledFromUid: string | null
  /** The seat of the viewer, who is no host of it. */
  seenBy?: number
}

const columns = {
  START: 'startAt',
  END: 'endAt',
  CREATED: 'createdAt',
  UPDATED: 'updatedAt',
} as const

type Column = (typeof columns)[keyof typeof columns]

type Listing = Keyset<ListedBooking, [Date, number]>

const listing = (column: Column, order: 'asc' | 'desc'): Listing => ({
  name: `bookings.${column}`,
  order,
  key: z.tuple([instant, z.int32()]),
  keyOf: booking => [booking[column], booking.id],
})

// Made once: zod takes its time to make a schema.
const listings = {
  startAt: { ASC: listing('startAt', 'asc'), DESC: listing('startAt', 'desc') },
  endAt: { ASC: listing('endAt', 'asc'), DESC: listing('endAt', 'desc') },
  createdAt: { ASC: listing('createdAt', 'asc'), DESC: listing('createdAt', 'desc') },
  updatedAt: { ASC: listing('updatedAt', 'asc'), DESC: listing('updatedAt', 'desc') },
}

/**
 * A page of the bookings that the viewer attends, or of a team's. The order is that of the column
 * and then the id, and a cursor holds both, so that a page stays right while bookings are added or
 * cancelled.
 * @param hasInvitees whether the invitees of each are read along
 * @throws ApiError INVALID_INPUT for a filter or a cursor that cannot be read.
 */
export async function listBookings(
  ctx: Context,
  asked: BookingsAsked,
  hasInvitees = false,
  whose: Whose = { hostId: hostOf(ctx) },
) {
  const { field, direction } = asked.orderBy ?? { field: 'START', direction: 'ASC' }
  const column = columns[field]
  const where = conditions(whose, parse(BookingFilter, asked.filter, 'filter'))
  const page = await pageOf(listings[column][direction], asked, async span => {
    const rows = await readPage(ctx, where, column, span, hasInvitees)
    return 'asInvitee' in whose && whose.asInvitee === true ? asSeen(ctx, whose.hostId, rows) : rows
  })
  return { edges: page.edges, pageInfo: page.pageInfo, totalCount: () => count(ctx, where) }
}

/** Bookings that the account does not attend as a host are seen from its seat. */
async function asSeen(
  ctx: Context,
  accountId: number,
  rows: ListedBooking[],
): Promise<ListedBooking[]> {
  const seats = await ctx.db.invitee.findMany({
    where: { accountId, bookingId: { in: rows.map(({ id }) => id) } },
    orderBy: { id: 'asc' },
  })
  return Promise.all(
    rows.map(async row => {
      const seat = seats.find(({ bookingId }) => bookingId === row.id)
      return seat === undefined || (await isOnHostsSide(ctx, row))
        ? row
        : { ...row, seenBy: seat.id }
    }),
  )
}

/**
 * An invitee beside their booking; null where there is none, undefined where they are not asked
 * for.
 */
type JoinedInvitee =
  | { [Column in keyof Invitee as `invitee.${Column}`]: Invitee[Column] }
  | { 'invitee.id'?: null | undefined }

type PageRow = Booking & {
  rescheduledFromUid: string | null
  eventTypeVersion: string
  hostVersion: string
} & JoinedInvitee

const eventTypesKept = keptByVersion<EventType>((db, ids) =>
  db.eventType.findMany({ where: { id: { in: ids } } }),
)

const hostsKept = keptByVersion<User>(async (db, ids) => {
  const hosts = await db.user.findMany({ where: { id: { in: ids } }, omit: { passwordHash: true } })
  return hosts.map(host => ({ ...host, passwordHash: null }))
})

/**
 * One statement a page, as long as its event types and hosts are known: the bookings in keyset
 * order, each as often as it has invitees, where they are asked for. The index of invitees on
 * (bookingId) serves it.
 */
async function readPage(
  ctx: Context,
  { wheres, values }: Conditions,
  column: Column,
  { from, order, take, skip }: Span<[Date, number]>,
  hasInvitees: boolean,
): Promise<ListedBooking[]> {
  const parameters = [...values]
  const beyond: string[] = []
  if (from !== undefined) {
    parameters.push(...from.key)
    const [at, id] = [`$${parameters.length - 1}::timestamptz`, `$${parameters.length}::int`]
    beyond.push(`(b."${column}", b."id") ${from.side === 'gt' ? '>' : '<'} (${at}, ${id})`)
  }
  const ordered = (rows: number) => `order by "${column}" ${order}, "id" ${order} limit ${rows}`
  const parts = wheres.map(
    where =>
      `(select b.* from ${where.from} where ${[...where.texts, ...beyond].join(' and ')} ${ordered(skip + take)})`,
  )
  const text = `
    with page as (select * from (${parts.join(' union all ')}) found ${ordered(take)} offset ${skip})
    select p.*, r."uid" as "rescheduledFromUid",
      (select e.xmin from "EventType" e where e."id" = p."eventTypeId") as "eventTypeVersion",
      (select h.xmin from "User" h where h."id" = p."hostId") as "hostVersion"
      ${hasInvitees ? INVITEE_COLUMNS : ''}
    from page p
      left join "Booking" r on r."id" = p."rescheduledFromId"
      ${hasInvitees ? 'left join "Invitee" i on i."bookingId" = p."id"' : ''}
    order by p."${column}" ${order}, p."id" ${order} ${hasInvitees ? ', i."id"' : ''}`
  const { rows } = await ctx.pool.query<PageRow>({
    name: skip === 0 ? statementName(text) : undefined,
    text,
    values: parameters,
  })

  const eventTypes = await eventTypesKept(
    ctx.db,
    new Map(rows.map(row => [row.eventTypeId, row.eventTypeVersion])),
  )
  const hosts = await hostsKept(ctx.db, new Map(rows.map(row => [row.hostId, row.hostVersion])))
  const page: ListedBooking[] = []
  for (const row of rows) {
    const invitees = hasInvitees ? [] : undefined
    if (page.at(-1)?.id !== row.id) {
      page.push(listed(row, known(eventTypes, row.eventTypeId), known(hosts, row.hostId), invitees))
    }
    if (row['invitee.id'] != null) page.at(-1)?.invitees?.push(inviteeOf(row))
  }
  return page
}

// Written out, as is the answer of listBookings: V8 puts the copies that a spread or Object.assign
// makes where only a full collection frees them, and with them all that they refer to.
const listed = (
  row: PageRow,
  eventType: EventType,
  host: User,
  invitees: Invitee[] | undefined,
): ListedBooking => ({
  id: row.id,
  uid: row.uid,
  hostId: row.hostId,
  teamId: row.teamId,
  eventTypeId: row.eventTypeId,
  status: row.status,
  startAt: row.startAt,
  endAt: row.endAt,
  timeZone: row.timeZone,
  location: row.location,
  metadata: row.metadata,
  cancelledAt: row.cancelledAt,
  cancelledBy: row.cancelledBy,
  cancellerName: row.cancellerName,
  cancellerEmail: row.cancellerEmail,
  reason: row.reason,
  rescheduledFromId: row.rescheduledFromId,
  chainId: row.chainId,
  eventCount: row.eventCount,
  seriesUid: row.seriesUid,
  hostNoShowAt: row.hostNoShowAt,
  createdAt: row.createdAt,
  updatedAt: row.updatedAt,
  eventType,
  host,
  invitees,
  rescheduledFromUid: row.rescheduledFromUid,
})

const inviteeColumns: readonly (keyof Invitee)[] = [
  'id',
  'uid',
  'hostId',
  'bookingId',
  'contactId',
  'status',
  'name',
  'email',
  'timeZone',
  'phone',
  'locale',
  'guests',
  'notes',
  'answers',
  'tracking',
  'metadata',
  'accountId',
  'cancelledAt',
  'noShowAt',
  'isAdded',
  'seriesUid',
  'rescheduledFromId',
  'createdAt',
  'updatedAt',
]

const INVITEE_COLUMNS = inviteeColumns
  .map(column => `, i."${column}" as "invitee.${column}"`)
  .join('')

async function count(ctx: Context, { wheres, values }: Conditions): Promise<number> {
  const counts = wheres.map(
    ({ from, texts }) => `(select count(*) from ${from} where ${texts.join(' and ')})`,
  )
  const { rows } = await ctx.pool.query<{ count: number }>(
    `select (${counts.join(' + ')})::int as "count"`,
    values,
  )
  return rows[0]?.count ?? 0
}

// A prepared statement for each shape of the list that clients use. The length of the page is part
// of the text: with a parameter there PostgreSQL would plan the statement each time.
const statementNames = new Map<string, string>()
const MAX_STATEMENTS = 200

function statementName(text: string): string | undefined {
  const known = statementNames.get(text)
  if (known !== undefined || statementNames.size >= MAX_STATEMENTS) return known
  const name = `bookings page ${statementNames.size}`
  statementNames.set(text, name)
  return name
}

const inviteeOf = (row: Extract<JoinedInvitee, { 'invitee.id': number }>): Invitee => ({
  id: row['invitee.id'],
  uid: row['invitee.uid'],
  hostId: row['invitee.hostId'],
  bookingId: row['invitee.bookingId'],
  contactId: row['invitee.contactId'],
  status: row['invitee.status'],
  name: row['invitee.name'],
  email: row['invitee.email'],
  timeZone: row['invitee.timeZone'],
  phone: row['invitee.phone'],
  locale: row['invitee.locale'],
  guests: row['invitee.guests'],
  notes: row['invitee.notes'],
  answers: row['invitee.answers'],
  tracking: row['invitee.tracking'],
  metadata: row['invitee.metadata'],
  accountId: row['invitee.accountId'],
  cancelledAt: row['invitee.cancelledAt'],
  noShowAt: row['invitee.noShowAt'],
  isAdded: row['invitee.isAdded'],
  seriesUid: row['invitee.seriesUid'],
  rescheduledFromId: row['invitee.rescheduledFromId'],
  createdAt: row['invitee.createdAt'],
  updatedAt: row['invitee.updatedAt'],
})

function known<T>(rows: Map<number, T>, id: number): T {
  const row = rows.get(id)
  if (row === undefined) throw new Error(`row ${id} was not read along`)
  return row
}
