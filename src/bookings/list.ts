import { z } from 'zod'
import { type Context, hostOf } from '../context.ts'
import type { Booking, EventType, User } from '../db/generated/client/client.ts'
import { type Keyset, type PageArguments, pageOf, type Span } from '../graph/keyset.ts'
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

/** A booking of the page, with the event type and the host that were read along. */
export type ListedBooking = Booking & { eventType: EventType; host: User }

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
 * A page of the viewer's bookings. The order is that of the column and then the id, and a cursor holds both, so that a
 * page stays right while bookings are added or cancelled.
 * @throws Refusal INVALID_INPUT for a filter or a cursor that cannot be read.
 */
export async function listBookings(ctx: Context, asked: BookingsAsked) {
  const hostId = hostOf(ctx)
  const { field, direction } = asked.orderBy ?? { field: 'START', direction: 'ASC' }
  const column = columns[field]
  const where = conditions(hostId, parse(Filter, asked.filter, 'filter'))
  const page = await pageOf(listings[column][direction], asked, span => readPage(ctx, where, column, span))
  return { edges: page.edges, pageInfo: page.pageInfo, totalCount: () => count(ctx, where) }
}

/** Conditions of a where clause, with the values of its parameters. */
interface Conditions {
  texts: string[]
  values: unknown[]
}

/** Each filter with the index that serves it: (hostId, status, startAt), (hostId, eventTypeId, startAt), (hostId, email, bookingId). */
function conditions(hostId: number, filter: z.output<typeof Filter>): Conditions {
  const values: unknown[] = [hostId]
  const texts = ['b."hostId" = $1']
  const add = (text: (parameter: string) => string, value: unknown) => {
    if (value == null) return
    values.push(value)
    texts.push(text(`$${values.length}`))
  }
  const statuses = filter?.statuses ?? null
  // One status can use its index with the order; a list of them cannot.
  if (statuses?.length === 1) add(p => `b."status" = ${p}::"BookingStatus"`, statuses[0])
  else add(p => `b."status" = any(${p}::"BookingStatus"[])`, statuses)
  add(
    p =>
      `b."eventTypeId" in (select "id" from "EventType" where "hostId" = $1 and ("uid" = any(${p}) or "id"::text = any(${p})))`,
    filter?.eventTypeIds,
  )
  add(p => `b."id" in (select "bookingId" from "Invitee" where "hostId" = $1 and "email" = ${p})`, filter?.inviteeEmail)
  add(p => `b."startAt" >= ${p}::timestamptz`, filter?.startsFrom)
  add(p => `b."startAt" < ${p}::timestamptz`, filter?.startsBefore)
  add(p => `b."createdAt" >= ${p}::timestamptz`, filter?.createdFrom)
  add(p => `b."createdAt" < ${p}::timestamptz`, filter?.createdBefore)
  return { texts, values }
}

type PageRow = Booking & {
  eventTypeJson: JsonDates<EventType> | null
  hostJson: JsonDates<Omit<User, 'passwordHash'>> | null
}

/**
 * One statement a page: the bookings in keyset order, and each event type and the host once, on the first row that has
 * them, since they repeat.
 */
async function readPage(
  ctx: Context,
  { texts, values }: Conditions,
  column: Column,
  { from, order, take }: Span<[Date, number]>,
): Promise<ListedBooking[]> {
  const parameters = [...values]
  const wheres = [...texts]
  if (from !== undefined) {
    parameters.push(...from.key)
    const [at, id] = [`$${parameters.length - 1}::timestamptz`, `$${parameters.length}::int`]
    wheres.push(`(b."${column}", b."id") ${from.side === 'gt' ? '>' : '<'} (${at}, ${id})`)
  }
  const text = `
    with page as (
      select b.* from "Booking" b where ${wheres.join(' and ')}
      order by b."${column}" ${order}, b."id" ${order} limit ${take}
    )
    select p.*,
      case when row_number() over (partition by p."eventTypeId") = 1 then to_json(e) end as "eventTypeJson",
      case when row_number() over () = 1 then to_jsonb(h) - 'passwordHash' end as "hostJson"
    from page p join "EventType" e on e."id" = p."eventTypeId" join "User" h on h."id" = p."hostId"
    order by p."${column}" ${order}, p."id" ${order}`
  const { rows } = await ctx.pool.query<PageRow>({ name: statementName(text), text, values: parameters })

  const eventTypes = new Map<number, EventType>()
  const hosts = new Map<number, User>()
  for (const { eventTypeJson, hostJson } of rows) {
    if (eventTypeJson !== null) eventTypes.set(eventTypeJson.id, eventTypeOf(eventTypeJson))
    if (hostJson !== null) hosts.set(hostJson.id, userOf(hostJson))
  }
  return rows.map(row => listed(row, known(eventTypes, row.eventTypeId), known(hosts, row.hostId)))
}

// Written out, as is the answer of listBookings: V8 puts the copies that a spread or Object.assign makes where only a full
// collection frees them, and with them all that they refer to.
const listed = (row: PageRow, eventType: EventType, host: User): ListedBooking => ({
  id: row.id,
  uid: row.uid,
  hostId: row.hostId,
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
})

async function count(ctx: Context, { texts, values }: Conditions): Promise<number> {
  const text = `select count(*)::int as "count" from "Booking" b where ${texts.join(' and ')}`
  const { rows } = await ctx.pool.query<{ count: number }>(text, values)
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

/** A row as to_json writes it: instants and days are text. */
type JsonDates<T> = { [K in keyof T]: T[K] extends Date ? string : T[K] extends Date | null ? string | null : T[K] }

const dateOf = (text: string | null): Date | null => (text === null ? null : new Date(text))

const eventTypeOf = (json: JsonDates<EventType>): EventType => ({
  ...json,
  windowFirstDay: dateOf(json.windowFirstDay),
  windowLastDay: dateOf(json.windowLastDay),
  createdAt: new Date(json.createdAt),
  updatedAt: new Date(json.updatedAt),
  archivedAt: dateOf(json.archivedAt),
})

const userOf = (json: JsonDates<Omit<User, 'passwordHash'>>): User => ({
  ...json,
  passwordHash: null,
  createdAt: new Date(json.createdAt),
  updatedAt: new Date(json.updatedAt),
})

function known<T>(rows: Map<number, T>, id: number): T {
  const row = rows.get(id)
  if (row === undefined) throw new Error(`row ${id} was not read along`)
  return row
}
