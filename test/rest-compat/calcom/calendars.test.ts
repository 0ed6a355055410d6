// Cal.com v2: calendars that are read at an address, and what they keep from being booked.

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { givenReceiver, type Receiver } from '../../helpers/receiver.ts'
import {
  at,
  BOOK,
  booking,
  type GivenHost,
  givenEventType,
  givenHost,
  givenWorld,
  listAt,
  type World,
} from '../../helpers/world.ts'
import { type Calcom, givenCalcom, invalid, refused, success } from './calcom.ts'

let world: World
let host: GivenHost
let api: Calcom
let server: Receiver
/** What the server answers at each path. */
const files = new Map<string, string>()

beforeAll(async () => {
  world = await givenWorld()
  server = await givenReceiver((request, response) => {
    const text = files.get(request.path)
    if (request.path === '/moved') response.writeHead(302, { location: '/calendar.ics' }).end()
    else if (request.path === '/round') response.writeHead(302, { location: '/round' }).end()
    else if (text === undefined) response.writeHead(404).end()
    else response.writeHead(200, { 'content-type': 'text/calendar' }).end(text)
  })
})
afterAll(async () => {
  await world.end()
  await server.close()
})
beforeEach(async () => {
  world.clock.set('2026-03-02T07:00:20Z')
  host = await givenHost(world)
  api = await givenCalcom(world, host)
  files.set('/calendar.ics', calendar('20260303T100000Z', '20260303T110000Z'))
})

const calendar = (
  start: string,
  end: string,
) => `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nBEGIN:VEVENT\r
UID:a\r\nDTSTAMP:20260301T000000Z\r\nDTSTART:${start}\r\nDTEND:${end}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`

const follow = (path = '/calendar.ics') =>
  api.post('/calendars/ics-feed/save', { urls: [new URL(path, server.url).href] })

async function starts(eventTypeId: string, date: string): Promise<string[]> {
  const found = await world.visitor.run(
    'query ($id: ID!, $date: Date!) { slots(eventType: { id: $id }, start: $date, end: $date, timeZone: "UTC") { slots { start } } }',
    { id: eventTypeId, date },
  )
  return listAt(found, 'slots.0.slots').map(slot => String(at(slot, 'start')).slice(11, 16))
}

const BUSY = '/calendars/busy-times?dateFrom=2026-03-03&dateTo=2026-03-03&timeZone=Europe/London'

