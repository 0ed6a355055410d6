import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type pg from 'pg'
import type { Served } from './measure.ts'
import * as print from './print.ts'
import { seedHost, seedTeam, years } from './seed.ts'

const TARGET_MS = 50
const WARM_UPS = 3

/** Something that a stranger can send, and the name under which its delay is printed. */
type Input = [name: string, send: () => Promise<unknown>]

/**
 * The longest delay of the gateway's event loop for the worst input of each kind that a stranger
 * controls.
 */
export async function eventLoop(gateway: Served, pool: pg.Pool): Promise<void> {
  console.log(`Event loop: its longest delay while each input is processed, target ${TARGET_MS} ms`)
  const { apiKey, slug, hostId } = await seedHost(pool, 'strained', years(100))
  await pool.query(
    `update "EventType" set "slotIntervalMinutes" = 1, "durationMinutes" = 5, "durationOptions" = '{5}' where "hostId" = $1`,
    [hostId],
  )
  const team = await seedTeam(pool, 'crowd', 41)
  const web = await serveFiles()
  const { post, ask, succeed } = clientOf(gateway.url, apiKey)

  const follow = (name: string, file: string): Input => [
    `calendar: ${name}`,
    async () => {
      const answer = await ask(
        'mutation ($input: AddCalendarFeedInput!) { addCalendarFeed(input: $input) { feed { id } } }',
        {
          input: { urls: [web.publish(file)] },
        },
      )
      const id = /"id":"([^"]+)"/.exec(answer)?.[1]
      if (id !== undefined)
        await succeed(
          'mutation ($id: ID!) { removeCalendarFeed(input: { id: $id }) { feed { id } } }',
          { id },
        )
    },
  ]
  const look = (page: string, type: string, days: number, times: number): Promise<unknown> =>
    Promise.all(
      Array.from({ length: times }, (_, n) =>
        succeed(
          `{ slots(eventType: { page: "${page}", slug: "${type}" }, start: "${day(n)}", end: "${day(n + days - 1)}") {
            date slots { start } } }`,
        ),
      ),
    )
  const say = (words: string): Input => [
    `assistant: ${JSON.stringify(words)} again and again`,
    () =>
      ask('mutation ($input: AskAssistantInput!) { askAssistant(input: $input) { message } }', {
        input: { pageSlug: slug, message: words.repeat(200).slice(0, 1_000) },
      }),
  ]

  await succeed('{ viewer { id } }')
  await succeed(
    'mutation ($input: CreatePlatformClientInput!) { createPlatformClient(input: $input) { client { id: clientId } } }',
    {
      input: {
        name: 'x',
        permissions: ['PROFILE_READ'],
        redirectUris: ['https://*.example.com/cb'],
      },
    },
  )
  const inputs: Input[] = [
    ['nothing', () => new Promise(resolve => setTimeout(resolve, 1_000))],
    follow('daily on 31 February', event('RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=31')),
    follow('every second on 30 February', event('RRULE:FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30')),
    follow('every hour on 30 February', event('RRULE:FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30')),
    follow('lasts two million years', event('DURATION:P100000000W')),
    follow('8,000 past events', event('DURATION:PT1H').repeat(8_000)),
    follow('9,000 events with a time zone', zonedEvent.repeat(9_000)),
    follow('5 MB', event('DURATION:PT1H', `DESCRIPTION:${'x'.repeat(400)}`).repeat(8_900)),
    follow('one line of 4 MB', event(`DESCRIPTION:${'x'.repeat(4_000_000)}`)),
    ['template: blocks in blocks', () => fillTemplate(succeed, web.publish(''))],
    [
      'site pattern: a long Origin, 100 times',
      async () => {
        for (let n = 0; n < 100; n++)
          await post('/graphql', '{"query":"{ __typename }"}', `https://${'a'.repeat(90)}`)
      },
    ],
    ['slots: 41 hosts, 60 days, 3 at once', () => look(team, 'all', 60, 3)],
    ['slots: every minute of 2 days, 10 at once', () => look(slug, 'type-1', 2, 10)],
    ['document: nested 2,900 deep', () => ask('{a'.repeat(2_900))],
    [
      'document: 2,500 fields',
      () => ask(`{ ${Array.from({ length: 2_500 }, (_, n) => `a${n}: __typename`).join(' ')} }`),
    ],
    [
      'JSON: nested 20,000 deep',
      () => post('/v2/bookings', '['.repeat(20_000) + ']'.repeat(20_000)),
    ],
    [
      'document: one word of 90 KB',
      () => post('/graphql', JSON.stringify({ query: 'x'.repeat(90_000) })),
    ],
    say('2 days '),
    say('a couple of weeks '),
    say('the 10th '),
    say('utc+3 '),
    [
      'passwords: 20 at once',
      () =>
        Promise.all(
          Array.from({ length: 20 }, (_, n) =>
            ask('mutation ($input: LogInInput!) { logIn(input: $input) { user { id } } }', {
              input: { email: `nobody${n}@example.com`, password: 'not the password' },
            }),
          ),
        ),
    ],
  ]
  for (const [name, send] of inputs) {
    // The first ones start threads, fill caches and are not compiled yet.
    for (let n = 0; n < WARM_UPS; n++) await send()
    await gateway.memory({ collected: true, loopDelay: true })
    await send()
    const { loopDelayMs } = await gateway.memory({ collected: false, loopDelay: true })
    print.against(name, loopDelayMs, TARGET_MS)
  }
  web.close()
  console.log()
}

