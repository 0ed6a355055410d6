// How a request of a page is counted, run and answered. GET changes nothing; forms are taken from
// our own pages alone.

import type { Context } from 'hono'
import { html } from 'hono/html'
import { CallError, callError } from '../graph/call-error.ts'
import { type Html, page, pageHeaders } from '../html-layout.ts'
import type { Env } from '../http/app.ts'
import { limitHeaders, rateLimited } from '../rate-limits/limiter.ts'
import type { PagesGateway } from './gateway-port.ts'
import type { Outcome, Visit } from './page-request.ts'

type Request = Context<Env>

/** What the path of a request says, by name. */
export type Params = (name: string) => string

/** Makes handlers of what shows a page, and of what a form does. */
export function serving(gateway: PagesGateway) {
  const base = new URL(gateway.publicUrl).pathname.replace(/\/$/, '')
  const visitOf = (c: Request): Visit => ({
    execute: gateway.asVisitor(c.var),
    now: gateway.now(),
    base,
    path: base + c.req.path,
    query: new URL(c.req.url).searchParams,
  })
  const paramsOf =
    (c: Request): Params =>
    name =>
      c.req.param(name) ?? ''

  /** @throws CallError RATE_LIMITED */
  async function countFor(c: Request, name: 'pageViews' | 'pageForms'): Promise<void> {
    const counted = await gateway.limits.count(name, c.get('address'))
    for (const [header, value] of Object.entries(limitHeaders(counted)))
      c.env.outgoing.setHeader(header, value)
    if (!counted.isOver) return
    const { code, message, details } = rateLimited(counted, gateway.now())
    throw callError(code, message, details)
  }

  const guarded = (work: (c: Request) => Promise<Response>) => (c: Request) =>
    work(c).catch((error: unknown) => {
      const refused =
        error instanceof CallError ? error : callError('INTERNAL', 'Something failed on our side.')
      if (refused.first.code === 'INTERNAL') gateway.failed(error, c.get('requestId'))
      return apiErrorOf(c, refused)
    })

  return {
    show: (shows: (visit: Visit, of: Params) => Promise<Html>) =>
      guarded(async c => {
        await countFor(c, 'pageViews')
        return answer(c, await shows(visitOf(c), paramsOf(c)))
      }),
    act: (acts: (visit: Visit, of: Params, typed: URLSearchParams) => Promise<Outcome>) =>
      guarded(async c => {
        const browser = {
          origin: c.req.header('origin'),
          host: c.req.header('host'),
          cookie: c.req.header('cookie'),
          fetchSite: c.req.header('sec-fetch-site'),
          contentType: c.req.header('content-type'),
        }
        if (!gateway.isOwn(browser)) {
          throw callError('FORBIDDEN', 'The form comes from a page of another site.')
        }
        await countFor(c, 'pageForms')
        const outcome = await acts(visitOf(c), paramsOf(c), new URLSearchParams(await c.req.text()))
        if ('shown' in outcome) return answer(c, outcome.shown, outcome.status)
        for (const [name, value] of headers) c.header(name, value)
        return c.redirect(base + outcome.goTo, 303)
      }),
  }
}

const headers = Object.entries({
  ...pageHeaders,
  'Content-Security-Policy': `${pageHeaders['Content-Security-Policy']}; form-action 'self'`,
})

type Status = 200 | 403 | 404 | 409 | 413 | 422 | 429 | 500 | 503

function answer(c: Request, shown: Html, status: Status = 200): Response | Promise<Response> {
  for (const [name, value] of headers) c.header(name, value)
  return c.html(shown, status)
}

const wrongPage = (title: string, words: string): Html => page(title, html`<p>${words}</p>`)

export const answerTooLong = (c: Request) =>
  answer(c, wrongPage('This is too long', 'The form has more text than can be read.'), 413)

/** A refusal as a page. A program that lost its way hears of it as on every other path. */
function apiErrorOf(
  c: Request,
  { first: { code, message, details } }: CallError,
): Response | Promise<Response> {
  switch (code) {
    case 'NOT_FOUND':
      if (!c.req.header('accept')?.includes('text/html')) return c.notFound()
      return answer(c, wrongPage('This is not here', message), 404)
    case 'FORBIDDEN':
      return answer(c, wrongPage('This cannot be done', message), 403)
    case 'RATE_LIMITED':
      c.header('Retry-After', String(details.retryAfterSeconds))
      return answer(c, wrongPage('Too many requests', message), 429)
    case 'TIMEOUT':
    case 'UNAVAILABLE':
      c.header('Retry-After', String(details.retryAfterSeconds))
      return answer(c, wrongPage('Please try again in a moment', message), 503)
    case 'INTERNAL':
      return answer(c, wrongPage('Something failed', message), 500)
    default:
      return answer(c, wrongPage('This cannot be done', message), 422)
  }
}
