import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A request that a receiver got. */
export interface Received {
  method: string
  path: string
  headers: Record<string, string>
  /** As it came, for signatures. */
  body: string
  json: unknown
}

/** How a receiver answers; by hand, for answers that are none. */
export type Behaviour = (
  request: Received,
  response: ServerResponse,
  incoming: IncomingMessage,
) => void

/** A real HTTP server that hooks can call. */
export interface Receiver {
  url: string
  /** The next request that nobody has taken. Fails when none comes in time. */
  next(withinMs?: number): Promise<Received>
  /** The next so many, in order. */
  take(count: number): Promise<Received[]>
  /** Waits so long, and answers what came meanwhile that was not taken. */
  more(ms: number): Promise<Received[]>
  /** All so far. */
  all: Received[]
  /** How it answers from now on. */
  answer(how: number | Behaviour): void
  close(): Promise<void>
}

/** Starts a receiver, which answers 200 until told otherwise. */
export async function givenReceiver(how: number | Behaviour = 200): Promise<Receiver> {
  let behaviour = behaviourOf(how)
  const all: Received[] = []
  let taken = 0
  let news = () => {}
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = []
    incoming.on('data', chunk => chunks.push(chunk))
    incoming.on('end', () => {
      const body = Buffer.concat(chunks).toString()
      const headers = Object.fromEntries(
        Object.entries(incoming.headers).map(([name, value]) => [
          name,
          Array.isArray(value) ? value.join() : (value ?? ''),
        ]),
      )
      const received = {
        method: incoming.method ?? '',
        path: incoming.url ?? '',
        headers,
        body,
        json: jsonOf(body),
      }
      all.push(received)
      behaviour(received, response, incoming)
      news()
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo

  async function next(withinMs = 10_000): Promise<Received> {
    const deadline = Date.now() + withinMs
    for (;;) {
      const received = all[taken]
      if (received !== undefined) {
        taken++
        return received
      }
      if (Date.now() >= deadline)
        throw new Error(`the receiver got no request within ${withinMs} ms`)
      await new Promise<void>(resolve => {
        const timer = setTimeout(resolve, deadline - Date.now())
        news = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
  }

  return {
    url: `http://127.0.0.1:${port}/hook`,
    next,
    async take(count) {
      const requests: Received[] = []
      while (requests.length < count) requests.push(await next())
      return requests
    },
    async more(ms) {
      await new Promise(resolve => setTimeout(resolve, ms))
      return all.slice(taken)
    },
    all,
    answer: how => {
      behaviour = behaviourOf(how)
    },
    async close() {
      server.closeAllConnections()
      await new Promise<void>(resolve => server.close(() => resolve()))
    },
  }
}

const behaviourOf = (how: number | Behaviour): Behaviour =>
  typeof how === 'number' ? (_request, response) => void response.writeHead(how).end() : how

function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
