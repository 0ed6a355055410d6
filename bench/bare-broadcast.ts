// What the machine can do without us: a bare `ws` server that sends the body of each POST to all
// its sockets.

import { createServer } from 'node:http'
import { WebSocketServer } from 'ws'

const server = createServer(async (request, response) => {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part)
  const text = Buffer.concat(parts).toString()
  for (const client of sockets.clients) client.send(text)
  response.end()
})
const sockets = new WebSocketServer({ server })

server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (address !== null && typeof address === 'object')
    process.stdout.write(`http://127.0.0.1:${address.port}\n`)
})
