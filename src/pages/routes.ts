// The pages of invitees over HTTP. GET changes nothing; forms are sent by our own pages alone.

import { type Context, Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { html } from 'hono/html'
import { Refused, refusedFor } from '../graph/refused.ts'
import type { Env } from '../http/app.ts'
import { type Html, page, pageHeaders } from '../page.ts'
import { Book, bookStart, showEventType, showForm } from './book.ts'
import type { Door } from './door.ts'
import { GetPage, showHost } from './host.ts'
import { Cancel, cancel, GetBooking, showBooking, showCancellation } from './invitee.ts'
import { GetOffer } from './offer.ts'
import { Move, move, showRescheduling } from './reschedule.ts'
import { GetStarts } from './starts.ts'
import type { Outcome, Visit } from './visit.ts'

/** Every document by which the pages know the graph, for the check at start. */
export const documents = [Book, Cancel, GetBooking, GetOffer, GetPage, GetStarts, Move]

const BODY_BYTES = 64 * 1024
// As the graph has slugs and tokens, so that nothing else is taken for a page.
const PAGE = ':page{[a-z0-9][a-z0-9-]*}'
const EVENT_TYPE = ':eventType{[a-z0-9][a-z0-9-]*}'
const START = ':start{\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z}'

type Request = Context<Env>
type Show = (visit: Visit, params: Params) => Promise<Html>
type Act = (visit: Visit, params: Params, typed: URLSearchParams) => Promise<Outcome>
type Params = (name: string) => string

/** The booking pages, and those by which invitees move and cancel. They stand last: every other route comes before. */
export function pageRoutes(door: Door): Hono<Env> {
  const app = new Hono<Env>()
  const { show, act } = serving(door)
  const tooLong = bodyLimit({
    maxSize: BODY_BYTES,
    onError: c => answer(c, wrongPage('This is too long', TOO_LONG), 413),
  })

  const invitees = [
    [
      '/cancellations/:token',
      (visit, at) => showCancellation(visit, at('token')),
      (visit, at, typed) => cancel(visit, at('token'), typed),
    ],
    [
      '/reschedulings/:token',
      (visit, at) => showRescheduling(visit, at('token')),
      (visit, at, typed) => move(visit, at('token'), typed),
    ],
  ] satisfies [string, Show, Act][]
  for (const [path, shows, acts] of invitees) app.get(path, show(shows)).post(path, tooLong, act(acts))
  app.get(
    '/booking/:token',
    show((visit, at) => showBooking(visit, at('token'))),
  )

  const offers = [
    [`/d/:link/${EVENT_TYPE}`, (at: Params) => ({ link: at('link') })],
    [`/${PAGE}/${EVENT_TYPE}`, (at: Params) => ({ page: at('page'), slug: at('eventType') })],
  ] as const
  for (const [path, refOf] of offers) {
    app.get(
      path,
      show((visit, at) => showEventType(visit, refOf(at))),
    )
    app.post(
      path,
      tooLong,
      act((visit, at, typed) => bookStart(visit, refOf(at), typed)),
    )
    app.get(
      `${path}/${START}`,
      show((visit, at) => showForm({ ...visit, path: visit.path.replace(/\/[^/]*$/, '') }, refOf(at), at('start'))),
    )
  }
  return app.get(
    `/${PAGE}`,
    show((visit, at) => showHost(visit, at('page'))),
  )
}

const TOO_LONG = 'The form has more text than can be read.'

/** How requests are counted, run and answered. */
function serving(door: Door) {
  const visitOf = (c: Request): Visit => ({
    ask: door.asVisitor(c.get('address'), c.get('requestId')),
    now: door.now(),
    path: c.req.path,
    query: new URL(c.req.url).searchParams,
  })
  const paramsOf =
    (c: Request): Params =>
    name =>
      c.req.param(name) ?? ''

  const guarded = (work: (c: Request) => Promise<Response>) => (c: Request) =>
    work(c).catch((error: unknown) => {
      const refused = error instanceof Refused ? error : refusedFor('INTERNAL', 'Something failed on our side.')
      if (refused.first.code === 'INTERNAL') door.failed(error, c.get('requestId'))
      return refusalOf(c, refused)
    })

  return {
    show: (shows: Show) =>
      guarded(async c => {
        await door.count('lookAtPage', c.get('address'))
        return answer(c, await shows(visitOf(c), paramsOf(c)))
      }),
    act: (acts: Act) =>
      guarded(async c => {
        if (!door.isOwn({ origin: c.req.header('origin'), host: c.req.header('host') })) {
          throw refusedFor('FORBIDDEN', 'The form comes from a page of another site.')
        }
        await door.count('sendForm', c.get('address'))
        const outcome = await acts(visitOf(c), paramsOf(c), new URLSearchParams(await c.req.text()))
        if ('shown' in outcome) return answer(c, outcome.shown, outcome.status)
        for (const [name, value] of headers) c.header(name, value)
        return c.redirect(outcome.goTo, 303)
      }),
  }
}

const headers = Object.entries({
  ...pageHeaders,
  'Content-Security-Policy': `${pageHeaders['Content-Security-Policy']}; form-action 'self'`,
})

type Status = 200 | 403 | 404 | 409 | 413 | 422 | 429 | 500

function answer(c: Request, shown: Html, status: Status = 200): Response | Promise<Response> {
  for (const [name, value] of headers) c.header(name, value)
  return c.html(shown, status)
}

const wrongPage = (title: string, words: string): Html => page(title, html`<p>${words}</p>`)

/** A refusal as a page. A program that lost its way hears of it as on every other path. */
function refusalOf(c: Request, { first: { code, message, details } }: Refused): Response | Promise<Response> {
  switch (code) {
    case 'NOT_FOUND':
      if (!c.req.header('accept')?.includes('text/html')) return c.notFound()
      return answer(c, wrongPage('This is not here', message), 404)
    case 'FORBIDDEN':
      return answer(c, wrongPage('This cannot be done', message), 403)
    case 'RATE_LIMITED':
      c.header('Retry-After', String(details.retryAfterSeconds))
      return answer(c, wrongPage('Too many requests', message), 429)
    case 'INTERNAL':
      return answer(c, wrongPage('Something failed', message), 500)
    default:
      return answer(c, wrongPage('This cannot be done', message), 422)
  }
}
