// The main job from end to end: registers a host, makes an event type, reads its free starts and
// books one over HTTP, while another process watches the booking arrive over a websocket.
//
//   npm start                           # in one terminal
//   node examples/first-booking.mjs [http://127.0.0.1:4000]

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const url = process.argv[2] ?? 'http://127.0.0.1:4000'
let cookie = ''

async function graph(query, variables = {}) {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', cookie },
    body: JSON.stringify({ query, variables }),
  }).catch(() => {
    console.error(`Nothing answers at ${url}. Start Meridian first: npm start`)
    process.exit(1)
  })
  cookie = response.headers.getSetCookie()[0]?.split(';')[0] ?? cookie
  const { data, errors } = await response.json()
  if (errors !== undefined) throw new Error(JSON.stringify(errors, null, 2))
  return data
}

// 1. A host. The answer sets a session cookie; the booking page and working hours are there at
// once.
const email = `host-${Date.now()}@example.com`
const { register } = await graph(
  `mutation ($input: RegisterInput!) { register(input: $input) { user { name bookingPage { slug url } } } }`,
  {
    input: {
      name: 'Grace Host',
      email,
      password: 'correct horse battery',
      timeZone: 'Europe/Berlin',
    },
  },
)
const page = register.user.bookingPage
console.log(`Registered ${register.user.name}, whose page is ${page.url}`)

// 2. Something to book.
await graph(
  `mutation ($input: CreateEventTypeInput!) { createEventType(input: $input) { eventType { id } } }`,
  {
    input: { name: 'Intro call', slug: 'intro', durationMinutes: 30, bufferAfterMinutes: 10 },
  },
)

// 3. A key for the other process, and the other process.
const { createApiKey } = await graph(
  `mutation { createApiKey(input: { label: "watcher", scopes: ["bookings:read"] }) { secret } }`,
)
const watcher = spawn(
  process.execPath,
  [fileURLToPath(new URL('watch-bookings.mjs', import.meta.url)), url],
  {
    env: { ...process.env, MERIDIAN_API_KEY: createApiKey.secret, MERIDIAN_AFTER: 'start' },
    stdio: ['ignore', 'pipe', 'pipe'],
  },
)
try {
  const events = createInterface({ input: watcher.stdout })[Symbol.asyncIterator]()
  for await (const line of createInterface({ input: watcher.stderr }))
    if (line === 'connected') break

  // 4. What is free in the next two weeks, in the visitor's zone. No login from here on.
  cookie = ''
  const day = offset => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10)
  const { slots } = await graph(
    `query ($page: String!, $start: Date!, $end: Date!) {
      slots(eventType: { page: $page, slug: "intro" }, start: $start, end: $end, timeZone: "America/New_York") {
        date
        slots { start }
      }
    }`,
    { page: page.slug, start: day(0), end: day(14) },
  )
  const free = slots.flatMap(({ slots }) => slots)
  console.log(`${free.length} starts are free; the first is ${free[0].start}`)

  // 5. Book it, and see it arrive. With the idempotency key the same request can be sent again
  // without booking twice.
  const input = {
    eventType: { page: page.slug, slug: 'intro' },
    start: free[0].start,
    invitee: { name: 'Ann Invitee', email: 'ann@example.org', timeZone: 'America/New_York' },
    idempotencyKey: `first-booking-${Date.now()}`,
  }
  const { book } = await graph(
    `mutation ($input: BookInput!) { book(input: $input) { booking { id status start } invitee { linkToken } } }`,
    { input },
  )
  console.log(`Booked ${book.booking.id}: ${book.booking.status}, ${book.booking.start}`)

  for (;;) {
    const { value, done } = await events.next()
    if (done) throw new Error('the watcher ended before the booking arrived')
    const event = JSON.parse(value)
    if (event.kind !== 'BOOKING_CREATED') continue
    console.log(`Process ${watcher.pid} received ${event.kind} for ${event.booking.id}`)
    break
  }
} finally {
  watcher.kill()
  await once(watcher, 'exit')
}
