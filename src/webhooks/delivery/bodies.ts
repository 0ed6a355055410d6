import type { Logger } from 'pino'
import type { ExecuteDocument } from '../../graph/typed.ts'
import type { Addressee, HookFormat } from '../format.ts'
import type { Waiting } from './pending.ts'

/**
 * Events that one operation asks for: within what the graph lets one ask, whatever the dialect
 * shows of each.
 */
const AT_ONCE = 50

/** The bodies of deliveries by their ids. Events that the graph could not read are missing. */
export async function bodiesOf(
  format: HookFormat,
  execute: ExecuteDocument,
  to: Addressee,
  deliveries: readonly Waiting[],
  log: Logger,
): Promise<Map<string, string>> {
  const eventIds = deliveries.flatMap(({ body, eventUid }) =>
    body === null && eventUid !== null ? [eventUid] : [],
  )
  const ids = [...new Set(eventIds)]
  const parts = Array.from({ length: Math.ceil(ids.length / AT_ONCE) }, (_, part) =>
    readBodies(format, execute, to, ids.slice(part * AT_ONCE, (part + 1) * AT_ONCE), log),
  )
  const told = new Map((await Promise.all(parts)).flatMap(part => [...part]))
  const bodies = new Map<string, string>()
  for (const { id, body, eventUid, message } of deliveries) {
    const known = body ?? (eventUid === null ? undefined : told.get(message ?? eventUid))
    if (known !== undefined) bodies.set(id, known)
  }
  return bodies
}

/**
 * All in one operation; each by itself if that fails, so that an event which cannot be read does
 * not delay the others.
 */
async function readBodies(
  format: HookFormat,
  execute: ExecuteDocument,
  to: Addressee,
  ids: string[],
  log: Logger,
): Promise<Map<string, string>> {
  try {
    return await format.bodies(execute, ids, to)
  } catch (error) {
    if (ids.length === 1) {
      log.error({ err: error, event: ids[0] }, 'an event cannot be read for its webhooks')
      return new Map()
    }
    const each = await Promise.all(ids.map(id => readBodies(format, execute, to, [id], log)))
    return new Map(each.flatMap(map => [...map]))
  }
}
