// Lists: newest first, with a cursor of the graph, so that a page stays right while rows are added.

import { z } from 'zod'
import { rowCount } from '../request-shape.ts'

/** The parameters of every list. */
export const page = {
  limit: rowCount.default(25).meta({ description: 'How many to answer.' }),
  cursor: z.string().optional().meta({ description: '`cursor` of the page before.' }),
}

/** Where the parameters go: variables of every list. */
export const span = ({ limit, cursor }: { limit: number; cursor?: string | undefined }) => ({
  first: limit,
  after: cursor,
})

export const spanNames = { first: 'limit', after: 'cursor' }

export const listOf = <Form extends z.ZodType>(form: Form) =>
  z.object({
    data: z.array(form),
    cursor: z.string().nullable().meta({ description: 'For the next page; null on the last.' }),
    has_more: z.boolean().meta({ description: 'Whether there is a next page.' }),
  })

interface Connection<Node> {
  edges: readonly { node: Node }[]
  pageInfo: { endCursor: string | null; hasNextPage: boolean }
}

export const listed = <Node, Shape>(
  { edges, pageInfo }: Connection<Node>,
  shape: (node: Node) => Shape,
) => ({
  data: edges.map(({ node }) => shape(node)),
  cursor: pageInfo.hasNextPage ? pageInfo.endCursor : null,
  has_more: pageInfo.hasNextPage,
})
