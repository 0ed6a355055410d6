// What the machine can do without us: the rows of `bookings(first: 25)`, and those of
// `GET /api/v1/bookings?limit=25` of a host in the path, from pg, in a bare node:http server.

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

const restPage = (host: string) => ({
  name: 'rest page',
  text: `select b."uid", b."status", b."startAt", b."endAt", b."timeZone", b."location", b."reason", b."cancelledAt", b."createdAt",
      b."updatedAt", e."uid" as "eventTypeUid", e."name" as "eventTypeName", e."slug", e."durationMinutes",
      i."name" as "inviteeName", i."email", i."timeZone" as "inviteeZone", i."notes", f."uid" as "fromUid"
    from "Booking" b join "EventType" e on e."id" = b."eventTypeId"
      left join lateral (select * from "Invitee" where "bookingId" = b."id" order by "id" limit 1) i on true
      left join "Booking" f on f."id" = b."rescheduledFromId"
    where b."hostId" = $1 order by b."createdAt" desc, b."id" desc limit 26`,
  values: [Number(host)],
})

const restRow = (row: Record<string, unknown>) => ({
  id: row.uid,
  status: row.status,
  event_type: {
    id: row.eventTypeUid,
    name: row.eventTypeName,
    slug: row.slug,
    duration_minutes: row.durationMinutes,
  },
  start_time: row.startAt,
  end_time: row.endAt,
  timezone: row.timeZone,
  invitee: { name: row.inviteeName, email: row.email, timezone: row.inviteeZone },
  notes: row.notes,
  location: row.location,
  cancellation_reason: row.reason,
  cancelled_at: row.cancelledAt,
  rescheduled_from: row.fromUid,
  created_at: row.createdAt,
  updated_at: row.updatedAt,
})

const server = createServer(async (request, response) => {
  response.setHeader('content-type', 'application/json')
  if (request.url === '/hello') return response.end('{"hello":"world"}')
  const [, host] = /^\/rest\/(\d+)$/.exec(request.url ?? '') ?? []
  if (host !== undefined) {
    const { rows } = await pool.query(restPage(host))
    const data = rows.slice(0, 25).map(restRow)
    return response.end(
      JSON.stringify({ data, cursor: data.at(-1)?.id, has_more: rows.length > 25 }),
    )
  }
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
  if (address !== null && typeof address === 'object')
    process.stdout.write(`http://127.0.0.1:${address.port}\n`)
})