const day = (offset: number): string =>
  new Date(Date.now() + (offset + 1) * 86_400_000).toISOString().slice(0, 10)

const event = (...lines: string[]): string =>
  [
    'BEGIN:VEVENT',
    'UID:1',
    'DTSTAMP:20200101T000000Z',
    'DTSTART:20200101T090000Z',
    ...lines,
    'END:VEVENT',
    '',
  ].join('\r\n')

const zonedEvent = event('RRULE:FREQ=WEEKLY;COUNT=3').replace(
  'DTSTART:20200101T090000Z',
  'DTSTART;TZID=Europe/Berlin:20200101T090000',
)

/** A server of calendars, each at an address of its own; it takes what is posted. */
async function serveFiles() {
  const files: string[] = []
  const server = createServer((request, response) => {
    request.resume()
    const events = files[Number(request.url?.slice(1))] ?? ''
    response.end(
      ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//bench//EN', `${events}END:VCALENDAR`, ''].join(
        '\r\n',
      ),
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    publish: (file: string): string => `http://127.0.0.1:${port}/${files.push(file) - 1}`,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}

type Ask = (query: string, variables?: object) => Promise<string>

function clientOf(url: string, apiKey: string) {
  const post = async (path: string, body: string, origin?: string): Promise<string> => {
    const response = await fetch(url + path, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${apiKey}`,
        ...(origin !== undefined && { origin }),
      },
      body,
    })
    return response.text()
  }
  const ask: Ask = (query, variables = {}) => post('/graphql', JSON.stringify({ query, variables }))
  /** As ask. @throws Error with the answer when it has errors. */
  const succeed: Ask = async (query, variables) => {
    const answer = await ask(query, variables)
    if (answer.includes('"errors"')) throw new Error(answer)
    return answer
  }
  return { post, ask, succeed }
}

/** Makes a hook with a template that repeats blocks, and has it filled for a delivery. */
async function fillTemplate(succeed: Ask, url: string): Promise<void> {
  const payloadTemplate = `{{#each this}}{{#each ../this}}{{#each ../this}}${'{{#if a}}{{/if}}'.repeat(550)}{{/each}}{{/each}}{{/each}}`
  const made = await succeed(
    'mutation ($input: CreateHookInput!) { createHook(input: $input) { hook { id } } }',
    {
      input: { url, dialect: 'CALCOM', events: ['BOOKING_CREATED'], payloadTemplate },
    },
  )
  const hookId = /"id":"([^"]+)"/.exec(made)?.[1]
  if (hookId === undefined) throw new Error(made)
  await succeed(
    'mutation ($hookId: ID!) { sendTestEvent(input: { hookId: $hookId }) { delivery { id } } }',
    { hookId },
  )
  await new Promise(resolve => setTimeout(resolve, 2_000))
  await succeed('mutation ($id: ID!) { deleteHook(input: { id: $id }) { id: deletedId } }', {
    id: hookId,
  })
}
