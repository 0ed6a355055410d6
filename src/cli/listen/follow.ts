import { isDeepStrictEqual } from 'node:util'
import { print } from 'graphql'
import { createClient } from 'graphql-ws'
import WebSocket from 'ws'
import type { EventKind } from '../../event-log/kinds.ts'
import { graphql, type ResultOf } from '../../graph/typed.ts'
import type { Access } from './access.ts'
import { GatewayError, Unreachable } from './errors.ts'
import { notTaken, refusalIn } from './gateway.ts'

const Follow = graphql(`
  subscription Listen($kinds: [EventKind!], $after: String) {
    bookingEvents(types: $kinds, after: $after) { id cursor kind occurredAt sequence data }
  }
`)

type Followed = ResultOf<typeof Follow>

/** An event as it comes. */
export type LiveEvent = Followed['bookingEvents']

/** What to follow, and callbacks for the state of the connection. */
export interface Following {
  kinds: EventKind[] | undefined
  /** The cursor after which to begin, or `start`. */
  since: string
  /** The first connection stands. */
  onListening(): void
  /** The connection was lost, in words; it is tried again until `onBack`. */
  onLost(reason: string): void
  onBack(): void
}

const UNAUTHORIZED = 4401
const CONNECT_MS = 10_000
const PING_EVERY_MS = 15_000
const PONG_WITHIN_MS = 10_000
const FIRST_WAIT_MS = 250
const LONGEST_WAIT_MS = 5_000

/**
 * Events of the account, each once and in order, without an end: it connects again after a loss,
 * and continues after the last event, also after a login was refreshed.
 * @throws Error when the first connection fails, GatewayError when the gateway does not allow it (any
 * more).
 */
export async function* follow(access: Access, following: Following): AsyncGenerator<LiveEvent> {
  let after = following.since
  let waitMs = FIRST_WAIT_MS
  const line = { isUp: false, wasUp: false }
  const onUp = () => {
    if (line.wasUp) following.onBack()
    else following.onListening()
    line.isUp = line.wasUp = true
    waitMs = FIRST_WAIT_MS
  }

  for (;;) {
    const connection = open(access, { kinds: following.kinds ?? null, after }, onUp)
    try {
      for await (const event of connection.events) {
        after = event.cursor
        yield event
      }
    } catch (error) {
      if (error instanceof GatewayError && error.isFinal && !(await connection.isOutdated(error)))
        throw error
    }
    const reason = connection.whyEnded()
    if (!line.wasUp) throw new Error(`The events of ${access.url} cannot be followed: ${reason}.`)
    if (line.isUp) following.onLost(reason)
    line.isUp = false
    await new Promise(resolve => setTimeout(resolve, waitMs))
    waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS)
  }
}

class PatientSocket extends WebSocket {
  constructor(url: string, protocols: string[]) {
    super(url, protocols, { handshakeTimeout: CONNECT_MS })
  }
}

/** One connection: its events until it ends. `events` throws GatewayError. */
function open(
  access: Access,
  variables: { kinds: EventKind[] | null; after: string },
  onStanding: () => void,
) {
  let reason: string | undefined
  let sent: Record<string, string> | undefined
  let noPong: NodeJS.Timeout | undefined
  let socket: WebSocket | undefined
  const connect = (connectionParams: Record<string, string>) => {
    const client = createClient({
      url: `${access.url.replace(/^http/i, 'ws')}/graphql`,
      webSocketImpl: PatientSocket,
      connectionParams,
      connectionAckWaitTimeout: CONNECT_MS,
      keepAlive: PING_EVERY_MS,
      retryAttempts: 0,
      on: {
        connected: connected => {
          if (connected instanceof WebSocket) socket = connected
          onStanding()
        },
        ping: received => {
          // A peer that is gone without a goodbye, such as after this machine slept.
          if (!received) noPong = setTimeout(() => socket?.terminate(), PONG_WITHIN_MS)
        },
        pong: received => {
          if (received) clearTimeout(noPong)
        },
        error: error => {
          reason ??= wordsFor(error)
        },
        closed: event => {
          clearTimeout(noPong)
          reason ??= wordsFor(event)
          // Or the client would, after a close that counts as normal, subscribe again from where
          // this connection began.
          Promise.resolve(client.dispose()).catch(() => {})
        },
      },
    })
    return client
  }

  async function* events(): AsyncGenerator<LiveEvent> {
    try {
      sent = await access.headers()
      const live = connect(sent).iterate<Followed>({ query: print(Follow), variables })
      for await (const { data, errors } of live) {
        const refusal = refusalIn(errors, access)
        if (refusal !== undefined) throw refusal
        if (data != null) yield data.bookingEvents
      }
    } catch (error) {
      if (isClose(error) && error.code === UNAUTHORIZED) throw notTaken(access)
      if (error instanceof Unreachable) reason = error.message
      const refusal = error instanceof GatewayError ? error : refusalIn(error, access)
      if (refusal === undefined) throw error
      reason = refusal.message
      throw refusal
    }
  }

  return {
    events: events(),
    whyEnded: () => reason ?? 'the gateway ended it',
    /**
     * Whether it was refused for a login that was renewed since, or would be if the gateway
     * answered.
     */
    async isOutdated({ code }: GatewayError): Promise<boolean> {
      if (code !== 'UNAUTHENTICATED' || sent === undefined) return false
      try {
        return !isDeepStrictEqual(sent, await access.headers())
      } catch (error) {
        if (error instanceof Unreachable) return true
        throw error
      }
    },
  }
}

const isClose = (value: unknown): value is { code: number; reason: string } =>
  typeof value === 'object' &&
  value !== null &&
  'code' in value &&
  typeof value.code === 'number' &&
  'reason' in value

const ABNORMAL = 1006

function wordsFor(error: unknown): string {
  if (isClose(error)) {
    return (
      error.reason ||
      (error.code === ABNORMAL ? 'the connection broke off' : `closed with code ${error.code}`)
    )
  }
  const hasMessage = typeof error === 'object' && error !== null && 'message' in error
  // That of several addresses at once is empty.
  return (hasMessage && typeof error.message === 'string' && error.message) || 'no connection'
}
