import type { Pool } from 'pg'
import { z } from 'zod'
import { requireInLog } from '../../event-log/cursor.ts'
import { type Row, read } from '../../event-log/find.ts'
import type { EventKind, LoggedEvent } from '../../event-log/kinds.ts'
import {
  type Keyset,
  type PageArguments,
  pageOf,
  type Span,
} from '../../graph/keyset-pagination.ts'

const newest: Keyset<LoggedEvent, [number]> = {
  name: 'events',
  order: 'desc',
  key: z.tuple([z.int()]),
  keyOf: event => [Number(event.id)],
}

/**
 * A page of a host's events of some kinds, newest first.
 * @throws ApiError INVALID_INPUT for a cursor of another list, CURSOR_UNKNOWN for one that is not
 * in the log of the host.
 */
export async function listEvents(
  pool: Pool,
  hostId: number,
  kinds: readonly EventKind[],
  args: PageArguments,
) {
  const page = await pageOf(newest, args, async span => {
    const path = args.after == null ? 'before' : 'after'
    if (span.from !== undefined)
      await requireInLog(pool, hostId, { id: BigInt(span.from.key[0]), tag: undefined }, path)
    return readSpan(pool, hostId, kinds, span)
  })
  return { ...page, totalCount: () => count(pool, hostId, kinds) }
}

/**
 * A range of the index on (hostId, kind, id) for each kind, so that a rare one costs no walk over
 * the others.
 */
async function readSpan(
  pool: Pool,
  hostId: number,
  kinds: readonly EventKind[],
  { from, order, take }: Span<[number]>,
): Promise<LoggedEvent[]> {
  const beyond = from === undefined ? '' : `and e."id" ${from.side === 'lt' ? '<' : '>'} $4`
  const { rows } = await pool.query<Row>(
    `select found.* from unnest($2::text[]) asked (kind) cross join lateral (
       select e.* from "Event" e where e."hostId" = $1 and e."kind" = asked.kind ${beyond}
       order by e."id" ${order} limit $3
     ) found
     order by found."id" ${order} limit $3`,
    [hostId, [...new Set(kinds)], take, ...(from === undefined ? [] : from.key)],
  )
  return rows.map(read)
}

async function count(pool: Pool, hostId: number, kinds: readonly EventKind[]): Promise<number> {
  const text =
    'select count(*)::int as "count" from "Event" where "hostId" = $1 and "kind" = any($2)'
  const { rows } = await pool.query<{ count: number }>(text, [hostId, kinds])
  return rows[0]?.count ?? 0
}
