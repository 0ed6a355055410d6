// Lists by `take` and `skip`: its contract, 1.5. A page of the graph has 100 rows at most, so a
// list may take three of them.

import { z } from 'zod'
import { whole } from './values.ts'

const PAGE_SIZE = 100

/** The parameters of a list. @param usual how many rows it answers unless asked */
export const page = (usual: number) => ({
  take: whole(1, 250).default(usual).meta({ description: 'How many to answer.' }),
  skip: whole(0, 100_000).default(0).meta({ description: 'How many to pass over.' }),
})

interface Asked {
  take: number
  skip: number
}

interface Connection<Node> {
  edges: readonly { node: Node }[]
  pageInfo: { endCursor: string | null; hasNextPage: boolean }
}

/**
 * Variables of the first page: `$first: Int!, $offset: Int, $after: String`.
 * @param pageSize rows of one page of the graph, where a row costs so much that 100 would be too
 * many
 */
export const span = ({ take, skip }: Asked, pageSize = PAGE_SIZE) => ({
  first: Math.min(take, pageSize),
  offset: skip || undefined,
})

export const spanNames = { first: 'take', offset: 'skip' }

/**
 * Variables of the page after those that were read; undefined when `take` is reached, or the list
 * ends.
 */
export function more(
  { edges, pageInfo }: Connection<unknown>,
  { take }: Pick<Asked, 'take'>,
  pageSize = PAGE_SIZE,
) {
  const missing = take - edges.length
  if (missing <= 0 || !pageInfo.hasNextPage) return undefined
  return { first: Math.min(missing, pageSize), offset: undefined, after: pageInfo.endCursor }
}

/** Two pages as one. */
export const joined = <Page extends Connection<unknown>>(before: Page, page: Page): Page => ({
  ...page,
  edges: [...before.edges, ...page.edges],
})

export const Pagination = z
  .object({
    totalItems: z.int(),
    remainingItems: z.int(),
    returnedItems: z.int(),
    itemsPerPage: z.int(),
    currentPage: z.int().meta({ description: 'From 1; 0 where there is nothing.' }),
    totalPages: z.int(),
    hasNextPage: z.boolean(),
    hasPreviousPage: z.boolean(),
  })
  .meta({ id: 'Pagination' })

/** How a page stands among all of the list. @param returned how many rows it has */
export function pagination(
  totalItems: number,
  returned: number,
  { take, skip }: Asked,
): z.input<typeof Pagination> {
  const remainingItems = Math.max(0, totalItems - skip - returned)
  return {
    totalItems,
    remainingItems,
    returnedItems: returned,
    itemsPerPage: take,
    currentPage: returned === 0 ? 0 : Math.floor(skip / take) + 1,
    totalPages: Math.ceil(totalItems / take),
    hasNextPage: remainingItems > 0,
    hasPreviousPage: skip > 0,
  }
}
