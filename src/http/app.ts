import { randomUUID } from 'node:crypto'
import { getConnInfo } from '@hono/node-server/conninfo'
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { cors } from 'hono/cors'
import type { Logger } from 'pino'
import type { Context } from '../context.ts'
import { limits } from '../graph/limits.ts'
import { Refusal } from '../refusal.ts'
import type { Presented } from './authenticate.ts'
import type { Graph } from './graphql.ts'

/** What the HTTP side needs of the gateway. */
export interface HttpParts {
  graph: Graph
  log: Logger
  contextFor(presented: Presented, address: string, requestId: string): Promise<Context>
  trustedOrigins: ReadonlySet<string>
  /** What is not ready yet, each in a few words; empty when everything is. */
  notReady(): Promise<string[]>
}

interface Variables {
  requestId: string
}

const REQUEST_ID = /^[\w.:-]{1,128}$/

/** Health, readiness and the graph over HTTP. */
export function httpApp(parts: HttpParts): Hono<{ Variables: Variables }> {
  const app = new Hono<{ Variables: Variables }>()
  const exposed = ['X-Request-Id', 'Retry-After']
  const forTrusted = cors({ origin: origin => origin, credentials: true, exposeHeaders: exposed })
  const forAll = cors({ origin: '*', exposeHeaders: exposed })

  app.use(async (c, next) => {
    const started = performance.now()
    const asked = c.req.header('x-request-id')
    const requestId = asked !== undefined && REQUEST_ID.test(asked) ? asked : randomUUID()
    c.set('requestId', requestId)
    await next()
    c.res.headers.set('X-Request-Id', requestId)
    // The path alone: a query string can hold tokens.
    const { method, path } = c.req
    const ms = Math.round((performance.now() - started) * 10) / 10
    parts.log.info({ requestId, method, path, status: c.res.status, ms }, 'request')
  })
  app.use((c, next) => (parts.trustedOrigins.has(c.req.header('origin') ?? '') ? forTrusted(c, next) : forAll(c, next)))

  app.get('/healthz', c => c.json({ status: 'alive' }))
  app.get('/readyz', async c => {
    const notReady = await parts.notReady()
    return c.json(
      { status: notReady.length === 0 ? 'ready' : 'not ready', notReady },
      notReady.length === 0 ? 200 : 503,
    )
  })

  app.use(
    '/graphql',
    bodyLimit({
      maxSize: limits.bodyBytes,
      onError: c => {
        const asked = Number(c.req.header('content-length'))
        const details = { limit: 'bodyBytes', allowed: limits.bodyBytes, ...(asked > 0 && { asked }) }
        const message = `The limit on bodyBytes is ${limits.bodyBytes}${asked > 0 ? `; ${asked} were sent` : ''}.`
        return refuse(new Refusal('QUERY_TOO_EXPENSIVE', message, details), 413)
      },
    }),
  )
  app.all('/graphql', async c => {
    const header = (name: string) => c.req.header(name)
    const presented = {
      authorization: header('authorization'),
      apiKey: header('x-api-key'),
      cookie: header('cookie'),
      origin: header('origin'),
      host: header('host'),
    }
    const cookies: string[] = []
    try {
      const context = await parts.contextFor(presented, getConnInfo(c).remote.address ?? '', c.get('requestId'))
      const answer = await parts.graph.fetch(c.req.raw, { ...context, setCookie: cookie => void cookies.push(cookie) })
      if (cookies.length === 0) return answer
      const headers = new Headers(answer.headers)
      for (const cookie of cookies) headers.append('Set-Cookie', cookie)
      return new Response(answer.body, { status: answer.status, headers })
    } catch (error) {
      if (error instanceof Refusal) return refuse(error, error.code === 'UNAUTHENTICATED' ? 401 : 403)
      throw error
    }
  })

  app.notFound(c => c.json({ error: 'There is nothing here.', path: c.req.path }, 404))
  app.onError((error, c) => {
    const requestId = c.get('requestId')
    parts.log.error({ err: error, requestId }, 'a request failed')
    return c.json({ error: 'Something failed on our side.', requestId }, 500)
  })
  return app
}

/** A refusal before the graph was reached, in the graph's own shape. */
const refuse = (refusal: Refusal, status: number): Response =>
  Response.json(
    { errors: [{ message: refusal.message, extensions: { code: refusal.code, ...refusal.details } }] },
    { status },
  )
