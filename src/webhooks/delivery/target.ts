import type { Pool } from 'pg'
import type { HookDialect } from '../../db/generated/client/client.ts'
import type { Secrets } from '../../secrets.ts'
import type { HookOf } from '../payload-scopes.ts'
import { ahead, LONGEST_PAUSE_MS } from './retry.ts'

/** A hook as its deliveries need it. */
export interface Target extends HookOf {
  id: number
  uid: string
  /** Kinds that it is sent. */
  events: string[]
  dialect: HookDialect
  url: string
  secrets: readonly [current: string, ...previous: string[]]
  failingSince: Date | null
  lastFailedAt: Date | null
  failingMs: number
  /** Values of the client that made it. */
  metadata: unknown
  template: string | null
}

interface Row extends Omit<Target, 'secrets'> {
  encryptedSecret: Uint8Array
  encryptedPreviousSecret: Uint8Array | null
}

/**
 * SQL: whether the row `Hook h` may be sent something. A break that ends later than any can was
 * given before the clock was set back, and is over.
 */
export const isNotPaused = (now: string, longest: string): string =>
  `(h."pausedUntil" is null or h."pausedUntil" <= ${now} or h."pausedUntil" > ${longest})`

/** No break that was given now ends later. */
export const longestPause = (now: Date): Date => new Date(ahead(now).getTime() + LONGEST_PAUSE_MS)

/** The hook, when something may be sent to it now. */
export async function targetOf(
  pool: Pool,
  secrets: Secrets,
  hookId: number,
  now: Date,
): Promise<Target | undefined> {
  const { rows } = await pool.query<Row>({
    name: 'hook to deliver to',
    text: `select "id", "uid", "hostId", "dialect", "url", "failingSince", "lastFailedAt", "failingMs", "metadata",
        "payloadTemplate" as "template", "events", "platformClientId", "madeByKeyId", "madeByGrantId", "madeByFamilyId",
        "madeByClientId", "encryptedSecret",
        case when "previousSecretUntil" > $2 then "encryptedPreviousSecret" end as "encryptedPreviousSecret"
      from "Hook" h where "id" = $1 and "isActive" and ${isNotPaused('$2', '$3')}`,
    values: [hookId, now, longestPause(now)],
  })
  const [row] = rows
  if (row === undefined) return undefined
  const { encryptedSecret, encryptedPreviousSecret, ...hook } = row
  const current = secrets.decrypt(encryptedSecret)
  return {
    ...hook,
    secrets:
      encryptedPreviousSecret === null
        ? [current]
        : [current, secrets.decrypt(encryptedPreviousSecret)],
  }
}
