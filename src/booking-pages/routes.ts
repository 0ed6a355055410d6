// The pages of invitees: which address shows and does what.

import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { Env } from '../http/app.ts'
import { bookStart, showEventType, showForm } from './book.ts'
import { GetOffer, type Ref } from './event-type.ts'
import { Book } from './form.ts'
import type { PagesGateway } from './gateway-port.ts'
import { answerTooLong, type Params, serving } from './handlers.ts'
import { GetPage, showHost } from './host.ts'
import { Cancel, cancel, GetBooking, showBooking, showCancellation } from './invitee.ts'
import type { Visit } from './page-request.ts'
import { Move, move, showRescheduling } from './reschedule.ts'
import { GetStarts } from './starts.ts'

/** Every document by which the pages know the graph, for the check at start. */
export const documents = [Book, Cancel, GetBooking, GetOffer, GetPage, GetStarts, Move]

const BODY_BYTES = 64 * 1024
// As the graph has slugs, so that nothing else is taken for a page.
const PAGE = ':page{[a-z0-9][a-z0-9-]*}'
const EVENT_TYPE = ':eventType{[a-z0-9][a-z0-9-]*}'
const START = ':start{\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z}'

/**
 * The booking pages, and those by which invitees move and cancel. They stand behind every other
 * route, and `src/accounts/page-slug.ts` keeps hosts from the first segments of those and of these.
 */
export function pageRoutes(gateway: PagesGateway): Hono<Env> {
  const app = new Hono<Env>()
  const { show, act } = serving(gateway)
  const tooLong = bodyLimit({ maxSize: BODY_BYTES, onError: answerTooLong })

  const booking = show((visit, of) => showBooking(visit, of('token')))
  const cancellation = show((visit, of) => showCancellation(visit, of('token')))
  const cancelling = act((visit, of, typed) => cancel(visit, of('token'), typed))
  const rescheduling = show((visit, of) => showRescheduling(visit, of('token')))
  const moving = act((visit, of, typed) => move(visit, of('token'), typed))
  app.get('/booking/:token', booking)
  app.get('/cancellations/:token', cancellation).post('/cancellations/:token', tooLong, cancelling)
  app.get('/reschedulings/:token', rescheduling).post('/reschedulings/:token', tooLong, moving)

  const offer = (path: string, refOf: (of: Params) => Ref) => {
    const eventType = show((visit, of) => showEventType(visit, refOf(of)))
    const form = show((visit, of) => showForm(withoutStart(visit), refOf(of), of('start')))
    const sent = act((visit, of, typed) => bookStart(visit, refOf(of), typed))
    app.get(path, eventType).get(`${path}/${START}`, form).post(path, tooLong, sent)
  }
  offer(`/d/:link/${EVENT_TYPE}`, of => ({ link: of('link') }))
  offer(`/${PAGE}/${EVENT_TYPE}`, of => ({ page: of('page'), slug: of('eventType') }))

  const host = show((visit, of) => showHost(visit, of('page')))
  return app.get(`/${PAGE}`, host)
}

/** The path of a start stands below that of its event type, where its form goes. */
const withoutStart = (visit: Visit): Visit => ({
  ...visit,
  path: visit.path.replace(/\/[^/]*$/, ''),
})
