// Follows the bookings of a host live, over a websocket, and prints one line of JSON for each event.
//
//   MERIDIAN_API_KEY=cal_… node examples/watch-bookings.mjs [http://127.0.0.1:4000]
//
// It keeps its place: when the connection breaks it goes on after the last event that it saw, so none is lost.

import { createClient } from 'graphql-ws'
import WebSocket from 'ws'

const url = process.argv[2] ?? 'http://127.0.0.1:4000'
const apiKey = process.env.MERIDIAN_API_KEY
if (apiKey === undefined) {
  console.error('Set MERIDIAN_API_KEY to an API key with the scope bookings:read.')
  process.exit(1)
}

const client = createClient({
  url: `${url.replace(/^http/, 'ws')}/graphql`,
  webSocketImpl: WebSocket,
  connectionParams: { apiKey },
  on: { connected: () => console.error('connected') },
})

const query = `subscription ($after: String) {
  bookingEvents(after: $after) {
    cursor
    kind
    booking { id status start eventType { name } invitees { name email } }
  }
}`

let after = process.env.MERIDIAN_AFTER
for (;;) {
  try {
    for await (const { data, errors } of client.iterate({ query, variables: { after } })) {
      if (errors !== undefined) throw new Error(errors.map(error => error.message).join('; '))
      after = data?.bookingEvents.cursor
      console.log(JSON.stringify(data?.bookingEvents))
    }
    // The server ended the subscription: it stops. The next turn waits until one answers again.
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
  }
  await new Promise(resolve => setTimeout(resolve, 1000))
}
