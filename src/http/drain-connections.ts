import type { Server, ServerResponse } from 'node:http'
import { type Socket, Server as TcpServer } from 'node:net'

/**
 * How long a connection on which no request has come may still bring one, from when it was opened.
 */
const FIRST_REQUEST_MS = 1_000
const SWEEP_MS = 50

/** Ends the connections of a server without cutting off a request. */
export interface Drain {
  /** From now on each answer ends its connection. New ones are still accepted. */
  leave(): void
  /**
   * Stops accepting connections, and resolves when none is left: those that were just opened get
   * the time to send their request, those with a request get the answer, and those between two
   * requests are closed.
   *
   * @param giveUpMs after this many milliseconds the rest is cut off
   */
  close(giveUpMs: number): Promise<void>
}

/**
 * Watches the connections of a server. Call it before the first one. The server needs another
 * listener for upgrades: with the one here, Node no longer takes them for ordinary requests.
 */
export function drainOf(server: Server): Drain {
  /** When each connection on which no request has come was opened. */
  const unused = new Map<Socket, number>()
  /** Those on which requests come. */
  const used = new Map<Socket, Set<ServerResponse>>()
  /** Upgraded ones, whose protocol ends them. */
  const upgraded = new Set<Socket>()
  let isLeaving = false

  server.on('connection', (socket: Socket) => {
    unused.set(socket, performance.now())
    socket.once('close', () => {
      unused.delete(socket)
      used.delete(socket)
      upgraded.delete(socket)
    })
  })
  server.on('request', ({ socket }, response) => {
    unused.delete(socket)
    const responses = used.get(socket) ?? new Set()
    used.set(socket, responses.add(response))
    if (isLeaving) response.shouldKeepAlive = false
    response.once('close', () => responses.delete(response))
  })
  server.on('upgrade', ({ socket }) => {
    unused.delete(socket)
    used.delete(socket)
    upgraded.add(socket)
  })

  function leave(): void {
    isLeaving = true
    for (const responses of used.values())
      for (const response of responses) response.shouldKeepAlive = false
  }

  function sweep(): void {
    for (const [socket, responses] of used) if (responses.size === 0) socket.end()
    for (const [socket, openedAt] of unused)
      if (performance.now() - openedAt > FIRST_REQUEST_MS) socket.end()
  }

  return {
    leave,
    async close(giveUpMs) {
      leave()
      const closed = new Promise<void>(resolve => {
        // The method of the HTTP server would also destroy the connections that were just opened.
        TcpServer.prototype.close.call(server, () => resolve())
      })
      const sweeping = setInterval(sweep, SWEEP_MS)
      const givingUp = setTimeout(() => {
        server.closeAllConnections()
        for (const socket of upgraded) socket.destroy()
      }, giveUpMs)
      await closed
      clearInterval(sweeping)
      clearTimeout(givingUp)
    },
  }
}
