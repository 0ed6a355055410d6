import type { Pool } from 'pg'
import { IDS_IN_A_SIGNAL } from '../events/log.ts'
import { notification } from '../events/signals.ts'
import type { Attempt } from './post.ts'
import type { Decision } from './retry.ts'
import type { Waiting } from './waiting.ts'

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

/** Writes attempts and what became of their deliveries, many in one statement, and signals the host. */
export async function settle(pool: Pool, hostId: number, now: Date, settled: Settled[]): Promise<void> {
  const rows = settled.map(({ delivery, body, attempt, decision }) => ({
    id: delivery.id,
    // What was sent before is stored already.
    body: delivery.body === null ? body : null,
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
    finishedAt: decision.status === 'RETRYING' ? null : now,
  }))
  const [channel, topic] = notification(`deliveries:${hostId}`)
  await pool.query({
    name: 'settle deliveries',
    text: `with settled as (
        select * from json_to_recordset($1::json) as ("id" bigint, "body" text, "number" int, "url" text,
          "startedAt" timestamptz, "durationMs" int, "responseStatus" int, "responseHeaders" jsonb, "responseBody" text,
          "problem" text, "status" "DeliveryStatus", "nextAttemptAt" timestamptz, "finishedAt" timestamptz)
      ), changed as (
        update "Delivery" d set "body" = coalesce(d."body", s."body"), "tries" = d."tries" + 1,
          "attemptCount" = greatest(d."attemptCount", s."number"),
          ${['status', 'nextAttemptAt', 'finishedAt', 'problem'].map(unlessGivenUp).join(', ')}
        from settled s where d."id" = s."id"
        returning d."id"
      ), logged as (
        insert into "DeliveryAttempt" ("deliveryId", "number", "url", "startedAt", "durationMs", "responseStatus",
          "responseHeaders", "responseBody", "problem")
        select s."id", s."number", s."url", s."startedAt", s."durationMs", s."responseStatus", s."responseHeaders",
          s."responseBody", s."problem"
        from settled s where exists (select from "Delivery" d where d."id" = s."id")
        on conflict do nothing
      )
      select pg_notify($2, $3 || ' ' || string_agg("id"::text, ','))
      from (select "id", (row_number() over () - 1) / $4::int as "part" from changed) c group by "part"`,
    values: [JSON.stringify(rows), channel, topic, IDS_IN_A_SIGNAL],
  })
}