describe('a calendar that is followed', () => {
  it('keeps its time from being offered and booked, with the buffers of what is booked', async () => {
    const plain = await givenEventType(host)
    const buffered = await givenEventType(host, {
      name: 'Buffered',
      bufferBeforeMinutes: 30,
      bufferAfterMinutes: 15,
    })
    expect(await starts(plain, '2026-03-03')).toContain('10:00')
    const saved = await follow()
    expect(saved).toMatchObject({
      status: 201,
      body: success({ type: 'ics-feed_calendar', appId: 'ics-feed', teamId: null, invalid: false }),
    })
    const after = await starts(plain, '2026-03-03')
    expect(after.slice(0, 4)).toEqual(['09:00', '09:30', '11:00', '11:30'])
    expect((await starts(buffered, '2026-03-03')).slice(0, 3)).toEqual(['09:00', '11:30', '12:00'])
    expect(await world.visitor.codeOf(BOOK, booking(plain, '2026-03-03T10:30:00Z'))).toBe(
      'SLOT_UNAVAILABLE',
    )
    await world.visitor.run(BOOK, booking(plain, '2026-03-03T11:00:00Z'))

    expect(await api.get('/calendars/ics-feed/check')).toMatchObject({
      status: 200,
      body: { status: 'success' },
    })
    expect((await api.get(BUSY)).body).toEqual(
      success([
        {
          start: '2026-03-03T10:00:00.000Z',
          end: '2026-03-03T11:00:00.000Z',
          source: 'ics-feed_calendar',
        },
      ]),
    )
    expect(await api.get('/calendars')).toMatchObject({
      status: 200,
      body: success({
        connectedCalendars: [
          {
            integration: { type: 'ics-feed_calendar', slug: 'ics-feed' },
            credentialId: at(saved.body, 'data.id'),
            calendars: [
              {
                externalId: new URL('/calendar.ics', server.url).href,
                isSelected: true,
                readOnly: true,
              },
            ],
          },
        ],
        destinationCalendar: {},
      }),
    })
  })

  it('is read again every ten minutes, and counts as it was while it cannot be', async () => {
    const id = await givenEventType(host)
    await follow()
    files.set('/calendar.ics', calendar('20260303T140000Z', '20260303T150000Z'))
    world.clock.set('2026-03-02T07:10:21Z')
    await expect.poll(() => starts(id, '2026-03-03'), { timeout: 8_000 }).not.toContain('14:00')
    expect(await starts(id, '2026-03-03')).toContain('10:00')
    files.delete('/calendar.ics')
    world.clock.set('2026-03-02T07:20:22Z')
    await expect
      .poll(async () => (await api.get('/calendars/ics-feed/check')).status, { timeout: 8_000 })
      .toBe(400)
    expect(await starts(id, '2026-03-03')).not.toContain('14:00')
  })

  it('of some is asked for by its number, and is followed no more when it is disconnected', async () => {
    const id = await givenEventType(host)
    const credentialId = at((await follow()).body, 'data.id')
    const one = `calendarsToLoad[0][credentialId]=${credentialId}&calendarsToLoad[0][externalId]=x`
    expect(listAt((await api.get(`${BUSY}&${one}`)).body, 'data')).toHaveLength(1)
    const none = 'calendarsToLoad[0][credentialId]=1999999999&calendarsToLoad[0][externalId]=x'
    expect(listAt((await api.get(`${BUSY}&${none}`)).body, 'data')).toEqual([])
    const stranger = await givenCalcom(world, await givenHost(world))
    expect(
      (await stranger.post('/calendars/ics-feed/disconnect', { id: credentialId })).status,
    ).toBe(400)
    expect(listAt((await stranger.get(`${BUSY}&${one}`)).body, 'data')).toEqual([])
    expect(await api.post('/calendars/ics-feed/disconnect', { id: credentialId })).toMatchObject({
      status: 200,
      body: success({ id: credentialId }),
    })
    expect(await starts(id, '2026-03-03')).toContain('10:00')
    expect(await api.get('/calendars/ics-feed/check')).toMatchObject(
      refused(400, 'Credentials for ics-feed_calendar not found.'),
    )
  })

  it('may have moved, and must be a calendar at an address that can be read', async () => {
    expect((await follow('/moved')).status).toBe(201)
    files.set('/page', '<html></html>')
    files.set('/large', 'x'.repeat(5 * 1024 * 1024 + 1))
    const wrong: [path: string, why: string][] = [
      ['/round', 'leads on more than 3 times'],
      ['/missing', 'answered 404'],
      ['/page', 'is no iCalendar file'],
      ['/large', 'has more than 5242880 bytes'],
    ]
    for (const [path, why] of wrong) {
      expect(await follow(path)).toMatchObject(
        invalid(['urls', 'isValid', `urls cannot be followed: 127.0.0.1 ${why}`]),
      )
    }
    expect(
      await api.post('/calendars/ics-feed/save', { urls: ['ftp://a.example/x.ics'] }),
    ).toMatchObject({
      status: 400,
    })
    expect(await api.post('/calendars/ics-feed/save', { urls: [] })).toMatchObject({ status: 400 })
  })
})

it('does not read private addresses where the operator allows none', async () => {
  const strict = await givenWorld({
    config: { receivers: { allowPrivate: false, httpsOnly: false } },
  })
  const own = await givenCalcom(strict, await givenHost(strict))
  for (const url of [
    new URL('/calendar.ics', server.url).href,
    'http://169.254.169.254/latest',
    'http://localhost/x.ics',
  ]) {
    const { status, body } = await own.post('/calendars/ics-feed/save', { urls: [url] })
    expect(status, url).toBe(400)
    expect(JSON.stringify(body)).toMatch(/must not lead to a (private address|local name)/)
  }
  await strict.end()
})
