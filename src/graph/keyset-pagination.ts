import type { z } from 'zod'
import { invalid } from '../errors.ts'
import { pageSize } from './pagination.ts'

/**
 * A list with a total order, paginated by the values of its rows. Rows that were deleted in the
 * meantime do not break cursors.
 */
export interface Keyset<Row, Key extends KeyValue[]> {
  /** Letters and dots. Stands in its cursors, so that those of another list are refused. */
  name: string
  /** How the list runs. All parts of the key run the same way. */
  order: 'asc' | 'desc'
  /** Reads the key back from a cursor: a tuple, in which an instant stands as RFC 3339. */
  key: z.ZodType<Key>
  /** The values of a row that the list is ordered by; the last one is unique. */
  keyOf(row: Row): Key
}

type KeyValue = number | string | Date

export type PageArguments = Parameters<typeof pageSize>[0]

/** What to read: `take` rows in this order, of those on one side of a key. */
export interface Span<Key> {
  from: { side: Side; key: Key } | undefined
  order: 'asc' | 'desc'
  take: number
  /** Rows to pass over first, where the list takes an `offset`. */
  skip: number
}

/** `lt`: the rows whose key is less than that of the cursor. */
export type Side = 'lt' | 'gt'

/** A page in the shape of a Relay connection. */
export interface Page<Row> {
  edges: { cursor: string; node: Row }[]
  pageInfo: {
    startCursor: string | null
    endCursor: string | null
    hasPreviousPage: boolean
    hasNextPage: boolean
  }
}

/**
 * Reads a page: `first` from the start, after a cursor or past `offset` rows, `last` from the end
 * or before one. Default 25.
 * @throws ApiError INVALID_INPUT for a cursor of another list, or page arguments that contradict
 * each other.
 * @example
 * const newest = { name: 'hooks', order: 'desc', key: z.tuple([z.int32()]), keyOf: hook => [hook.id] }
 * await pageOf(newest, args, ({ from, order, take }) =>
 *   ctx.db.hook.findMany({
 *     where: { id: from && past(from.side, from.key[0]) }, orderBy: { id: order }, take,
 *   }))
 */
export async function pageOf<Row, Key extends KeyValue[]>(
  list: Keyset<Row, Key>,
  args: PageArguments,
  read: (span: Span<Key>) => Promise<Row[]>,
): Promise<Page<Row>> {
  const size = pageSize(args)
  const cursor = args.after ?? args.before
  const isBackward = args.last != null || (args.first == null && args.before != null)
  const descends = list.order === 'desc'

  const rows = await read({
    from:
      cursor == null
        ? undefined
        : {
            side: (args.after != null) === descends ? 'lt' : 'gt',
            key: readCursor(list, cursor, args.after == null ? 'before' : 'after'),
          },
    order: isBackward === descends ? 'asc' : 'desc',
    take: size + 1,
    skip: args.offset ?? 0,
  })
  const page = rows.slice(0, size)
  if (isBackward) page.reverse()

  // A cursor is written when it is asked for.
  const edges = page.map(node => ({
    node,
    get cursor() {
      return cursorOf(list, list.keyOf(node))
    },
  }))
  const hasMore = rows.length > size
  return {
    edges,
    pageInfo: {
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
      // The cursor itself is a row on one side; on the other side, one row more than requested was
      // read.
      hasPreviousPage: args.after != null || (args.offset ?? 0) > 0 || (isBackward && hasMore),
      hasNextPage: args.before != null || (!isBackward && hasMore),
    },
  }
}

/** Prisma's filter for values past a bound. */
export const past = <T>(side: Side, bound: T): { lt: T } | { gt: T } =>
  side === 'lt' ? { lt: bound } : { gt: bound }

/** The same with the bound among them. */
export const pastOrAt = <T>(side: Side, bound: T): { lte: T } | { gte: T } =>
  side === 'lt' ? { lte: bound } : { gte: bound }

// A cursor is the name of its list and the values of the key, each behind a letter for its kind:
// `contacts~dmk2p7w0~n1f`. Texts and numbers alone: a page writes many, and a Buffer for each would
// cost more than all the rest of it.
const cursorOf = (list: { name: string }, key: KeyValue[]): string =>
  [list.name, ...key.map(writeValue)].join('~')

function writeValue(value: KeyValue): string {
  if (typeof value === 'number') return `n${value.toString(36)}`
  if (typeof value === 'string') return `s${encodeURIComponent(value)}`
  return `d${value.getTime().toString(36)}`
}

function readCursor<Row, Key extends KeyValue[]>(
  list: Keyset<Row, Key>,
  cursor: string,
  path: string,
): Key {
  const [name, ...values] = cursor.split('~')
  const key = list.key.safeParse(values.map(readValue))
  if (name !== list.name || !key.success) {
    throw invalid(path, 'must be a cursor that an edge of this list came with')
  }
  return key.data
}

/** A value as `key` of the list reads it; undefined for what is none. */
function readValue(text: string): string | number | undefined {
  const value = text.slice(1)
  const number = /^-?[0-9a-z]{1,10}$/.test(value) ? Number.parseInt(value, 36) : Number.NaN
  if (text.startsWith('s')) return decoded(value)
  if (text.startsWith('n')) return number
  const date = new Date(number)
  return text.startsWith('d') && !Number.isNaN(date.getTime()) ? date.toISOString() : undefined
}

function decoded(value: string): string | undefined {
  try {
    const text = decodeURIComponent(value)
    // PostgreSQL takes no U+0000, and wrote none.
    return text.includes('\0') ? undefined : text
  } catch {
    return undefined
  }
}
