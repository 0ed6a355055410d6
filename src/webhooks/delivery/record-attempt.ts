import type { Pool } from 'pg'
import { IDS_IN_A_SIGNAL } from '../../event-log/log.ts'
import { notification } from '../../event-log/signals.ts'
import type { Waiting } from './pending.ts'
import type { Attempt } from './post.ts'
import type { Decision } from './retry.ts'

/** An attempt that was made, and where its delivery stands now. */
export interface Settled {
  delivery: Waiting
  body: string | null
  attempt: Attempt
  decision: Decision
}

/** What was given up while the attempt was under way stays so, unless its receiver took it. */
const unlessGivenUp = (column: string): string =>
  `"${column}" = case when d."status" in ('PENDING', 'RETRYING') or s."status" = 'DELIVERED' then s."${column}" else d."${column}" end`

/**
 * Writes attempts and what became of their deliveries, many in one statement, and signals the host.
 * Where somebody was erased since the delivery was read, nothing of what was said is written: the
 * update looks at the row under its lock, which an erasure takes too.
 */
export async function settle(
  pool: Pool,
  hostId: number,
  now: Date,
  settled: Settled[],
): Promise<void> {
  const rows = settled.map(({ delivery, body, attempt, decision }) => ({
    id: delivery.id,
    // What was sent before is stored already.
    body: delivery.body === null ? body : null,
    erasures: delivery.erasures,
    number: delivery.attemptCount + 1,
    url: attempt.url,
    startedAt: attempt.startedAt,
    durationMs: attempt.durationMs,
    responseStatus: attempt.answer?.status ?? null,
    responseHeaders: attempt.answer?.headers ?? null,
    responseBody: attempt.answer?.body ?? null,
    problem: attempt.problem ?? null,
    status: decision.status,
    nextAttemptAt: decision.status === 'RETRYING' ? decision.nextAttemptAt : null,
    holdsBack: decision.status !== 'RETRYING' || decision.holdsBack,
    isOutOfOrder: delivery.isOutOfOrder,
    finishedAt: decision.status === 'RETRYING' ? null : now,
  }))
  const [channel, topic] = notification(`deliveries:${hostId}`)
  await pool.query({
    name: 'settle deliveries',
    text: `with settled as (
        select * from json_to_recordset($1::json) as ("id" bigint, "body" text, "erasures" int, "number" int, "url" text,
          "startedAt" timestamptz, "durationMs" int, "responseStatus" int, "responseHeaders" jsonb, "responseBody" text,
          "problem" text, "status" "DeliveryStatus", "nextAttemptAt" timestamptz, "finishedAt" timestamptz,
          "holdsBack" boolean, "isOutOfOrder" boolean)
      ), changed as (
        update "Delivery" d set
          "body" = case when d."erasures" = s."erasures" then coalesce(d."body", s."body") else d."body" end,
          "tries" = d."tries" + 1,
          "attemptedAt" = $5,
          "isOutOfOrder" = d."isOutOfOrder" or s."isOutOfOrder",
          "attemptCount" = greatest(d."attemptCount", s."number"),
          ${['status', 'nextAttemptAt', 'finishedAt', 'problem', 'holdsBack'].map(unlessGivenUp).join(', ')}
        from settled s where d."id" = s."id"
        returning d."id", d."erasures" = s."erasures" as "isWhole"
      ), logged as (
        insert into "DeliveryAttempt" ("deliveryId", "number", "url", "startedAt", "durationMs", "responseStatus",
          "responseHeaders", "responseBody", "problem")
        select s."id", s."number", s."url", s."startedAt", s."durationMs", s."responseStatus",
          case when c."isWhole" then s."responseHeaders" end, case when c."isWhole" then s."responseBody" end, s."problem"
        from settled s join changed c on c."id" = s."id"
        on conflict do nothing
      )
      select pg_notify($2, $3 || ' ' || string_agg("id"::text, ','))
      from (select "id", (row_number() over () - 1) / $4::int as "part" from changed) c group by "part"`,
    values: [JSON.stringify(rows), channel, topic, IDS_IN_A_SIGNAL, now],
  })
}
