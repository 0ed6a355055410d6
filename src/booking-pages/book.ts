// The pages of an event type: choose a start, fill in the form, book.

import { randomUUID } from 'node:crypto'
import { html } from 'hono/html'
import { CallError, callError } from '../graph/call-error.ts'
import { type Html, page } from '../html-layout.ts'
import { chooseStart } from './calendar.ts'
import { type Offer, offerHead, offerOf, type Ref } from './event-type.ts'
import { Book, bookInputOf, bookingForm, prefilledFrom, problemsOf } from './form.ts'
import { accentOf, calendarSettings, ownerOf } from './owner.ts'
import { lengthIn, linkTo, type Outcome, type Visit, zoneIn } from './page-request.ts'
import { isFree, nearest, type Wanted } from './starts.ts'

/** The page of an event type, on which a start is chosen. @throws CallError NOT_FOUND. */
export async function showEventType(visit: Visit, ref: Ref): Promise<Html> {
  const offer = await offerOf(visit.execute, ref)
  const wanted = wantedIn(visit.query, offer, ref)
  const calendar = await chooseStart(visit, {
    ...wanted,
    seats: offer.seats,
    lengths: offer.durationOptions,
    ...calendarSettings(offer),
    linkOf: start => linkTo(`${visit.path}/${start.slice(0, 19)}Z`, visit.query),
  })
  return page(
    offer.name,
    html`${offerHead(visit.base, offer, wanted.length)}${calendar}`,
    accentOf(offer),
  )
}

/** The form of one start; of those nearest to it when it is taken. @throws CallError NOT_FOUND. */
export async function showForm(visit: Visit, ref: Ref, start: string): Promise<Html> {
  const offer = await offerOf(visit.execute, ref)
  const wanted = wantedIn(visit.query, offer, ref)
  if (Number.isNaN(Date.parse(start))) throw callError('NOT_FOUND', 'There is no such time.')
  const { typed, prefilled } = prefilledFrom(visit.query, offer.questions)
  const free = await isFree(visit.execute, wanted, start)
  const starts = free ? [start] : await nearestTo(visit, wanted, start)
  const asking = { typed, problems: new Map<string, string>() }
  const parts = {
    starts,
    areAlternatives: !free,
    key: randomUUID(),
    asking,
    words: free ? '' : NOT_FREE,
    prefilled,
  }
  return formPage(visit, offer, wanted, parts)
}

const NOT_FREE = 'This time is not free.'

/** Books what a form asks for. @throws CallError NOT_FOUND, RATE_LIMITED. */
export async function bookStart(visit: Visit, ref: Ref, typed: URLSearchParams): Promise<Outcome> {
  try {
    const { book } = await visit.execute(Book, { input: bookInputOf(ref, typed) })
    const token = book.invitee?.linkToken
    if (token == null) throw callError('INTERNAL', 'The booking has no link.')
    return { goTo: `/booking/${token}` }
  } catch (error) {
    if (error instanceof CallError && SHOWN.has(error.first.code))
      return formAgain(visit, ref, typed, error)
    throw error
  }
}

/**
 * What the form shows, or what can be booked no more says in its own words; all else has a page of
 * its own.
 */
const SHOWN: ReadonlySet<string> = new Set([
  'INVALID_INPUT',
  'NOT_FOUND',
  'SLOT_UNAVAILABLE',
  'IDEMPOTENCY_CONFLICT',
  'CONFLICT',
])

async function formAgain(
  visit: Visit,
  ref: Ref,
  typed: URLSearchParams,
  refused: CallError,
): Promise<Outcome> {
  const offer = await offerOf(visit.execute, ref)
  const wanted = wantedIn(typed, offer, ref)
  const start = typed.get('start') ?? ''
  const { problems, rest } = problemsOf(refused, typed, offer.questions)
  // Without a start there is nothing to book or to be near to.
  if (Number.isNaN(Date.parse(start))) throw callError('NOT_FOUND', 'The form names no time.')
  const isTaken = refused.first.code === 'SLOT_UNAVAILABLE'
  const starts = isTaken ? await nearestTo(visit, wanted, start) : [start]
  const asking = { typed, problems }
  // A key that has booked is not used again; one that has not stays with the form until it books.
  const key = (refused.first.code !== 'IDEMPOTENCY_CONFLICT' && typed.get('key')) || randomUUID()
  const words = wordsOf(refused, rest)
  const parts = {
    starts,
    areAlternatives: isTaken,
    key,
    asking,
    words,
    prefilled: new Set<string>(),
  }
  const shown = formPage(visit, offer, wanted, parts)
  return { shown, status: refused.first.code === 'INVALID_INPUT' ? 422 : 409 }
}

function wordsOf({ first }: CallError, rest: readonly { path: string; message: string }[]): string {
  if (first.code === 'IDEMPOTENCY_CONFLICT')
    return 'You have booked with this form already. Send it again to book once more.'
  if (first.code !== 'INVALID_INPUT') return first.message
  return [
    'Some of this cannot be booked.',
    ...rest.map(({ path, message }) => `${path.replace(/^input\./, '')} ${message}.`),
  ].join(' ')
}

interface Parts {
  starts: readonly string[]
  areAlternatives: boolean
  key: string
  asking: { typed: URLSearchParams; problems: ReadonlyMap<string, string> }
  words: string
  prefilled: ReadonlySet<string>
}

function formPage(
  visit: Visit,
  offer: Offer,
  { zone, length }: Required<Wanted>,
  parts: Parts,
): Html {
  const back = linkTo(visit.path, visit.query, { timezone: zone })
  const shown =
    parts.starts.length === 0
      ? html`<p class="problem" role="alert">${NOT_FREE} None is free in the days around it either.</p><p><a href="${back}">Choose another time</a></p>`
      : bookingForm({
          ...parts,
          path: visit.path,
          back,
          offer,
          zone,
          length: length === offer.durationMinutes ? undefined : length,
        })
  return page(
    `Book ${offer.name}`,
    html`${offerHead(visit.base, offer, length)}${shown}`,
    accentOf(offer),
  )
}

const nearestTo = async (visit: Visit, wanted: Wanted, start: string): Promise<string[]> =>
  (await nearest(visit.execute, wanted, start, visit.now)).map(each => each.start)

/** Zone and length as they were chosen; a length that the event type does not have is none. */
function wantedIn(
  query: URLSearchParams,
  offer: Offer,
  ref: Ref,
): Required<Wanted> & { length: number } {
  const length = lengthIn(query) ?? offer.durationMinutes
  return {
    ref,
    zone: zoneIn(query, ownerOf(offer).timeZone),
    length: offer.durationOptions.includes(length) ? length : offer.durationMinutes,
  }
}
