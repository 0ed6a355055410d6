import { type Message, openSocket, type Socket } from './socket.ts'
import { at, type Client, textAt } from './world.ts'

/** Follows `bookingEvents` on a socket of its own. */
export interface Feed {
  socket: Socket
  next(withinMs?: number): Promise<FedEvent>
  /** The next so many, in order. */
  take(count: number): Promise<FedEvent[]>
  /** Waits so long, and answers what came meanwhile that was not taken. */
  more(ms: number): Promise<FedEvent[]>
}

/** An event as a client sees it. */
export interface FedEvent {
  cursor: string
  id: string
  kind: string
  bookingId: string | null
}

const FOLLOW = `subscription ($after: String, $types: [EventKind!], $eventTypeId: ID) {
  bookingEvents(after: $after, types: $types, eventTypeId: $eventTypeId) { cursor id kind booking { id } }
}`

/**
 * Subscribes. Without `after` it answers once the feed stands, so that what is booked from then on
 * is in it.
 */
export async function feedOf(
  who: Client,
  variables: { after?: string; types?: string[]; eventTypeId?: string } = {},
): Promise<Feed> {
  const socket = await openSocket(who.url, { headers: who.headers, init: {} })
  socket.send({ type: 'subscribe', id: 'feed', payload: { query: FOLLOW, variables } })
  // The protocol does not confirm a subscription. An operation that asks the database twice is
  // answered after it.
  for (const id of ['once', 'twice']) {
    socket.send({
      type: 'subscribe',
      id,
      payload: { query: '{ viewer { id bookingPage { slug } } }' },
    })
    await socket.nextOf(id)
    await socket.nextOf(id)
  }
  const next = async (withinMs?: number) => eventIn(await socket.nextOf('feed', withinMs))
  return {
    socket,
    next,
    async take(count) {
      const events: FedEvent[] = []
      while (events.length < count) events.push(await next())
      return events
    },
    async more(ms) {
      await new Promise(resolve => setTimeout(resolve, ms))
      return socket.waiting('feed').map(eventIn)
    },
  }
}

function eventIn({ type, payload }: Message): FedEvent {
  if (type !== 'next' || at(payload, 'errors') !== undefined) {
    throw new Error(`no event but ${type}: ${JSON.stringify(payload)}`)
  }
  const event = at(payload, 'data.bookingEvents')
  const bookingId = at(event, 'booking.id')
  return {
    cursor: textAt(event, 'cursor'),
    id: textAt(event, 'id'),
    kind: textAt(event, 'kind'),
    bookingId: typeof bookingId === 'string' ? bookingId : null,
  }
}
