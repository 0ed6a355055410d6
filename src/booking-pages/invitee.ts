// What an invitee can do by the secret token of their link: look at the booking, move it, cancel
// it.

import { html } from 'hono/html'
import { CallError, callError } from '../graph/call-error.ts'
import { type ExecuteDocument, graphql, type ResultOf } from '../graph/typed.ts'
import { type Html, page } from '../html-layout.ts'
import { linesField, problemSummary } from './fields.ts'
import { LocationParts, locationWords } from './location.ts'
import { accentOf, clockOf, OwnerParts, shownName } from './owner.ts'
import type { Outcome, Visit } from './page-request.ts'
import { spanWords } from './time.ts'

export const GetBooking = graphql(
  `query PageBooking($token: String!) {
    booking(token: $token) {
      status start end
      location { ...PageLocation }
      eventType { id name seats questions { key label } ...PageOwner }
      hosts { name bookingPage { displayName } }
      cancellation { by reason }
      invitees { status name email timeZone guests notes answerList { key values } rescheduledTo { linkToken } }
    }
  }`,
  [LocationParts, OwnerParts],
)

export const Cancel = graphql(
  'mutation PageCancel($input: CancelBookingInput!) { cancelBooking(input: $input) { booking { id } } }',
)

export type Booking = NonNullable<ResultOf<typeof GetBooking>['booking']>
export type Seat = Booking['invitees'][number]

/** A booking as one invitee sees it, with their own seat. */
export interface Seen {
  booking: Booking
  seat: Seat
}

/**
 * @throws CallError NOT_FOUND for a token that is no one's; FORBIDDEN for a link without the
 * secret.
 */
export async function seenBy(execute: ExecuteDocument, token: string): Promise<Seen> {
  // Credentials that can only read bookings see links with the id of the invitee instead of a
  // token: the response is the same for every id.
  if (!token.includes('.')) throw callError('FORBIDDEN', WITHOUT_SECRET)
  const { booking } = await execute(GetBooking, { token })
  const seat = booking?.invitees[0]
  if (booking === null || seat === undefined)
    throw callError('NOT_FOUND', 'No booking has this link.')
  return { booking, seat }
}

const WITHOUT_SECRET =
  'This link does not carry the right to see or change the booking. Use the link that you were given when you booked.'

/** Whether the invitee can still move or cancel. */
export const isOpen = ({ booking, seat }: Seen, now: Date): boolean =>
  seat.status === 'ACTIVE' &&
  (booking.status === 'CONFIRMED' || booking.status === 'PENDING') &&
  Date.parse(booking.end) > now.getTime()

/** A page about a booking. */
export const bookingPage = (title: string, seen: Seen, content: Html): Html =>
  page(title, content, accentOf(seen.booking.eventType))

/** What was booked, for the head of a page. */
export const bookedWords = ({ booking, seat }: Seen): Html =>
  html`<p>${booking.eventType.name} with ${booking.hosts.map(shownName).join(', ')}<br><strong>${spanWords(booking, seat.timeZone, clockOf(booking.eventType))}</strong></p>`

/** How the booking stands. @throws CallError as `seenBy`. */
export async function showBooking({ execute, now, base }: Visit, token: string): Promise<Html> {
  const seen = await seenBy(execute, token)
  const { booking, seat } = seen
  const details = html`<dl>
<dt>Name</dt><dd>${seat.name}</dd>
<dt>E-mail</dt><dd>${seat.email}</dd>
${seat.guests.length === 0 ? '' : html`<dt>Guests</dt><dd>${seat.guests.join(', ')}</dd>`}
${booking.location === null ? '' : html`<dt>Where</dt><dd>${locationWords(booking.location)}${booking.location.note === null ? '' : html`<br>${booking.location.note}`}</dd>`}
${seat.notes === null ? '' : html`<dt>Notes</dt><dd class="lines">${seat.notes}</dd>`}
${answers(seen)}
</dl>`
  const acts = isOpen(seen, now)
    ? html`<p><a href="${base}/reschedulings/${token}">Choose another time</a></p><p><a href="${base}/cancellations/${token}">Cancel</a></p>
<p>Keep the address of this page private: it allows rescheduling and cancelling the booking.</p>`
    : ''
  return bookingPage(
    titleOf(seen, now),
    seen,
    html`${bookedWords(seen)}${endWords(seen, base)}${details}${acts}`,
  )
}

/** The answers under the labels of their questions, which the event type may have changed since. */
const answers = ({ booking, seat }: Seen): Html[] =>
  seat.answerList.map(({ key, values }) => {
    const label = booking.eventType.questions.find(question => question.key === key)?.label ?? key
    return html`<dt>${label}</dt><dd class="lines">${values.map(answerWords).join('\n')}</dd>`
  })

const answerWords = (value: string): string =>
  value === 'true' ? 'Yes' : value === 'false' ? 'No' : value

function titleOf({ booking, seat }: Seen, now: Date): string {
  if (seat.rescheduledTo !== null) return 'This booking was moved'
  if (booking.status === 'DENIED') return 'The host declined'
  if (booking.status === 'CANCELLED' || seat.status === 'CANCELLED')
    return 'This booking is cancelled'
  if (Date.parse(booking.end) <= now.getTime()) return 'This meeting is over'
  return booking.status === 'PENDING' ? 'The host has yet to confirm' : 'You are booked'
}

function endWords({ booking, seat }: Seen, base: string): Html {
  const next = seat.rescheduledTo?.linkToken
  if (next != null) return html`<p><a href="${base}/booking/${next}">See the new time</a></p>`
  const reason = booking.cancellation?.reason
  return reason == null ? html`` : html`<p class="lines">Reason: ${reason}</p>`
}

/** Asks whether to cancel; shows how the booking stands when that cannot be done any more. */
export async function showCancellation(
  visit: Visit,
  token: string,
  problem = '',
  reason = '',
): Promise<Html> {
  const seen = await seenBy(visit.execute, token)
  if (!isOpen(seen, visit.now)) return showBooking(visit, token)
  const asking = { typed: new URLSearchParams({ reason }), problems: new Map<string, string>() }
  return bookingPage(
    'Cancel this booking?',
    seen,
    html`${problemSummary(problem)}${bookedWords(seen)}
<form method="post" action="${visit.path}">
${linesField(asking, { name: 'reason', label: 'Reason (for the host)' })}
<button class="danger">Cancel the booking</button>
</form>
<p><a href="${visit.base}/booking/${token}">Keep it</a></p>`,
  )
}

/**
 * Cancels. What cannot be cancelled any more is shown as it stands.
 * @throws CallError as `seenBy`.
 */
export async function cancel(
  visit: Visit,
  token: string,
  typed: URLSearchParams,
): Promise<Outcome> {
  const reason = typed.get('reason')?.trim() || undefined
  try {
    await visit.execute(Cancel, { input: { token, reason } })
  } catch (error) {
    if (!(error instanceof CallError)) throw error
    if (error.first.code === 'INVALID_INPUT') {
      const problem = `The reason ${error.first.fields[0]?.message ?? 'is wrong'}.`
      return { shown: await showCancellation(visit, token, problem, reason), status: 422 }
    }
    if (error.first.code !== 'CONFLICT') throw error
  }
  return { goTo: `/booking/${token}` }
}
