// Moving a booking by the invitee's link: choose a start, say why, move.

import { html } from 'hono/html'
import { CallError } from '../graph/call-error.ts'
import { graphql } from '../graph/typed.ts'
import type { Html } from '../html-layout.ts'
import { chooseStart } from './calendar.ts'
import { checked, linesField, problemSummary } from './fields.ts'
import { bookedWords, bookingPage, isOpen, type Seen, seenBy, showBooking } from './invitee.ts'
import { calendarSettings, clockOf } from './owner.ts'
import { linkTo, type Outcome, type Visit, zoneIn } from './page-request.ts'
import { nearest, type Wanted } from './starts.ts'
import { startWords } from './time.ts'

export const Move = graphql(
  'mutation PageMove($input: RescheduleBookingInput!) { rescheduleBooking(input: $input) { invitee { linkToken } } }',
)

/**
 * Lets choose a start, or with `start` of the query asks whether to move there.
 * @throws CallError as `seenBy`.
 */
export async function showRescheduling(visit: Visit, token: string): Promise<Html> {
  const seen = await seenBy(visit.execute, token)
  if (!isOpen(seen, visit.now)) return showBooking(visit, token)
  const start = visit.query.get('start')
  if (start !== null && !Number.isNaN(Date.parse(start)))
    return moveForm(visit, seen, { starts: [start], areAlternatives: false })
  return bookingPage(
    'Choose another time',
    seen,
    html`${bookedWords(seen)}${await choices(visit, token, seen)}`,
  )
}

async function choices(visit: Visit, token: string, seen: Seen): Promise<Html> {
  try {
    const wanted = wantedFor(visit, seen)
    return await chooseStart(visit, {
      ...wanted,
      seats: seen.booking.eventType.seats,
      lengths: [],
      ...calendarSettings(seen.booking.eventType),
      linkOf: start => linkTo(visit.path, visit.query, { start }),
    })
  } catch (error) {
    // The event type is off, or has this length no more.
    const code = error instanceof CallError ? error.first.code : undefined
    if (code !== 'NOT_FOUND' && code !== 'INVALID_INPUT') throw error
    return html`<p>It cannot be moved at present. You can <a href="${visit.base}/cancellations/${token}">cancel it</a>.</p>`
  }
}

/** The same event type for as long as it was booked. */
function wantedFor({ query }: Visit, { booking, seat }: Seen): Wanted {
  const length = (Date.parse(booking.end) - Date.parse(booking.start)) / 60_000
  return { ref: { id: booking.eventType.id }, zone: zoneIn(query, seat.timeZone), length }
}

interface Shown {
  /** The start that the invitee chose, or alternatives when it is not available. */
  starts: readonly string[]
  /** Whether the starts are alternatives. None is preselected: the invitee has to choose one. */
  areAlternatives: boolean
  words?: string
  reason?: string
}

function moveForm(
  visit: Visit,
  seen: Seen,
  { starts, areAlternatives, words = '', reason = '' }: Shown,
): Html {
  const zone = zoneIn(visit.query, seen.seat.timeZone)
  const back = linkTo(visit.path, visit.query, { start: undefined })
  const asking = { typed: new URLSearchParams({ reason }), problems: new Map<string, string>() }
  if (starts.length === 0) {
    const other = html`<p>None is free in the days around it either.</p><p><a href="${back}">Choose another time</a></p>`
    return bookingPage(
      'Move this booking?',
      seen,
      html`${problemSummary(words)}${bookedWords(seen)}${other}`,
    )
  }
  const choice = starts.map(
    start =>
      html`<label><input type="radio" name="start" value="${start}" required ${checked(!areAlternatives)}>${startWords(start, zone, clockOf(seen.booking.eventType))}</label>`,
  )
  return bookingPage(
    'Move this booking?',
    seen,
    html`${problemSummary(words)}${bookedWords(seen)}
<form method="post" action="${linkTo(visit.path, visit.query)}">
<fieldset><legend>New time</legend>${choice}</fieldset>
<p><a href="${back}">Choose another time</a></p>
${linesField(asking, { name: 'reason', label: 'Reason (for the host)' })}
<button class="first">Move the booking</button>
</form>`,
  )
}

/** Moves. What cannot be moved any more is shown as it stands. @throws CallError as `seenBy`. */
export async function move(visit: Visit, token: string, typed: URLSearchParams): Promise<Outcome> {
  const start = typed.get('start') ?? ''
  const reason = typed.get('reason')?.trim() ?? ''
  try {
    const input = { token, start, reason: reason || undefined }
    const { rescheduleBooking } = await visit.execute(Move, { input })
    return { goTo: `/booking/${rescheduleBooking.invitee?.linkToken ?? token}` }
  } catch (error) {
    if (!(error instanceof CallError)) throw error
    const { code } = error.first
    if (code === 'SLOT_UNAVAILABLE' || code === 'INVALID_INPUT')
      return moveAgain(visit, token, { start, reason }, error)
    if (code !== 'CONFLICT') throw error
    return { goTo: `/booking/${token}` }
  }
}

async function moveAgain(
  visit: Visit,
  token: string,
  { start, reason }: { start: string; reason: string },
  { first }: CallError,
): Promise<Outcome> {
  const seen = await seenBy(visit.execute, token)
  const isTaken = first.code === 'SLOT_UNAVAILABLE'
  const isStart = !Number.isNaN(Date.parse(start))
  const near =
    isTaken && isStart ? await nearest(visit.execute, wantedFor(visit, seen), start, visit.now) : []
  const words = isTaken
    ? first.message
    : first.fields
        .map(field => `The ${field.path.replace(/^input\./, '')} ${field.message}.`)
        .join(' ')
  const starts = isTaken || !isStart ? near.map(each => each.start) : [start]
  return {
    shown: moveForm(visit, seen, { starts, areAlternatives: isTaken || !isStart, words, reason }),
    status: isTaken ? 409 : 422,
  }
}
