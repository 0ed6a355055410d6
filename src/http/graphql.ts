import { renderGraphiQL } from '@graphql-yoga/render-graphiql'
import { createYoga } from 'graphql-yoga'
import type { Logger } from 'pino'
import type { Context } from '../context.ts'
import { documentCache } from '../graph/documents.ts'
import { presentError, presentedErrors } from '../graph/errors.ts'
import { heldToLimits, limits } from '../graph/limits.ts'
import { schema } from '../graph/schema.ts'
import { batchesCounted } from './operation-limit.ts'
import { sharedSubscriptions } from '../graph/subscribe.ts'

const firstQuery = `# Welcome to Meridian. Log in with the \`logIn\` mutation, or add the header X-API-Key below.
query Today {
  viewer {
    name
    email
    bookingPage {
      url
    }
  }
}
`

export type Graph = ReturnType<typeof graphServer>

/** The graph behind HTTP, SSE and GraphiQL; websockets go through its `getEnveloped`, ordinary requests and calls from inside through run.ts. */
export const graphServer = (log: Logger) =>
  createYoga<Context>({
    schema,
    logging: false,
    landingPage: false,
    cors: false,
    multipart: false,
    // Our own check, in limits.ts, says which limit and what was asked.
    batching: { limit: 1_000_000 },
    maxRequestBodySize: limits.bodyBytes,
    // Texts that cannot be read are not kept: there is no end of them.
    parserAndValidationCache: { documentCache: documentCache(), errorCache: { get: () => undefined, set: () => {} } },
    maskedErrors: { maskError: error => presentError(error, log) },
    // The page comes from this server whole, so that it works without internet.
    renderGraphiQL,
    graphiql: { title: 'Meridian', subscriptionsProtocol: 'WS', defaultQuery: firstQuery },
    plugins: [heldToLimits, batchesCounted, sharedSubscriptions, presentedErrors(log)],
  })
