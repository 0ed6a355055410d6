// What an iCalendar file says is taken: cases of RFC 5545.

import { describe, expect, it } from 'vitest'
import { readCalendar } from '../../src/calendars/calendar.ts'

const reading = {
  from: Date.parse('2026-03-01T00:00:00Z'),
  until: Date.parse('2026-05-01T00:00:00Z'),
  zone: 'Europe/Berlin',
}

const calendar = (...lines: string[]) =>
  ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//test//EN', ...lines, 'END:VCALENDAR'].join('\r\n')

const event = (...lines: string[]) => [
  'BEGIN:VEVENT',
  'UID:a',
  'DTSTAMP:20260301T000000Z',
  ...lines,
  'END:VEVENT',
]

const spans = (text: string) =>
  readCalendar(Buffer.from(text), reading).spans.map(({ start, end }) =>
    [start, end].map(each => new Date(each).toISOString().slice(0, 16)).join(' '),
  )

const newYork = [
  'BEGIN:VTIMEZONE',
  'TZID:Ours',
  'BEGIN:STANDARD',
  'DTSTART:20071104T020000',
  'RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU',
  'TZOFFSETFROM:-0400',
  'TZOFFSETTO:-0500',
  'END:STANDARD',
  'BEGIN:DAYLIGHT',
  'DTSTART:20070311T020000',
  'RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU',
  'TZOFFSETFROM:-0500',
  'TZOFFSETTO:-0400',
  'END:DAYLIGHT',
  'END:VTIMEZONE',
]

describe('an event', () => {
  it.each<[string, string[], string[]]>([
    [
      'in UTC',
      ['DTSTART:20260302T090000Z', 'DTEND:20260302T100000Z'],
      ['2026-03-02T09:00 2026-03-02T10:00'],
    ],
    [
      'with a length',
      ['DTSTART:20260302T090000Z', 'DURATION:PT90M'],
      ['2026-03-02T09:00 2026-03-02T10:30'],
    ],
    [
      'in a zone that the file does not describe',
      [
        'DTSTART;TZID=America/New_York:20260302T090000',
        'DTEND;TZID=America/New_York:20260302T100000',
      ],
      ['2026-03-02T14:00 2026-03-02T15:00'],
    ],
    [
      'without a zone, in that of its owner',
      ['DTSTART:20260302T090000', 'DTEND:20260302T100000'],
      ['2026-03-02T08:00 2026-03-02T09:00'],
    ],
    [
      'of whole days, in the zone of its owner',
      ['DTSTART;VALUE=DATE:20260329', 'DTEND;VALUE=DATE:20260330'],
      ['2026-03-28T23:00 2026-03-29T22:00'],
    ],
    [
      'of one day without an end',
      ['DTSTART;VALUE=DATE:20260302'],
      ['2026-03-01T23:00 2026-03-02T23:00'],
    ],
    [
      'that takes no time',
      ['DTSTART:20260302T090000Z', 'DTEND:20260302T100000Z', 'TRANSP:TRANSPARENT'],
      [],
    ],
    [
      'that is cancelled',
      ['DTSTART:20260302T090000Z', 'DTEND:20260302T100000Z', 'STATUS:CANCELLED'],
      [],
    ],
    ['of another year', ['DTSTART:20250302T090000Z', 'DTEND:20250302T100000Z'], []],
    [
      'that repeats, but for a day and with one more',
      [
        'DTSTART:20260302T090000Z',
        'DTEND:20260302T100000Z',
        'RRULE:FREQ=WEEKLY;COUNT=3',
        'EXDATE:20260309T090000Z',
        'RDATE:20260310T090000Z',
      ],
      [
        '2026-03-02T09:00 2026-03-02T10:00',
        '2026-03-10T09:00 2026-03-10T10:00',
        '2026-03-16T09:00 2026-03-16T10:00',
      ],
    ],
    [
      'that repeats keeps its wall-clock time when clocks change',
      [
        'DTSTART;TZID=Europe/Berlin:20260328T090000',
        'DTEND;TZID=Europe/Berlin:20260328T100000',
        'RRULE:FREQ=DAILY;COUNT=2',
      ],
      ['2026-03-28T08:00 2026-03-28T09:00', '2026-03-29T07:00 2026-03-29T08:00'],
    ],
  ])('%s', (_what, lines, expected) => {
    expect(spans(calendar(...event(...lines)))).toEqual(expected)
  })

  it('in a zone that the file describes', () => {
    const lines = event(
      'DTSTART;TZID=Ours:20260306T090000',
      'DTEND;TZID=Ours:20260306T100000',
      'RRULE:FREQ=WEEKLY;COUNT=2',
    )
    expect(spans(calendar(...newYork, ...lines))).toEqual([
      '2026-03-06T14:00 2026-03-06T15:00',
      '2026-03-13T13:00 2026-03-13T14:00',
    ])
  })

  it('whose single occurrences were moved or cancelled', () => {
    const times = ['DTSTART:20260302T090000Z', 'DTEND:20260302T100000Z']
    const text = calendar(
      ...event(...times, 'RRULE:FREQ=DAILY;COUNT=3'),
      ...event(
        'RECURRENCE-ID:20260303T090000Z',
        'DTSTART:20260303T120000Z',
        'DTEND:20260303T130000Z',
      ),
      ...event(
        'RECURRENCE-ID:20260304T090000Z',
        'DTSTART:20260304T090000Z',
        'DTEND:20260304T100000Z',
        'STATUS:CANCELLED',
      ),
    )
    expect(spans(text)).toEqual([
      '2026-03-02T09:00 2026-03-02T10:00',
      '2026-03-03T12:00 2026-03-03T13:00',
    ])
  })
})

it('joins what overlaps or touches', () => {
  const text = calendar(
    ...event('DTSTART:20260302T090000Z', 'DTEND:20260302T100000Z'),
    ...event('DTSTART:20260302T093000Z', 'DTEND:20260302T110000Z'),
    ...event('DTSTART:20260302T110000Z', 'DTEND:20260302T113000Z'),
  )
  expect(spans(text)).toEqual(['2026-03-02T09:00 2026-03-02T11:30'])
})

it('rejects a file that is no calendar', () => {
  expect(() => spans('<html>')).toThrow('is no iCalendar file')
})

it('reads an event that repeats every second as busy throughout', () => {
  const text = calendar(
    ...event('DTSTART:19900101T000000Z', 'DURATION:PT1S', 'RRULE:FREQ=SECONDLY'),
  )
  expect(spans(text)).toEqual(['2026-03-01T00:00 2026-05-01T00:00'])
})
