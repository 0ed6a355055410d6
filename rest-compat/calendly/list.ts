// Lists as Calendly pages them: its contract, "Pagination" and "Sort".

import { z } from 'zod'
import type { Arrival } from '../request-shape.ts'

/** The page parameters of every list. */
export const page = {
  count: z.coerce
    .number('must be an integer')
    .int('must be an integer')
    .min(1, 'must be greater than or equal to 1')
    .max(100, 'must be less than or equal to 100')
    .default(20)
    .meta({ description: 'How many to answer.' }),
  page_token: z
    .string()
    .transform((token, refine) => {
      // Clients in JavaScript send the `next_page_token` of the last page as they got it.
      if (token === 'null' || token === 'undefined') return undefined
      const [, side, cursor] =
        /^([<>])(.+)$/s.exec(Buffer.from(token, 'base64url').toString()) ?? []
      if (cursor === undefined) refine.addIssue({ code: 'custom', message: 'is invalid' })
      return side === '<' ? { before: cursor } : { after: cursor }
    })
    .optional()
    .meta({ description: '`next_page_token` or `previous_page_token` of a page.' }),
}

interface Asked {
  count: number
  page_token?: { before?: string | undefined; after?: string | undefined } | undefined
}

/** Where the parameters go: variables of every list. */
export const span = ({ count, page_token: { before, after } = {} }: Asked) =>
  before === undefined ? { first: count, after } : { last: count, before }

export const spanNames = {
  first: 'count',
  last: 'count',
  after: 'page_token',
  before: 'page_token',
}

const tokenOf = (side: '<' | '>', cursor: string | null): string =>
  Buffer.from(`${side}${cursor ?? ''}`).toString('base64url')

const Pagination = z
  .object({
    count: z.int().meta({ description: 'Rows of this page.' }),
    next_page: z.string().nullable().meta({ format: 'uri' }),
    previous_page: z.string().nullable().meta({ format: 'uri' }),
    next_page_token: z.string().nullable(),
    previous_page_token: z.string().nullable(),
  })
  .meta({ id: 'Pagination' })

export const listOf = <Form extends z.ZodType>(form: Form) =>
  z.object({
    collection: z.array(form),
    pagination: Pagination,
    resource: z.array(form).meta({ description: 'The same as `collection`.' }),
  })

/** Of lists that have one page. */
export const collectionOf = <Form extends z.ZodType>(form: Form) =>
  z.object({ collection: z.array(form) })

export const one = <Form extends z.ZodType>(form: Form) => z.object({ resource: form })

interface Connection<Node> {
  edges: readonly { node: Node }[]
  pageInfo: {
    startCursor: string | null
    endCursor: string | null
    hasPreviousPage: boolean
    hasNextPage: boolean
  }
}

/** A page, with links to those beside it that repeat what was asked. */
export function listed<Node, Shape>(
  { edges, pageInfo }: Connection<Node>,
  shape: (node: Node) => Shape,
  { publicUrl, path, search }: Arrival,
) {
  const asked = [...new URLSearchParams(search)].filter(
    ([name, value]) => name !== 'page_token' && value !== '',
  )
  // The token comes last: some clients take all that follows `page_token=` for it.
  const linkTo = (token: string) =>
    `${publicUrl}${path}?${new URLSearchParams([...asked, ['page_token', token]])}`
  const next = pageInfo.hasNextPage ? tokenOf('>', pageInfo.endCursor) : null
  const previous = pageInfo.hasPreviousPage ? tokenOf('<', pageInfo.startCursor) : null
  const collection = edges.map(({ node }) => shape(node))
  return {
    collection,
    pagination: {
      count: collection.length,
      next_page: next && linkTo(next),
      previous_page: previous && linkTo(previous),
      next_page_token: next,
      previous_page_token: previous,
    },
    resource: collection,
  }
}

/** A list that has nothing for whoever asks. */
export const nothing: Connection<never> = {
  edges: [],
  pageInfo: { startCursor: null, endCursor: null, hasPreviousPage: false, hasNextPage: false },
}

/**
 * The parameter `sort`: `field:direction`, ascending unless it says. Of several fields the first
 * decides, since all that lists are sorted by differs from row to row.
 * @param orders what the graph calls each field, ascending and descending
 */
export const sort = <Order>(
  orders: Record<string, readonly [asc: Order, desc: Order]>,
  usual: Order,
) =>
  z
    .string()
    .transform((text, refine) => {
      const [order] = text.split(',').map(part => {
        const [field = '', direction = 'asc'] = part.trim().split(':')
        const known = Object.hasOwn(orders, field) ? orders[field] : undefined
        const found = { asc: known?.[0], desc: known?.[1] }[direction.toLowerCase()]
        if (found === undefined) {
          const fields = Object.keys(orders).flatMap(name => [`${name}:asc`, `${name}:desc`])
          refine.addIssue({ code: 'custom', message: `must be one of: ${fields.join(', ')}` })
        }
        return found
      })
      return order ?? usual
    })
    .optional()
    .transform(order => order ?? usual)
    .meta({ description: `\`field:direction\`, by ${Object.keys(orders).join(', ')}.` })
