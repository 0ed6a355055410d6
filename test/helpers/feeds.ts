import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Client, textAt } from './world.ts'

/** An empty calendar that a host follows, whose server is gone. Answers the id of the feed. */
export async function givenCalendarFeed(host: Client): Promise<string> {
  const server = createServer((_request, response) =>
    response.end('BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nEND:VCALENDAR\r\n'),
  )
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const made = await host.run(
    'mutation ($input: AddCalendarFeedInput!) { addCalendarFeed(input: $input) { feed { id } } }',
    { input: { urls: [`http://127.0.0.1:${port}/x.ics`] } },
  )
  server.closeAllConnections()
  await new Promise(resolve => server.close(resolve))
  return textAt(made, 'addCalendarFeed.feed.id')
}
