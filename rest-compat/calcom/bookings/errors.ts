// How it says no to bookings: its contract, 4.5 and 4.8. Whatever its own answers look like, here
// they have the envelope.

import { CallError, type GraphError } from '../../../src/graph/call-error.ts'
import type { Route } from '../../dialect.ts'
import { strict } from '../common.ts'
import { exception, type Status } from '../errors.ts'

type Said = readonly [status: Status, message: string]

const UNAVAILABLE = 'either already has booking at this time or is not available'
const OUT_OF_BOUNDS =
  'The event type can not be booked at the "start" time provided. It is too soon, or further ahead than the event type can be booked (booking_time_out_of_bounds_error). Choose one of the starts that GET /v2/slots answers.'

/** A start that is not free. */
function unavailable({ details }: GraphError): Said {
  const which =
    details.occurrence === undefined
      ? ''
      : ` Occurrence ${details.occurrence}, ${String(details.start)}.`
  if (details.isFull === true) return [409, 'No more seats left at this seated booking.']
  switch (details.reason) {
    case 'past':
      return [400, 'Attempting to book a meeting in the past.']
    case 'notice':
    case 'window':
      return [400, OUT_OF_BOUNDS + which]
    case 'limit':
      return [
        403,
        `booking_limit_reached: the event type is booked as often as it may be in this period.${which}`,
      ]
    default:
      return [
        400,
        `${details.isOfTeam === true ? 'One of the hosts' : 'User'} ${UNAVAILABLE}${which}`,
      ]
  }
}

/** What cannot be done to a booking in its state. @param act as "Can't … booking with uid=…" */
function conflict({ message, details, fields }: GraphError, act: string, uid: string): Said {
  if (fields.some(({ message }) => message.includes('has a seat at this start'))) {
    return [409, 'already_signed_up_for_this_booking_error']
  }
  const cannot = `Can't ${act} booking with uid=${uid} because`
  if (details.status === 'CANCELLED') {
    return [
      400,
      `${cannot} it has been cancelled. Please provide uid of a booking that is not cancelled.`,
    ]
  }
  if (details.rule === 'allowCancelling')
    return [400, 'This event type does not allow cancellations']
  if (details.rule === 'allowRescheduling')
    return [400, `${cannot} its event type does not allow rescheduling.`]
  if (details.status === 'DENIED') return [400, `${cannot} it has been rejected.`]
  if (message === 'The booking is over.') return [400, `${cannot} it has ended.`]
  return [400, message]
}

const TOO_MANY =
  "Attendee with this email can't book because the maximum number of active bookings has been reached."
const TOO_LATE = 'Rescheduling is not allowed within the minimum notice period before the event'
const SHARED =
  'Several share this booking: as an attendee name your seat with seatUid, or call as its host.'

function said(error: GraphError, act: string, uid: string): Said | undefined {
  switch (error.code) {
    case 'SLOT_UNAVAILABLE':
      return unavailable(error)
    case 'CONFLICT':
      return conflict(error, act, uid)
    case 'NOT_FOUND':
      return uid === '' ? undefined : [404, `Booking with uid=${uid} was not found in the database`]
    case 'LIMIT_REACHED':
      return error.details.rule === 'maxActivePerInvitee' ? [400, TOO_MANY] : undefined
    case 'FORBIDDEN':
      if (error.details.rule === 'reschedulingNoticeMinutes') return [403, TOO_LATE]
      return error.details.isShared === true ? [401, SHARED] : undefined
    default:
      return undefined
  }
}

/**
 * A route of one booking, or of new ones, with its words for what cannot be done.
 * @param act what it does, as "Can't …"
 */
export const ofBooking = (act: string, route: Route): Route =>
  strict(saidBy((error, uid) => said(error, act, uid), route))

/** What a code of its library says of a start. */
function codeOf({ details }: GraphError): Said {
  if (details.isFull === true) return [409, 'booking_seats_full_error']
  if (details.reason === 'limit') return [403, 'booking_limit_reached']
  const isOutOfBounds = ['past', 'notice', 'window'].includes(String(details.reason))
  return [
    400,
    isOutOfBounds ? 'booking_time_out_of_bounds_error' : 'no_available_users_found_error',
  ]
}

/** The same in version 2024-04-15, which tells codes of its library. */
export const ofOldBooking = (act: string, route: Route): Route =>
  saidBy(
    (error, uid) => (error.code === 'SLOT_UNAVAILABLE' ? codeOf(error) : said(error, act, uid)),
    route,
  )

const saidBy = (
  say: (error: GraphError, uid: string) => Said | undefined,
  route: Route,
): Route => ({
  ...route,
  async handle(incoming, execute) {
    try {
      return await route.handle(incoming, execute)
    } catch (error) {
      if (!(error instanceof CallError)) throw error
      const { uid = '', seatUid = '' } = incoming.params
      const words = isSaid(error.first) ? undefined : say(error.first, uid || seatUid)
      throw words === undefined ? error : exception(...words)
    }
  },
})

/**
 * Whether a route has said it already: with the status of an answer, which is none of a booking.
 */
const isSaid = ({ details }: GraphError): boolean => typeof details.status === 'number'
