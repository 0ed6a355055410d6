// A receiver of deliveries, in a process of its own. POST /50 is answered after 50 ms; GET /1000
// waits for the 1,000th POST and answers when it came, as milliseconds since 1970.

import { createServer } from 'node:http'

const arrivals: number[] = []
const awaited = new Map<number, () => void>()

const server = createServer((request, response) => {
  const number = Number(request.url?.slice(1))
  if (request.method === 'GET') {
    const answer = () => response.end(String(arrivals[number - 1]))
    return arrivals.length >= number ? answer() : awaited.set(number, answer)
  }
  request.resume().on('end', () => {
    if (number === 0) response.end()
    else setTimeout(() => response.end(), number)
    arrivals.push(Date.now())
    awaited.get(arrivals.length)?.()
  })
})

server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (address !== null && typeof address === 'object')
    process.stdout.write(`http://127.0.0.1:${address.port}\n`)
})
