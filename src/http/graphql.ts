import { hash } from 'node:crypto'
import { renderGraphiQL } from '@graphql-yoga/render-graphiql'
import { createYoga, type GraphiQLOptions, type Plugin } from 'graphql-yoga'
import type { Logger } from 'pino'
import type { Context } from '../context.ts'
import { heldToLimits, limits } from '../graph/document-limits.ts'
import { documentCache } from '../graph/documents.ts'
import { hasHashAlone, persistedQueryNotSupported } from '../graph/persisted-queries.ts'
import { presentError, presentedErrors } from '../graph/present-error.ts'
import { schema } from '../graph/schema.ts'
import { sharedSubscriptions } from '../graph/subscribe.ts'
import { streamsAcceptable } from './not-acceptable.ts'
import { batchesCounted } from './operation-limit.ts'

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

/** What GraphiQL loads: its own script, styles that it makes, and what it holds as data. It asks this server alone. */
const policyOf = (page: string): string => {
  const script = /<script>([\s\S]*?)<\/script>/.exec(page)?.[1] ?? ''
  return [
    "default-src 'none'",
    `script-src 'sha256-${hash('sha256', script, 'base64')}'`,
    "style-src 'unsafe-inline'",
    'img-src data:',
    'font-src data:',
    'worker-src blob:',
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}

/** Renders GraphiQL, whose page has 9 MB and is always the same. */
function graphiqlPage() {
  let page: { options: string; html: string; policy: string } | undefined
  return {
    render(this: void, options: GraphiQLOptions): string {
      const given = JSON.stringify(options)
      if (page?.options !== given) {
        const html = renderGraphiQL(options)
        page = { options: given, html, policy: policyOf(html) }
      }
      return page.html
    },
    policy: () => page?.policy,
  }
}

export type Graph = ReturnType<typeof graphServer>

/** The graph behind HTTP, SSE and GraphiQL; websockets go through its `getEnveloped`, ordinary requests and calls from inside through run.ts. */
export function graphServer(log: Logger) {
  const graphiql = graphiqlPage()
  const withPolicy: Plugin = {
    onResponse({ response }) {
      const policy = graphiql.policy()
      const isPage = response.headers.get('content-type')?.startsWith('text/html')
      if (isPage && policy !== undefined) response.headers.set('content-security-policy', policy)
    },
  }
  const textsRequired: Plugin = {
    onParams({ params }) {
      if (hasHashAlone(params)) throw persistedQueryNotSupported()
    },
  }
  return createYoga<Context>({
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
    renderGraphiQL: graphiql.render,
    graphiql: { title: 'Meridian', subscriptionsProtocol: 'WS', defaultQuery: firstQuery },
    plugins: [
      textsRequired,
      streamsAcceptable,
      heldToLimits,
      batchesCounted,
      sharedSubscriptions,
      presentedErrors(log),
      withPolicy,
    ],
  })
}
