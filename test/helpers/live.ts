import { createClient } from 'graphql-ws'
import WebSocket from 'ws'

/** Follows a subscription over a real websocket. */
export interface Following {
  /** The data of the next event. Fails when none comes in time. */
  next(withinMs?: number): Promise<Record<string, unknown>>
  /** All events so far that `next` has not taken. */
  waiting(): Record<string, unknown>[]
  /** Resolves when the server ended the subscription; rejects with its error. */
  ended: Promise<void>
  stop(): Promise<void>
}

interface Options {
  headers?: Record<string, string>
  connectionParams?: Record<string, unknown>
  variables?: Record<string, unknown>
}

/** Subscribes, and answers when the server has accepted the connection. */
export async function follow(
  gatewayUrl: string,
  query: string,
  options: Options = {},
): Promise<Following> {
  const headers = options.headers ?? {}
  class Socket extends WebSocket {
    constructor(address: string, protocols: string | string[]) {
      super(address, protocols, { headers })
    }
  }
  let connected = () => {}
  const ready = new Promise<void>(resolve => {
    connected = resolve
  })
  const client = createClient({
    url: `${gatewayUrl.replace('http', 'ws')}/graphql`,
    webSocketImpl: Socket,
    retryAttempts: 0,
    lazy: false,
    // The subscription rejects with the same error.
    onNonLazyError: () => {},
    on: { connected: () => connected() },
    ...(options.connectionParams && { connectionParams: options.connectionParams }),
  })
  await ready

  const events: Record<string, unknown>[] = []
  let arrived = () => {}
  const ended = new Promise<void>((resolve, reject) => {
    client.subscribe(
      { query, variables: options.variables ?? null },
      {
        next: ({ data, errors }) => {
          if (errors !== undefined) return reject(new Error(JSON.stringify(errors)))
          events.push({ ...data })
          arrived()
        },
        error: error => reject(error instanceof Error ? error : new Error(JSON.stringify(error))),
        complete: () => resolve(),
      },
    )
  })
  ended.catch(() => {})
  // The subscribe message goes out before this; a query on the same socket is answered after it was
  // taken in.
  await new Promise<void>((resolve, reject) => {
    client.subscribe(
      { query: '{ __typename }' },
      { next: () => {}, error: reject, complete: resolve },
    )
  })

  return {
    async next(withinMs = 5_000) {
      const deadline = Date.now() + withinMs
      for (;;) {
        const event = events.shift()
        if (event !== undefined) return event
        if (Date.now() >= deadline) throw new Error(`no event within ${withinMs} ms`)
        await Promise.race([
          new Promise<void>(resolve => {
            arrived = resolve
          }),
          new Promise(resolve => setTimeout(resolve, deadline - Date.now())),
          ended.then(() => {
            throw new Error('the subscription ended')
          }),
        ])
      }
    },
    waiting: () => [...events],
    ended,
    stop: async () => {
      await client.dispose()
    },
  }
}
