// What the machine can do without us: the same rows as `bookings(first: 25)`, from pg, in a bare node:http server.

import { createServer } from 'node:http'
import pg from 'pg'

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 20 })
const hostId = Number(process.env.HOST_ID)

const page = {
  name: 'page',
  text: `select b."uid", b."status", b."startAt", b."endAt", b."timeZone", e."uid" as "eventTypeUid", e."name" as "eventTypeName",
      e."slug", e."durationMinutes", u."uid" as "hostUid", u."name" as "hostName", u."timeZone" as "hostZone"
    from "Booking" b join "EventType" e on e."id" = b."eventTypeId" join "User" u on u."id" = b."hostId"
    where b."hostId" = $1 order by b."startAt", b."id" limit 25`,
  values: [hostId],
}

const server = createServer(async (request, response) => {
  response.setHeader('content-type', 'application/json')
  if (request.url === '/hello') return response.end('{"hello":"world"}')
  const { rows } = await pool.query(page)
  const edges = rows.map(row => ({
    cursor: row.uid,
    node: {
      id: row.uid,
      status: row.status,
      start: row.startAt,
      end: row.endAt,
      timeZone: row.timeZone,
      eventType: {
        id: row.eventTypeUid,
        name: row.eventTypeName,
        slug: row.slug,
        durationMinutes: row.durationMinutes,
      },
      hosts: [{ id: row.hostUid, name: row.hostName, timeZone: row.hostZone }],
    },
  }))
  response.end(JSON.stringify({ data: { bookings: { edges } } }))
})

server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (address !== null && typeof address === 'object') process.stdout.write(`http://127.0.0.1:${address.port}\n`)
})
