// Calendar files in the forms that other programs write. What a file says is busy is busy here, and
// a part that cannot be read frees nothing. The expected instants follow from the zones' offsets:
// in March 2027 Berlin is at +1 (+2 from the 28th), London at 0, New York at -5 and Los Angeles at
// -8 (-4 and -7 from the 14th).

import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readCalendar } from '../../src/calendars/calendar.ts'
import { at, type GivenHost, givenHost, givenWorld, type World } from '../helpers/world.ts'

const reading = {
  from: Date.parse('2027-03-01T00:00:00Z'),
  until: Date.parse('2027-04-01T00:00:00Z'),
  zone: 'Europe/Berlin',
}

const event = (...lines: string[]): string[] => ['BEGIN:VEVENT', 'UID:a', ...lines, 'END:VEVENT']
const calendar = (...lines: string[]): string =>
  ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//test//EN', ...lines, 'END:VCALENDAR', ''].join(
    '\r\n',
  )

const short = (instant: number): string => new Date(instant).toISOString().slice(5, 16)
const spansIn = (file: string | Uint8Array): string[] =>
  readCalendar(typeof file === 'string' ? Buffer.from(file) : file, reading).spans.map(
    ({ start, end }) => `${short(start)} ${short(end)}`,
  )

const good = event('DTSTART:20270310T090000Z', 'DTEND:20270310T100000Z')
const GOOD = '03-10T09:00 03-10T10:00'

describe('a series in a zone that the file names without describing it, as python-icalendar writes it', () => {
  it('compares UNTIL, EXDATE and RECURRENCE-ID as instants', () => {
    const series = event(
      'DTSTART;TZID=Europe/Berlin:20270308T090000',
      'DTEND;TZID=Europe/Berlin:20270308T100000',
      'RRULE:FREQ=DAILY;UNTIL=20270312T080000Z',
      'EXDATE:20270309T080000Z',
    )
    const moved = event(
      'RECURRENCE-ID:20270310T080000Z',
      'DTSTART;TZID=Europe/Berlin:20270310T130000',
      'DTEND;TZID=Europe/Berlin:20270310T140000',
    )
    expect(spansIn(calendar(...series, ...moved))).toEqual([
      '03-08T08:00 03-08T09:00',
      '03-10T12:00 03-10T13:00',
      '03-11T08:00 03-11T09:00',
      '03-12T08:00 03-12T09:00',
    ])
  })

  it('frees an occurrence that is cancelled', () => {
    const series = event(
      'DTSTART;TZID=Europe/Berlin:20270308T090000',
      'DURATION:PT1H',
      'RRULE:FREQ=DAILY;COUNT=2',
    )
    const cancelled = event(
      'RECURRENCE-ID:20270309T080000Z',
      'STATUS:CANCELLED',
      'DTSTART:20270309T080000Z',
    )
    expect(spansIn(calendar(...series, ...cancelled))).toEqual(['03-08T08:00 03-08T09:00'])
  })
})

describe('the time of an event', () => {
  it.each<[string, string[], string[]]>([
    [
      'ends in the zone of its end',
      ['DTSTART;TZID=Europe/London:20270310T100000', 'DTEND;TZID=America/New_York:20270310T130000'],
      ['03-10T10:00 03-10T18:00'],
    ],
    [
      'reads a Windows zone name',
      ['DTSTART;TZID=Pacific Standard Time:20270310T090000', 'DURATION:PT1H'],
      ['03-10T17:00 03-10T18:00'],
    ],
    [
      'reads a zone name behind a prefix',
      [
        'DTSTART;TZID=/freeassociation.sourceforge.net/Europe/Berlin:20270310T090000',
        'DURATION:PT1H',
      ],
      ['03-10T08:00 03-10T09:00'],
    ],
    [
      'lasts an exact day of 24 hours over a clock change',
      ['DTSTART;TZID=Europe/Berlin:20270327T120000', 'DURATION:PT24H'],
      ['03-27T11:00 03-28T11:00'],
    ],
    [
      'lasts a nominal day of 23 hours over a clock change',
      ['DTSTART;TZID=Europe/Berlin:20270327T120000', 'DURATION:P1D'],
      ['03-27T11:00 03-28T10:00'],
    ],
    [
      'is that of all rules, dates and periods together',
      [
        'DTSTART:20270310T090000Z',
        'DURATION:PT1H',
        'RRULE:FREQ=DAILY;COUNT=2',
        'RRULE:FREQ=WEEKLY;COUNT=2',
        'RDATE:20270320T090000Z',
        'RDATE;VALUE=PERIOD:20270321T090000Z/PT2H,20270322T090000Z/20270322T093000Z',
      ],
      [
        '03-10T09:00 03-10T10:00',
        '03-11T09:00 03-11T10:00',
        '03-17T09:00 03-17T10:00',
        '03-20T09:00 03-20T10:00',
        '03-21T09:00 03-21T11:00',
        '03-22T09:00 03-22T09:30',
      ],
    ],
    [
      'is free where Outlook says so',
      ['DTSTART:20270310T090000Z', 'DURATION:PT1H', 'X-MICROSOFT-CDO-BUSYSTATUS:FREE'],
      [],
    ],
    [
      'is busy where Outlook says out of office',
      ['DTSTART:20270310T090000Z', 'DURATION:PT1H', 'X-MICROSOFT-CDO-BUSYSTATUS:OOF'],
      [GOOD],
    ],
    [
      'is never on a date that does not exist',
      ['DTSTART:20260228T090000Z', 'DURATION:PT1H', 'RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31'],
      [],
    ],
    [
      'counts the occurrences from long ago',
      ['DTSTART:20270225T090000Z', 'DURATION:PT1H', 'RRULE:FREQ=DAILY;COUNT=6'],
      ['03-01T09:00 03-01T10:00', '03-02T09:00 03-02T10:00'],
    ],
  ])('%s', (_what, lines, expected) => {
    expect(spansIn(calendar(...event(...lines)))).toEqual(expected)
  })

  it('without a zone is in that of X-WR-TIMEZONE', () => {
    const file = calendar(
      'X-WR-TIMEZONE:Pacific Standard Time',
      ...event('DTSTART:20270310T090000', 'DURATION:PT1H'),
    )
    expect(spansIn(file)).toEqual(['03-10T17:00 03-10T18:00'])
  })
})

