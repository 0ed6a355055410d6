import { hash } from 'node:crypto'
import { renderGraphiQL } from '@graphql-yoga/render-graphiql'
import { createYoga, type GraphiQLOptions, isAsyncIterable, type Plugin } from 'graphql-yoga'
import type { Logger } from 'pino'
import type { Context } from '../context.ts'
import { hold, limits } from '../graph/document-limits.ts'
import { executeArgs, parseDocument, subscribeArgs, validateDocument } from '../graph/execute.ts'
import { httpOf } from '../graph/http-status.ts'
import { requireText } from '../graph/persisted-queries.ts'
import { presentError, presented } from '../graph/present-error.ts'
import { schema } from '../graph/schema.ts'
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

/**
 * What GraphiQL loads: its own script, styles that it makes, and what it holds as data. It asks
 * this server alone.
 */
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

/** The core in place of Yoga's own parser, validation and execution, with its document cache. */
const throughTheCore: Plugin<Context> = {
  onParams: ({ params }) => requireText(params),
  onRequestParse: () => ({
    onRequestParseDone({ requestParserResult }) {
      if (Array.isArray(requestParserResult)) hold('batch', requestParserResult.length)
    },
  }),
  onParse: ({ setParseFn }) => setParseFn(parseDocument),
  onValidate: ({ params, setResult }) => setResult([...validateDocument(params.documentAST)]),
  onExecute: ({ args, setExecuteFn }) => setExecuteFn(() => executeArgs(args)),
  onSubscribe: ({ args, setSubscribeFn }) => setSubscribeFn(() => subscribeArgs(args)),
  onResultProcess({ result, setResult }) {
    const results = Array.isArray(result) ? result : [result]
    const single = results.length === 1 ? results[0] : undefined
    if (single === undefined || isAsyncIterable(single)) return
    const http = httpOf(single)
    if (http !== undefined) setResult({ ...single, extensions: { ...single.extensions, http } })
  },
}

/** Presents the errors of documents that did not come to execution. */
const presentedErrors = (log: Logger): Plugin<Context> => ({
  onExecutionResult({ result, setResult }) {
    if (result !== undefined && !isAsyncIterable(result)) setResult(presented(result, { log }))
  },
})

/**
 * The graph over HTTP for all that is not a plain JSON request: server-sent events, batches, forms,
 * GET and GraphiQL. An adapter around `src/graph/execute.ts`.
 */
export function graphServer(log: Logger) {
  const graphiql = graphiqlPage()
  const withPolicy: Plugin = {
    onResponse({ response }) {
      const policy = graphiql.policy()
      const isPage = response.headers.get('content-type')?.startsWith('text/html')
      if (isPage && policy !== undefined) response.headers.set('content-security-policy', policy)
    },
  }
  return createYoga<Context>({
    schema,
    logging: false,
    landingPage: false,
    cors: false,
    multipart: false,
    // The core has its own check, which names the limit and what was requested.
    batching: { limit: 1_000_000 },
    maxRequestBodySize: limits.bodyBytes,
    parserAndValidationCache: false,
    maskedErrors: { maskError: error => presentError(error, log) },
    // The page comes from this server whole, so that it works without internet.
    renderGraphiQL: graphiql.render,
    graphiql: { title: 'Meridian', subscriptionsProtocol: 'WS', defaultQuery: firstQuery },
    plugins: [throughTheCore, streamsAcceptable, batchesCounted, presentedErrors(log), withPolicy],
  })
}
