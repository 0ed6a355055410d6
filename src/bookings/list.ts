import { z } from 'zod'
import { type Context, hostOf } from '../context.ts'
import type { Booking, EventType, Invitee, User } from '../db/generated/client/client.ts'
import { keptByVersion } from '../db/versions.ts'
import { type Keyset, type PageArguments, pageOf, type Span } from '../graph/keyset.ts'
import { byId } from '../ids.ts'
import { email, instant, parse } from '../parse.ts'

const Filter = z
  .object({
    statuses: z.array(z.enum(['PENDING', 'CONFIRMED', 'CANCELLED', 'DENIED'])).nullish(),
    eventTypeIds: z.array(z.string().max(64)).max(100, 'must name at most 100').nullish(),
    inviteeEmail: email.nullish(),
    startsFrom: instant.nullish(),
    startsBefore: instant.nullish(),
    createdFrom: instant.nullish(),
    createdBefore: instant.nullish(),
  })
  .nullish()

/** What a client asks of the list. */
export interface BookingsAsked extends PageArguments {
  filter?: unknown
  orderBy?: Order | null | undefined
}

interface Order {
  field: 'START' | 'CREATED'
  direction: 'ASC' | 'DESC'
}

/** A booking of the page, with what was read along: invitees only where they are asked for. */
export interface ListedBooking extends Booking {
  eventType: EventType
  host: User
  invitees: Invitee[] | undefined
  rescheduledFromUid: string | null
}

type Column = 'startAt' | 'createdAt'

const columns = { START: 'startAt', CREATED: 'createdAt' } as const

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
  createdAt: { ASC: listing('createdAt', 'asc'), DESC: listing('createdAt', 'desc') },
}

/**
 * A page of the bookings that the viewer attends, or of a team's. The order is that of the column and then the id, and a
 * cursor holds both, so that a page stays right while bookings are added or cancelled.
 * @param hasInvitees whether the invitees of each are read along
 * @throws Refusal INVALID_INPUT for a filter or a cursor that cannot be read.
 */
export async function listBookings(
  ctx: Context,
  asked: BookingsAsked,
  hasInvitees = false,
  whose: Whose = { hostId: hostOf(ctx) },
) {
  const { field, direction } = asked.orderBy ?? { field: 'START', direction: 'ASC' }
  const column = columns[field]
  const where = conditions(whose, parse(Filter, asked.filter, 'filter'))
  const page = await pageOf(listings[column][direction], asked, span => readPage(ctx, where, column, span, hasInvitees))
  return { edges: page.edges, pageInfo: page.pageInfo, totalCount: () => count(ctx, where) }
}

/**
 * Whose bookings: those that an account attends, with all of a team or without; or those of a team, of which it may be
 * only what an account attends, by its id or databaseId.
 */
export type Whose = { hostId: number; teamId?: number } | { teamId: number; attendedBy?: string | undefined }

/** Conditions of where clauses, with the values of their parameters. */
interface Conditions {
  /** One for those that stand in the account's or the team's own rows, one for those that the account attends beside others. */
  wheres: { from: string; texts: string[] }[]
  values: unknown[]
}

/** Each filter with the index that serves it: (hostId, status, startAt), (hostId, eventTypeId, startAt), (hostId, email, bookingId). */
function conditions(whose: Whose, filter: z.output<typeof Filter>): Conditions {
  const values: unknown[] = ['hostId' in whose ? whose.hostId : whose.teamId]
  const texts: string[] = []
  const add = (text: (parameter: string) => string, value: unknown) => {
    if (value == null) return
    values.push(value)
    texts.push(text(`$${values.length}`))
  }
  const statuses = filter?.statuses ?? null
  // One status can use its index with the order; a list of them cannot.
  if (statuses?.length === 1) add(p => `b."status" = ${p}::"BookingStatus"`, statuses[0])
  else add(p => `b."status" = any(${p}::"BookingStatus"[])`, statuses)
  if (filter?.eventTypeIds != null) {
    const keys = filter.eventTypeIds.map(byId)
    values.push(keys.flatMap(key => ('uid' in key ? [key.uid] : [])))
    add(
      p =>
        `b."eventTypeId" in (select "id" from "EventType" where "uid" = any($${values.length - 1}::text[]) or "id" = any(${p}::int[]))`,
      keys.flatMap(key => ('id' in key ? [key.id] : [])),
    )
  }
  add(p => `b."startAt" >= ${p}::timestamptz`, filter?.startsFrom)
  add(p => `b."startAt" < ${p}::timestamptz`, filter?.startsBefore)
  add(p => `b."createdAt" >= ${p}::timestamptz`, filter?.createdFrom)
  add(p => `b."createdAt" < ${p}::timestamptz`, filter?.createdBefore)

  const byEmail = (text: string): string[] => (filter?.inviteeEmail == null ? [] : [text])
  if (filter?.inviteeEmail != null) values.push(filter.inviteeEmail)
  const p = `$${values.length}`
  const ofThis = byEmail(`exists (select from "Invitee" i where i."bookingId" = b."id" and i."email" = ${p})`)
  if (!('hostId' in whose)) {
    const attended = whose.attendedBy == null ? [] : [attends(accountId(values, whose.attendedBy))]
    return { wheres: [{ from: '"Booking" b', texts: ['b."teamId" = $1', ...attended, ...texts, ...ofThis] }], values }
  }
  const ofHost = byEmail(`b."id" in (select "bookingId" from "Invitee" where "hostId" = $1 and "email" = ${p})`)
  return {
    wheres: [
      { from: '"Booking" b', texts: ['b."hostId" = $1', ...texts, ...ofHost] },
      {
        from: '"CoHost" c join "Booking" b on b."id" = c."bookingId"',
        texts: ['c."hostId" = $1', ...texts, ...ofThis],
      },
      ...(whose.teamId === undefined ? [] : [ofTeam(values, whose.teamId, [...texts, ...ofThis])]),
    ],
    values,
  }
}

