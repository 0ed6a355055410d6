import { z } from 'zod'
import { type Context, hostOf } from '../../context.ts'
import {
  type Keyset,
  type PageArguments,
  pageOf,
  type Span,
} from '../../graph/keyset-pagination.ts'
import { escapeLike, instant, parse, searchWords } from '../../validation.ts'
import { type Row, read } from '../find.ts'
import { isLoggedKind, type LoggedEvent, type LoggedKind, loggedKinds } from '../kinds.ts'

/** So many are counted; of more it is only known that there are more. */
export const COUNTED = 10_000

const Filter = z.object({
  kinds: z.array(z.enum(Object.keys(loggedKinds).filter(isLoggedKind))).nullish(),
  from: instant.nullish(),
  until: instant.nullish(),
  search: searchWords.nullish(),
})

/** What to list. */
interface Asked {
  kinds?: LoggedKind[] | null | undefined
  from?: string | null | undefined
  until?: string | null | undefined
  search?: string | null | undefined
  oldestFirst?: boolean | null | undefined
}

const orders = { desc: 'activity', asc: 'activity, the oldest first' } as const

const by = (order: 'asc' | 'desc'): Keyset<LoggedEvent, [number]> => ({
  name: orders[order],
  order,
  key: z.tuple([z.int()]),
  keyOf: event => [Number(event.id)],
})

/** An entry of the viewer's log, by the uid of its event; null when there is none. */
export async function findActivity(ctx: Context, uid: string): Promise<LoggedEvent | null> {
  const { rows } = await ctx.pool.query<Row>(
    'select * from "Event" where "uid" = $1 and "hostId" = $2',
    [uid, hostOf(ctx)],
  )
  return rows.map(read)[0] ?? null
}

/**
 * A page of the viewer's log, newest first by default.
 * @throws ApiError INVALID_INPUT.
 */
export async function listActivity(ctx: Context, { oldestFirst, ...asked }: Asked & PageArguments) {
  const { kinds, from, until, search } = parse(Filter, asked, '')
  const conditions = {
    text: `"hostId" = $1 and ($2::text[] is null or "kind" = any($2)) and ($3::timestamptz is null or "occurredAt" >= $3)
      and ($4::timestamptz is null or "occurredAt" < $4) and ($5::text is null or "data"::text ilike $5)`,
    values: [
      hostOf(ctx),
      kinds ?? null,
      from ?? null,
      until ?? null,
      search == null ? null : `%${escapeLike(search)}%`,
    ],
  }
  const page = await pageOf(by(oldestFirst ? 'asc' : 'desc'), asked, span =>
    readSpan(ctx, conditions, span),
  )
  return { ...page, totalCount: () => count(ctx, conditions) }
}

interface Conditions {
  text: string
  values: unknown[]
}

/** Walks the index on (hostId, id), from the place on, until the page is full. */
async function readSpan(
  { pool }: Context,
  { text, values }: Conditions,
  { from, order, take }: Span<[number]>,
) {
  const beyond = from === undefined ? '' : `and "id" ${from.side === 'lt' ? '<' : '>'} $7`
  const { rows } = await pool.query<Row>(
    `select * from "Event" where ${text} ${beyond} order by "id" ${order} limit $6`,
    [...values, take, ...(from === undefined ? [] : from.key)],
  )
  return rows.map(read)
}

/** How many there are, one more than `COUNTED` at most. */
async function count({ pool }: Context, { text, values }: Conditions): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(
    `select count(*)::int as "count" from (select from "Event" where ${text} limit ${COUNTED + 1}) found`,
    values,
  )
  return rows[0]?.count ?? 0
}
