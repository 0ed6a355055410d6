// Links to put a booking into a calendar, and what third parties would keep of it: its contract,
// 4.1. No third party is connected, so nothing is kept.

import { z } from 'zod'
import { graphql, type ResultOf } from '../../../src/graph/typed.ts'
import { found, type Route, route } from '../../dialect.ts'
import { enveloped, success } from '../envelope.ts'
import { text } from '../values.ts'
import { bookingVersions } from '../versions.ts'
import { ofOne } from './actions.ts'
import { BookingParts, icsUid, titleOf } from './booking.ts'
import { ofBooking } from './errors.ts'
import { placeIn } from './location.ts'
import { group } from './read.ts'

type Shown = ResultOf<typeof BookingParts>

const CalendarLink = z
  .object({ id: z.string(), label: z.string(), link: z.string() })
  .meta({ id: 'CalendarLink' })

const compact = (instant: string): string =>
  new Date(instant).toISOString().replace(/[-:]|\.\d+/g, '')

const query = (parameters: Record<string, string>): string =>
  new URLSearchParams(parameters).toString()

function outlook(host: string, shown: Shown): string {
  const parameters = {
    body: '',
    enddt: new Date(shown.end).toISOString(),
    location: placeIn(shown.location),
    path: '/calendar/action/compose',
    rru: 'addevent',
    startdt: new Date(shown.start).toISOString(),
    subject: titleOf(shown),
  }
  return `https://${host}/calendar/0/deeplink/compose?${query(parameters)}`
}

const google = (shown: Shown): string =>
  `https://calendar.google.com/calendar/r/eventedit?${query({
    dates: `${compact(shown.start)}/${compact(shown.end)}`,
    text: titleOf(shown),
    details: '',
    location: placeIn(shown.location),
  })}`

/** Line breaks of any kind: a reader may end a line at each of them. */
const LINE_BREAK = /\r\n?|[\n\v\f\u0085\u2028\u2029]/g
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const CONTROL = /[\u0000-\u0008\u000e-\u001f\u007f-\u009f]/g

/**
 * A text of a calendar (RFC 5545, 3.3.11): escaped, and without the control characters that 3.1
 * forbids.
 */
const escaped = (words: string): string =>
  words
    .replace(/[\\;,]/g, '\\$&')
    .replace(LINE_BREAK, '\\n')
    .replace(CONTROL, '')

/** The booking as a file of a calendar (RFC 5545). */
const calendarFile = (shown: Shown): string =>
  [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Meridian//Bookings//EN',
    'METHOD:PUBLISH',
    'BEGIN:VEVENT',
    `UID:${icsUid(shown.id)}`,
    `DTSTAMP:${compact(shown.updatedAt)}`,
    `DTSTART:${compact(shown.start)}`,
    `DTEND:${compact(shown.end)}`,
    `SUMMARY:${escaped(titleOf(shown))}`,
    `LOCATION:${escaped(placeIn(shown.location))}`,
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ]
    .map(folded)
    .join('\r\n')

/** RFC 5545, 3.1: lines are at most 75 octets long, and go on after a space. */
function folded(line: string): string {
  const lines: string[] = []
  let octets = Infinity
  for (const character of line) {
    octets += Buffer.byteLength(character)
    if (octets > 75) {
      lines.push('')
      octets = Buffer.byteLength(character) + (lines.length > 1 ? 1 : 0)
    }
    lines[lines.length - 1] += character
  }
  return lines.join('\r\n ')
}

const GetBooking = graphql(
  'query CalcomGetOwnBooking($id: ID!) { booking(id: $id) { ...CalcomBooking } }',
  [BookingParts],
)

const calendarLinks = ofBooking(
  'read',
  route({
    method: 'GET',
    path: '/bookings/:uid/calendar-links',
    versions: bookingVersions.new,
    name: 'listCalendarLinks',
    summary: 'Links that put a booking into a calendar.',
    group,
    scope: 'bookings:read',
    request: ofOne,
    response: enveloped(z.array(CalendarLink)),
    document: GetBooking,
    variables: ({ params }) => ({ id: params.uid }),
    reply(data) {
      const shown = found(data.booking, 'booking')
      return success([
        { id: 'googleCalendar', label: 'Google Calendar', link: google(shown) },
        {
          id: 'microsoftOffice',
          label: 'Microsoft Office',
          link: outlook('outlook.office.com', shown),
        },
        {
          id: 'microsoftOutlook',
          label: 'Microsoft Outlook',
          link: outlook('outlook.live.com', shown),
        },
        {
          id: 'ics',
          label: 'ICS',
          link: `data:text/calendar,${encodeURIComponent(calendarFile(shown))}`,
        },
      ])
    },
  }),
)

const Nothing = enveloped(z.array(z.never()))

/** What third parties keep of a booking: nothing. */
const nothing = (path: string, name: string, summary: string): Route =>
  ofBooking(
    'read',
    route({
      method: 'GET',
      path: `/bookings/:uid/${path}`,
      versions: bookingVersions.new,
      name,
      summary,
      group,
      scope: 'bookings:read',
      request: { ...ofOne, query: z.object({ type: text.optional() }) },
      response: Nothing,
      document: GetBooking,
      variables: ({ params }) => ({ id: params.uid }),
      reply(data) {
        found(data.booking, 'booking')
        return success([])
      },
    }),
  )

export const bookingLinks = [
  calendarLinks,
  nothing('references', 'listReferences', 'Events of it in connected calendars: none.'),
  nothing('conferencing-sessions', 'listConferencingSessions', 'Sessions of its conference: none.'),
  nothing('recordings', 'listRecordings', 'Recordings of it: none.'),
  nothing('transcripts', 'listTranscripts', 'Transcripts of it: none.'),
]
