import { GraphQLError } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import type { Context, Viewer } from '../context.ts'
import { retryAfter } from '../graph/http-status.ts'
import { type Counted, callerKey, type Limiter, rateLimited } from '../rate-limits/limiter.ts'

/** Counts operations in the graph for the account of a request, or for its address without one. */
export function countOperations(
  {
    limits,
    viewer,
    clientAddress,
  }: { limits: Limiter; viewer: Viewer | null; clientAddress: string },
  operations = 1,
): Promise<Counted> {
  const name = viewer === null ? 'graphPerAddress' : 'graphPerAccount'
  return limits.count(name, callerKey(viewer, clientAddress), operations)
}

/** Where the callers of requests that are being answered stand, for the headers of the answer. */
const standings = new WeakMap<object, Counted>()

/** What identifies a request: Yoga copies the context, and the copies share the deadline. */
const requestOf = (ctx: Context): object => ctx.deadline ?? ctx

/**
 * Counts the operation of a request, and the others of a batch when `batchesCounted` finds them.
 */
export async function countRequest(ctx: Context): Promise<Counted> {
  const counted = await countOperations(ctx)
  standings.set(requestOf(ctx), counted)
  return counted
}

/** Where the caller stands after all operations of a request that was counted. */
export const standingOf = (ctx: Context): Counted | undefined => standings.get(requestOf(ctx))

/** Counts each operation of a batch. A batch that passes the limit is refused whole. */
export const batchesCounted: Plugin<Context, Context> = {
  onRequestParse: ({ serverContext }) => ({
    async onRequestParseDone({ requestParserResult }) {
      if (!Array.isArray(requestParserResult) || requestParserResult.length < 2) return
      const others = requestParserResult.length - 1
      const counted = await countOperations(serverContext, others)
      const isOver = counted.used > counted.limit
      standings.set(requestOf(serverContext), { ...counted, isOver })
      if (!isOver) return
      const { message, code, details } = rateLimited(counted, serverContext.clock.now())
      throw new GraphQLError(message, {
        extensions: {
          code,
          ...details,
          http: { status: 429, headers: retryAfter(details.retryAfterSeconds) },
        },
      })
    },
  }),
}