describe('a file', () => {
  it('may begin with a byte order mark, and have several calendars', () => {
    const second = event('DTSTART:20270311T090000Z', 'DTEND:20270311T100000Z').with(1, 'UID:b')
    const both = calendar(...good) + calendar(...second)
    expect(spansIn(`\u{feff}${both}`)).toEqual([GOOD, '03-11T09:00 03-11T10:00'])
  })

  it('may say busy periods without events', () => {
    const freeBusy = [
      'BEGIN:VFREEBUSY',
      'UID:f',
      'FREEBUSY:20270310T090000Z/PT1H',
      'FREEBUSY;FBTYPE=FREE:20270311T090000Z/PT1H',
      'FREEBUSY;FBTYPE=BUSY-TENTATIVE:20270312T090000Z/20270312T100000Z',
      'END:VFREEBUSY',
    ]
    expect(spansIn(calendar(...freeBusy))).toEqual([GOOD, '03-12T09:00 03-12T10:00'])
  })

  it('may have many daily series from long ago', () => {
    const series = Array.from({ length: 11 }, (_, n) =>
      event(
        `DTSTART:20010101T${String(n + 8).padStart(2, '0')}0000Z`,
        'DURATION:PT30M',
        'RRULE:FREQ=DAILY',
      ).with(1, `UID:${n}`),
    )
    const { spans, problems } = readCalendar(Buffer.from(calendar(...series.flat())), reading)
    expect([spans.length, problems]).toEqual([31 * 11, []])
  })
})

/** Events of which a part cannot be read, and what is busy by them besides the good one. */
const broken: [string, string[], string[]][] = [
  ['no start', event('DTEND:20270311T100000Z'), []],
  [
    'an unknown frequency',
    event('DTSTART:20270311T090000Z', 'DURATION:PT1H', 'RRULE:FREQ=FORTNIGHTLY'),
    ['03-11T09:00 03-11T10:00'],
  ],
  [
    'a line without a colon',
    event('DTSTART:20270311T090000Z', 'DURATION:PT1H', 'this is no property'),
    ['03-11T09:00 03-11T10:00'],
  ],
]

describe('an event with a part that cannot be read', () => {
  it.each(broken)(
    '%s: leaves the rest of the file, blocks what can be read, and is listed',
    (_what, lines, expected) => {
      const file = calendar(...lines.with(1, 'UID:bad'), ...good)
      expect(spansIn(file)).toEqual([GOOD, ...expected])
      const { problems } = readCalendar(Buffer.from(file), reading)
      expect(problems).not.toEqual([])
      for (const { message } of problems) expect(message).not.toMatch(/undefined|null|Cannot read/)
    },
  )
})

describe('a feed that is partly unreadable', () => {
  let world: World
  let host: GivenHost
  let server: Server
  let url = ''

  beforeAll(async () => {
    world = await givenWorld({ now: '2027-03-01T08:00:00Z' })
    host = await givenHost(world)
    const file = calendar(
      ...broken.flatMap(([, lines], n) => lines.with(1, `UID:bad${n}`)),
      ...good,
    )
    server = createServer((_request, response) => response.end(file))
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/calendar.ics`
  })
  afterAll(async () => {
    server.closeAllConnections()
    server.close()
    await world.end()
  })

  it('is followed, keeps time from being booked, and lists its problems', async () => {
    const made = await host.run(
      `mutation ($input: AddCalendarFeedInput!) {
        addCalendarFeed(input: $input) { feed { problem problems { url uid message } } }
      }`,
      { input: { urls: [url] } },
    )
    expect(at(made, 'addCalendarFeed.feed.problem')).toBeNull()
    expect(at(made, 'addCalendarFeed.feed.problems')).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ uid: 'bad0' }),
        expect.objectContaining({ uid: 'bad1' }),
      ]),
    )
    const busy = JSON.stringify(
      await host.run(
        '{ calendarTimes(start: "2027-03-10T00:00:00Z", end: "2027-03-12T00:00:00Z") { start end } }',
      ),
    )
    expect(busy).toContain('2027-03-10T09:00:00.000Z')
    expect(busy).toContain('2027-03-11T09:00:00.000Z')
  })
})
