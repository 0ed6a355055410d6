import type { Pool } from 'pg'
import type { LoggedEvent } from './types.ts'

/** A row of the table, whose id pg answers as text. */
export type Row = Omit<LoggedEvent, 'id'> & { id: string }

export const read = ({ id, ...event }: Row): LoggedEvent => ({ ...event, id: BigInt(id) })

/** Events of a host by their public ids, in the order of the log. Reads by the unique index on uid. */
export async function eventsByUid(pool: Pool, hostId: number, uids: string[]): Promise<LoggedEvent[]> {
  const { rows } = await pool.query<Row>({
    name: 'events by uid',
    text: 'select * from "Event" where "uid" = any($1) and "hostId" = $2 order by "id"',
    values: [uids, hostId],
  })
  return rows.map(read)
}

/** The same by their integers. Reads by the primary key. */
export async function eventsById(pool: Pool, hostId: number, ids: bigint[]): Promise<LoggedEvent[]> {
  const { rows } = await pool.query<Row>({
    name: 'events by id',
    text: 'select * from "Event" where "id" = any($1::bigint[]) and "hostId" = $2 order by "id"',
    values: [ids.map(String), hostId],
  })
  return rows.map(read)
}
