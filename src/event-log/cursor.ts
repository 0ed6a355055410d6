import type { Pool } from 'pg'
import { ApiError, invalid } from '../errors.ts'

/** A place in the log of a host. */
export interface Place {
  /** Id of the event; 0 is the place before the first one. */
  id: bigint
  /** The end of its public id; undefined in cursors of earlier versions. */
  tag: string | undefined
}

const START: Place = { id: 0n, tag: undefined }
const TAG_LENGTH = 6
const CURSOR = /^event:(\d{1,18})(?::(\w{1,22}))?$/

/**
 * The opaque form in which clients keep their place. It has a part of the event's public id too:
 * after a restore of an older backup, ids are given again to other events.
 */
export const cursorOf = ({ id, uid }: { id: bigint; uid: string }): string =>
  encode(`event:${id}:${tagOf(uid)}`)

/** The cursor before the first event. */
export const startCursor = (): string => encode('event:0')

const encode = (text: string): string => Buffer.from(text).toString('base64url')
const tagOf = (uid: string): string => uid.slice(-TAG_LENGTH)

/**
 * Reads a cursor; `start` is the place before the first event.
 * @throws ApiError INVALID_INPUT for other texts.
 */
export function readCursor(cursor: string, path: string): Place {
  if (cursor === 'start') return START
  const [, id, tag] = CURSOR.exec(Buffer.from(cursor, 'base64url').toString()) ?? []
  if (id === undefined) throw invalid(path, 'must be the cursor of an event, or start')
  return { id: BigInt(id), tag }
}

/**
 * Makes sure that a place is in the log of a host. Otherwise events could be missed without notice:
 * those between the end of a restored backup and the place, or those of another account. The place
 * of an erased event counts.
 * @throws ApiError CURSOR_UNKNOWN.
 */
export async function requireInLog(
  pool: Pool,
  hostId: number,
  { id, tag }: Place,
  path: string,
): Promise<void> {
  if (id === 0n) return
  const { rows } = await pool.query<{
    hostId: number | null
    uid: string | null
    erased: boolean
    inside: boolean
  }>({
    name: 'place in log',
    text: `select e."hostId", e."uid", u."eventsErasedTo" >= $2 as "erased",
        exists (select from "Event" where "hostId" = $1 and "id" < $2)
          and exists (select from "Event" where "hostId" = $1 and "id" > $2) as "inside"
      from "User" u left join "Event" e on e."id" = $2 where u."id" = $1`,
    values: [hostId, id.toString()],
  })
  const [found] = rows
  const isThere =
    found?.hostId === hostId &&
    found.uid !== null &&
    (tag === undefined || tag === tagOf(found.uid))
  const wasErased = found?.hostId === null && (found.erased || found.inside)
  if (!isThere && !wasErased) throw unknownCursor(path)
}

const unknownCursor = (path: string): ApiError =>
  new ApiError(
    'CURSOR_UNKNOWN',
    'The log has no event with this cursor: it belongs to another account, its event was deleted, or the database was ' +
      'restored from an older backup. Read the current state, then follow without a cursor or from `start`.',
    { fields: [{ path, message: 'is not in the log of this account' }] },
  )
