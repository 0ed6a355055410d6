import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/** A connection through the proxy. */
interface Line {
  /** What it is called in `pg_stat_activity`. */
  name: string
  isSilent: boolean
}

/**
 * A network before a server, such as a database, that can lose packets while sockets stay open, and
 * cut connections.
 */
export interface LossyNetwork {
  /** Of the server, through the proxy. */
  url: string
  /**
   * Loses everything of the connections that are open and have one of the names, from now on and in
   * both directions. Returns how many.
   */
  silence(name?: string): number
  /**
   * Loses everything of the connections of this name, also of new ones, until the returned function
   * is called.
   */
  lose(name: string): () => void
  /**
   * Loses everything of the next connection that sends the text, this text included. Resolves then.
   */
  silenceAt(text: string): Promise<void>
  /** Cuts the connections that are open. Returns how many. */
  cut(): number
  end(): Promise<void>
}

/** Starts a proxy before a server. */
export async function givenProxy(serverUrl: string): Promise<LossyNetwork> {
  const { hostname, port } = new URL(serverUrl)
  const lines = new Set<Line>()
  const sockets = new Set<Socket>()
  const lost = new Set<string>()
  let trap: { text: string; sprung(): void } | undefined

  const server = createServer({ allowHalfOpen: true }, client => {
    const upstream = connect({ host: hostname, port: Number(port), allowHalfOpen: true })
    const line: Line = { name: '', isSilent: false }
    lines.add(line)
    const link = (from: Socket, to: Socket, seen: (chunk: Buffer) => void) => {
      sockets.add(from)
      from.on('data', chunk => {
        seen(chunk)
        if (!line.isSilent) to.write(chunk)
      })
      from.on('end', () => {
        if (!line.isSilent) to.end()
      })
      from.on('error', () => {})
      from.on('close', () => {
        sockets.delete(from)
        lines.delete(line)
        if (!line.isSilent) to.destroy()
      })
    }
    link(client, upstream, chunk => {
      const text = chunk.toString('latin1')
      if (line.name === '') line.name = /application_name\0([^\0]+)\0/.exec(text)?.[1] ?? ''
      if (lost.has(line.name)) line.isSilent = true
      if (trap !== undefined && text.includes(trap.text)) {
        line.isSilent = true
        trap.sprung()
        trap = undefined
      }
    })
    link(upstream, client, () => {})
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port')
  const url = new URL(serverUrl)
  url.hostname = '127.0.0.1'
  url.port = String(address.port)

  return {
    url: url.href,
    silence(name) {
      const chosen = [...lines].filter(
        line => !line.isSilent && (name === undefined || line.name === name),
      )
      for (const line of chosen) line.isSilent = true
      return chosen.length
    },
    lose(name) {
      lost.add(name)
      for (const line of lines) if (line.name === name) line.isSilent = true
      return () => void lost.delete(name)
    },
    silenceAt: text =>
      new Promise(sprung => {
        trap = { text, sprung }
      }),
    cut() {
      const open = lines.size
      for (const socket of sockets) socket.destroy()
      return open
    },
    async end() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
