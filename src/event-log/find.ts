import type { Pool } from 'pg'
import type { LoggedEvent } from './kinds.ts'

/** A row of the table, whose id pg answers as text. */
export type Row = Omit<LoggedEvent, 'id'> & { id: string }

export const read = ({ id, ...event }: Row): LoggedEvent => ({ ...event, id: BigInt(id) })

/**
 * Events by their public ids, in the order of the log: those of a host, those of bookings of teams
 * that the host manages, those of the own event types of accounts whose organization the host
 * manages (src/teams/organization.ts), and those of accounts that a platform client of the host
 * made. Reads by the unique index on uid.
 */
export async function eventsByUid(
  pool: Pool,
  hostId: number,
  uids: string[],
): Promise<LoggedEvent[]> {
  const { rows } = await pool.query<Row>({
    name: 'events by uid',
    text: `select e.* from "Event" e where e."uid" = any($1) and (e."hostId" = $2
        or e."bookingId" in (select b."id" from "Booking" b join "TeamMember" m on m."teamId" = b."teamId"
          where b."id" = e."bookingId" and m."userId" = $2 and m."acceptedAt" is not null and m."role" in ('ADMIN', 'OWNER'))
        or (e."bookingId" is not null or e."kind" like 'EVENT\\_TYPE\\_%')
          and exists (select from "EventType" t where t."id" = e."eventTypeId" and t."teamId" is null)
          and exists (select from "TeamMember" m where m."teamId" = "organizationOf"(e."hostId") and m."userId" = $2
            and m."acceptedAt" is not null and m."role" in ('ADMIN', 'OWNER'))
        or e."hostId" in (select u."id" from "User" u join "PlatformClient" p on p."id" = u."platformClientId"
          where u."id" = e."hostId" and p."ownerId" = $2))
      order by e."id"`,
    values: [uids, hostId],
  })
  return rows.map(read)
}

/** Events by their integer ids. Reads by the primary key. */
export async function eventsById(pool: Pool, ids: bigint[]): Promise<LoggedEvent[]> {
  const { rows } = await pool.query<Row>({
    name: 'events by id',
    text: 'select * from "Event" where "id" = any($1::bigint[]) order by "id"',
    values: [ids.map(String)],
  })
  return rows.map(read)
}
