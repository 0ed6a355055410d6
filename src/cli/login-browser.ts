// The browser's part of a login: a page is opened in it, and it comes back to a port of this
// machine (RFC 8252 section 7.3).

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'

const PATIENCE_MS = 5 * 60_000

/** Waits on 127.0.0.1, on a port of the system's choice, for the browser to come back once. */
export interface Loopback {
  redirectUri: string
  /** The response with the state. @throws Error when none arrives within five minutes. */
  answer(state: string): Promise<Answer>
  close(): void
}

/** What the browser brought. */
export interface Answer {
  url: URL
  /** Shows the person how it ended; until then their browser waits. */
  show(words: string): Promise<void>
}

export async function listenOnLoopback(): Promise<Loopback> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the system gave no port')
  const redirectUri = `http://127.0.0.1:${address.port}/callback`

  return {
    redirectUri,
    answer: state =>
      new Promise((resolve, reject) => {
        const giveUp = setTimeout(
          () => reject(new Error('Nobody came back from the browser in time.')),
          PATIENCE_MS,
        )
        server.on('close', () => clearTimeout(giveUp))
        server.on('request', (request, response) => {
          const url = new URL(request.url ?? '/', redirectUri)
          if (url.pathname !== '/callback')
            return void show(response, 404, 'There is nothing here.')
          // Another page, or another program, can knock here too; without the state it has nothing
          // to say.
          if (url.searchParams.get('state') !== state)
            return void show(response, 400, 'This is not the login.')
          resolve({ url, show: words => show(response, 200, words) })
        })
      }),
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

async function show(response: ServerResponse, status: number, words: string): Promise<void> {
  // Closed once it is sent, or because the browser does not wait any more.
  if (response.closed) return
  const gone = once(response, 'close')
  response.writeHead(status, {
    'Content-Type': 'text/plain; charset=utf-8',
    'Cache-Control': 'no-store',
    'Referrer-Policy': 'no-referrer',
    Connection: 'close',
  })
  response.end(`${words}\n`)
  await gone
}

/** Opens a page in the person's browser, where there is a way to; nobody waits for it. */
export function openBrowser(url: string): void {
  const opener = process.platform === 'darwin' ? 'open' : 'xdg-open'
  const child = spawn(opener, [url], { stdio: 'ignore', detached: true })
  // No such program: the person has the address too.
  child.on('error', () => {})
  child.unref()
}
