import { z } from 'zod'
import { ApiError } from '../errors.ts'

const Named = z.object({
  query: z.string().max(0).nullish(),
  extensions: z.object({ persistedQuery: z.object({}) }),
})

/** Whether a request names its document by a hash alone. */
export const hasHashAlone = (params: unknown): boolean => Named.safeParse(params).success

/**
 * Rejects a request that names its document by a hash alone (automatic persisted queries, as
 * Apollo's clients and servers speak them). A client that receives this message sends the text, and
 * no hashes from then on.
 * @throws ApiError PERSISTED_QUERY_NOT_SUPPORTED
 */
export function requireText(params: unknown): void {
  if (hasHashAlone(params))
    throw new ApiError('PERSISTED_QUERY_NOT_SUPPORTED', 'PersistedQueryNotSupported')
}
