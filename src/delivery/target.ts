import type { Pool } from 'pg'
import type { HookDialect } from '../db/generated/client/client.ts'
import type { HookOf } from '../hooks/reach.ts'
import type { Secrets } from '../secrets.ts'

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
  /** Values of the client that made it. */
  metadata: unknown
  template: string | null
}

interface Row extends Omit<Target, 'secrets'> {
  encryptedSecret: Uint8Array
  encryptedPreviousSecret: Uint8Array | null
}

/** The hook, when something may be sent to it now. */
export async function targetOf(pool: Pool, secrets: Secrets, hookId: number, now: Date): Promise<Target | undefined> {
  const { rows } = await pool.query<Row>({
    name: 'hook to deliver to',
    text: `select "id", "uid", "hostId", "dialect", "url", "failingSince", "metadata", "payloadTemplate" as "template",
        "events", "platformClientId", "madeByKeyId", "madeByGrantId", "madeByFamilyId", "madeByClientId", "encryptedSecret",
        case when "previousSecretUntil" > $2 then "encryptedPreviousSecret" end as "encryptedPreviousSecret"
      from "Hook" where "id" = $1 and "isActive" and ("pausedUntil" is null or "pausedUntil" <= $2)`,
    values: [hookId, now],
  })
  const [row] = rows
  if (row === undefined) return undefined
  const { encryptedSecret, encryptedPreviousSecret, ...hook } = row
  const current = secrets.decrypt(encryptedSecret)
  return {
    ...hook,
    secrets: encryptedPreviousSecret === null ? [current] : [current, secrets.decrypt(encryptedPreviousSecret)],
  }
}
