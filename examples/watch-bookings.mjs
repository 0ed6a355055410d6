// Follows the bookings of a host live, over a websocket, and prints one line of JSON for each
// event.
//
//   MERIDIAN_API_KEY=cal_… node examples/watch-bookings.mjs [http://127.0.0.1:4000]
//
// When the connection breaks, it subscribes again after the last event that it received: no event
// is lost, and none is printed twice.

import { setTimeout as sleep } from 'node:timers/promises'
import { createClient } from 'graphql-ws'
import WebSocket from 'ws'

const url = process.argv[2] ?? 'http://127.0.0.1:4000'
const apiKey = process.env.MERIDIAN_API_KEY
if (apiKey === undefined) {
  console.error('Set MERIDIAN_API_KEY to an API key with the scope bookings:read.')
  process.exit(1)
}

const query = `subscription ($after: String) {
  bookingEvents(after: $after) {
    cursor
    kind
    booking { id status start eventType { name } invitees { name email } }
  }
}`

const PING_EVERY_MS = 15_000
// graphql-ws: Unauthorized. The gateway rejected the key.
const UNAUTHORIZED = 4401
/** Codes of errors that another attempt can get past. The others would come again. */
const TEMPORARY = ['INTERNAL', 'UNAVAILABLE', 'TIMEOUT', 'RATE_LIMITED', 'LIMIT_REACHED']

// Without MERIDIAN_AFTER it begins with events from now on: after the newest event, so that a
// connection that breaks before the first event loses none.
let after = process.env.MERIDIAN_AFTER ?? (await newestCursor())

for (;;) {
  try {
    for await (const event of eventsOf(connect())) {
      after = event.cursor
      console.log(JSON.stringify(event))
    }
  } catch (error) {
    console.error(wordsFor(error))
    if (isFinal(error)) process.exit(1)
  }
  await sleep(1_000)
}

/**
 * Opens one connection. graphql-ws would reconnect by itself, and then subscribe again with the
 * first `after`: events would be received twice, or be missed. With `retryAttempts: 0` the loop
 * above subscribes again, with the last one.
 */
function connect() {
  let socket
  let noPong
  const client = createClient({
    url: `${url.replace(/^http/, 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { apiKey },
    retryAttempts: 0,
    keepAlive: PING_EVERY_MS,
    on: {
      connected: connected => {
        socket = connected
        console.error('connected')
      },
      // A connection can be lost without a sign of it.
      ping: received => {
        if (!received) noPong = setTimeout(() => socket?.terminate(), PING_EVERY_MS)
      },
      pong: received => {
        if (received) clearTimeout(noPong)
      },
      closed: ({ code, reason }) => {
        clearTimeout(noPong)
        console.error(`disconnected: ${reason || code}`)
        // After a normal close (1000) the client would subscribe again despite `retryAttempts: 0`.
        Promise.resolve(client.dispose()).catch(() => {})
      },
    },
  })
  return client
}

async function* eventsOf(client) {
  for await (const { data, errors } of client.iterate({ query, variables: { after } })) {
    // An event can have errors in some of its fields.
    if (errors !== undefined) console.error(wordsFor(errors))
    if (data?.bookingEvents != null) yield data.bookingEvents
  }
}

async function newestCursor() {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': apiKey },
    body: JSON.stringify({ query: '{ eventCursor }' }),
  }).catch(() => {
    console.error(`Nothing answers at ${url}. Start Meridian first: npm start`)
    process.exit(1)
  })
  const { data, errors } = await response.json()
  if (errors !== undefined) throw new Error(wordsFor(errors))
  return data.eventCursor
}

/** Whether the gateway would reject another attempt too. */
function isFinal(error) {
  if (Array.isArray(error)) return !TEMPORARY.includes(error[0]?.extensions?.code)
  return error?.code === UNAUTHORIZED
}

/** An error of the network, the close of the socket, or a list of GraphQL errors. */
function wordsFor(error) {
  if (Array.isArray(error)) return error.map(({ message }) => message).join('; ')
  return error?.message || error?.reason || `closed with code ${error?.code}`
}
