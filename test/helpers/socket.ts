import { once } from 'node:events'
import WebSocket from 'ws'
import { z } from 'zod'

const Message = z.object({
  type: z.string(),
  id: z.string().optional(),
  payload: z.unknown().optional(),
})

/** A message of the graphql-transport-ws protocol. */
export type Message = z.output<typeof Message>

/** A websocket on which a test speaks the protocol itself. */
export interface Socket {
  send(message: { type: string; id?: string; payload?: unknown }): void
  /** Sends anything. */
  sendText(text: string): void
  /** The next message of the server, but for its pings. */
  next(withinMs?: number): Promise<Message>
  /** The next message about an operation. */
  nextOf(id: string, withinMs?: number): Promise<Message>
  /** Takes those about an operation that have come already. */
  waiting(id: string): Message[]
  /** How the connection ended. */
  closed: Promise<{ code: number; reason: string }>
  /** Stops reading from the connection, and goes on. */
  pause(): void
  resume(): void
  /** Breaks the connection off, without a goodbye. */
  kill(): void
  close(): Promise<void>
}

/** Opens a socket; with `init` it is acknowledged already. */
export async function openSocket(
  gatewayUrl: string,
  { headers = {}, init }: { headers?: Record<string, string>; init?: Record<string, unknown> } = {},
): Promise<Socket> {
  const socket = new WebSocket(
    `${gatewayUrl.replace('http', 'ws')}/graphql`,
    'graphql-transport-ws',
    { headers },
  )
  const messages: Message[] = []
  let arrived = () => {}
  socket.on('message', data => {
    messages.push(Message.parse(JSON.parse(String(data))))
    arrived()
  })
  socket.on('error', () => {})
  const closed = new Promise<{ code: number; reason: string }>(resolve => {
    socket.on('close', (code, reason) => {
      resolve({ code, reason: String(reason) })
      arrived()
    })
  })
  await once(socket, 'open')

  async function take(fits: (message: Message) => boolean, withinMs = 5_000): Promise<Message> {
    const deadline = Date.now() + withinMs
    for (;;) {
      const index = messages.findIndex(fits)
      if (index >= 0) return messages.splice(index, 1)[0] ?? { type: 'none' }
      if (socket.readyState === WebSocket.CLOSED) throw new Error('the socket is closed')
      if (Date.now() >= deadline) throw new Error(`no message within ${withinMs} ms`)
      await new Promise<void>(resolve => {
        const timer = setTimeout(resolve, deadline - Date.now())
        arrived = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
  }

  const opened: Socket = {
    send: message => socket.send(JSON.stringify(message)),
    sendText: text => socket.send(text),
    next: withinMs => take(() => true, withinMs),
    nextOf: (id, withinMs) => take(message => message.id === id, withinMs),
    waiting(id) {
      const found = messages.filter(message => message.id === id)
      for (const message of found) messages.splice(messages.indexOf(message), 1)
      return found
    },
    closed,
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    kill: () => socket.terminate(),
    async close() {
      socket.close()
      await closed
    },
  }
  if (init !== undefined) {
    opened.send({ type: 'connection_init', payload: init })
    const ack = await opened.next()
    if (ack.type !== 'connection_ack') throw new Error(`was not acknowledged: ${ack.type}`)
  }
  return opened
}

/** Runs one operation on a socket of its own, and answers what a client sees first of it. */
export async function overSocket(
  gatewayUrl: string,
  payload: { query: string; variables?: unknown; operationName?: string },
  options: { headers?: Record<string, string>; init?: Record<string, unknown> } = {},
): Promise<unknown> {
  const socket = await openSocket(gatewayUrl, { init: {}, ...options })
  try {
    socket.send({ type: 'subscribe', id: '1', payload })
    const { type, payload: answer } = await socket.nextOf('1')
    return type === 'error' ? { errors: answer } : answer
  } finally {
    await socket.close()
  }
}