/** Those of a team that the account of the first parameter does not attend. */
function ofTeam(values: unknown[], teamId: number, texts: string[]) {
  values.push(teamId)
  return { from: '"Booking" b', texts: [`b."teamId" = $${values.length}`, `not ${attends('$1')}`, ...texts] }
}

const attends = (account: string): string =>
  `(b."hostId" = ${account} or exists (select from "CoHost" a where a."bookingId" = b."id" and a."hostId" = ${account}))`

/** The account that an id names, as an expression. */
function accountId(values: unknown[], id: string): string {
  const key = byId(id)
  values.push('uid' in key ? key.uid : key.id)
  return `(select "id" from "User" where "${'uid' in key ? 'uid' : 'id'}" = $${values.length})`
}

/** An invitee beside their booking; null where there is none, undefined where they are not asked for. */
type JoinedInvitee =
  | { [Column in keyof Invitee as `invitee.${Column}`]: Invitee[Column] }
  | { 'invitee.id'?: null | undefined }

type PageRow = Booking & {
  rescheduledFromUid: string | null
  eventTypeVersion: string
  hostVersion: string
} & JoinedInvitee

const eventTypesKept = keptByVersion<EventType>((db, ids) => db.eventType.findMany({ where: { id: { in: ids } } }))

const hostsKept = keptByVersion<User>(async (db, ids) => {
  const hosts = await db.user.findMany({ where: { id: { in: ids } }, omit: { passwordHash: true } })
  return hosts.map(host => ({ ...host, passwordHash: null }))
})

/**
 * One statement a page, as long as its event types and hosts are known: the bookings in keyset order, each as often as
 * it has invitees, where they are asked for. The index of invitees on (bookingId) serves it.
 */
async function readPage(
  ctx: Context,
  { wheres, values }: Conditions,
  column: Column,
  { from, order, take }: Span<[Date, number]>,
  hasInvitees: boolean,
): Promise<ListedBooking[]> {
  const parameters = [...values]
  const beyond: string[] = []
  if (from !== undefined) {
    parameters.push(...from.key)
    const [at, id] = [`$${parameters.length - 1}::timestamptz`, `$${parameters.length}::int`]
    beyond.push(`(b."${column}", b."id") ${from.side === 'gt' ? '>' : '<'} (${at}, ${id})`)
  }
  const ordered = `order by "${column}" ${order}, "id" ${order} limit ${take}`
  const parts = wheres.map(
    where => `(select b.* from ${where.from} where ${[...where.texts, ...beyond].join(' and ')} ${ordered})`,
  )
  const text = `
    with page as (${parts.join(' union all ')} ${parts.length > 1 ? ordered : ''})
    select p.*, r."uid" as "rescheduledFromUid",
      (select e.xmin from "EventType" e where e."id" = p."eventTypeId") as "eventTypeVersion",
      (select h.xmin from "User" h where h."id" = p."hostId") as "hostVersion"
      ${hasInvitees ? INVITEE_COLUMNS : ''}
    from page p
      left join "Booking" r on r."id" = p."rescheduledFromId"
      ${hasInvitees ? 'left join "Invitee" i on i."bookingId" = p."id"' : ''}
    order by p."${column}" ${order}, p."id" ${order} ${hasInvitees ? ', i."id"' : ''}`
  const { rows } = await ctx.pool.query<PageRow>({ name: statementName(text), text, values: parameters })

  const eventTypes = await eventTypesKept(ctx.db, new Map(rows.map(row => [row.eventTypeId, row.eventTypeVersion])))
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

// Written out, as is the answer of listBookings: V8 puts the copies that a spread or Object.assign makes where only a full
// collection frees them, and with them all that they refer to.
const listed = (row: PageRow, eventType: EventType, host: User, invitees: Invitee[] | undefined): ListedBooking => ({
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
  reason: row.reason,
  rescheduledFromId: row.rescheduledFromId,
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
  'cancelledAt',
  'noShowAt',
  'rescheduledFromId',
  'createdAt',
  'updatedAt',
]

const INVITEE_COLUMNS = inviteeColumns.map(column => `, i."${column}" as "invitee.${column}"`).join('')

async function count(ctx: Context, { wheres, values }: Conditions): Promise<number> {
  const counts = wheres.map(({ from, texts }) => `(select count(*) from ${from} where ${texts.join(' and ')})`)
  const { rows } = await ctx.pool.query<{ count: number }>(`select (${counts.join(' + ')})::int as "count"`, values)
  return rows[0]?.count ?? 0
}

// A prepared statement for each shape of the list that clients use. The length of the page is part of the text: with a
// parameter there PostgreSQL would plan anew each time.
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
  cancelledAt: row['invitee.cancelledAt'],
  noShowAt: row['invitee.noShowAt'],
  rescheduledFromId: row['invitee.rescheduledFromId'],
  createdAt: row['invitee.createdAt'],
  updatedAt: row['invitee.updatedAt'],
})

function known<T>(rows: Map<number, T>, id: number): T {
  const row = rows.get(id)
  if (row === undefined) throw new Error(`row ${id} was not read along`)
  return row
}
