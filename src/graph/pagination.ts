import { ApiError, invalid } from '../errors.ts'

export const DEFAULT_PAGE_SIZE = 25
export const MAX_PAGE_SIZE = 100

interface PageArguments {
  first?: number | null | undefined
  last?: number | null | undefined
  after?: string | null | undefined
  before?: string | null | undefined
  /** Rows to pass over, for dialects that page by counting. */
  offset?: number | null | undefined
}

const MAX_OFFSET = 100_000

/**
 * How many edges a connection is asked for.
 * @throws ApiError QUERY_TOO_EXPENSIVE past 100; INVALID_INPUT for less than 1, for both directions
 * at once, and for an offset beside a cursor.
 */
export function pageSize({ first, last, after, before, offset }: PageArguments): number {
  const size = first ?? last ?? DEFAULT_PAGE_SIZE
  const path = first == null ? 'last' : 'first'
  if (first != null && last != null) throw invalid('last', 'cannot stand beside first')
  if (after != null && before != null) throw invalid('before', 'cannot stand beside after')
  if (offset != null && (after ?? before ?? last) != null)
    throw invalid('offset', 'can stand beside first alone')
  if (offset != null && (offset < 0 || offset > MAX_OFFSET))
    throw invalid('offset', `must be 0 to ${MAX_OFFSET}`)
  if (size < 1) throw invalid(path, 'must be at least 1')
  if (size > MAX_PAGE_SIZE) {
    throw new ApiError(
      'QUERY_TOO_EXPENSIVE',
      `A page has at most ${MAX_PAGE_SIZE} edges; ${size} were asked for.`,
      {
        limit: 'pageSize',
        allowed: MAX_PAGE_SIZE,
        asked: size,
        fields: [{ path, message: `must be at most ${MAX_PAGE_SIZE}` }],
      },
    )
  }
  return size
}

/**
 * The cost of a connection: each edge costs what is selected of it. Checks the page size before
 * anything runs.
 */
export const connectionCost = (args: object): { field: number; multiplier: number } => ({
  field: 1,
  multiplier: pageSize(args),
})

/**
 * The argument `offset` of a list whose dialects page by counting. Cursors stay right while rows
 * are added; it does not.
 */
export const offset = {
  type: 'Int',
  description: 'How many to pass over, for clients that page by counting; not beside a cursor.',
} as const

/** Options of the field `totalCount`, which every connection has: `c.int(totalCount)`. */
export const totalCount = {
  description: 'Number of items on all pages.',
  resolve: (page: { totalCount(): number | Promise<number> }) => page.totalCount(),
}
