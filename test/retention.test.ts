import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { retention } from '../src/retention.ts'
import { givenApp, refresh, tokensFor, tokensIn } from './helpers/oauth.ts'
import { sql } from './helpers/postgres.ts'
import {
  at,
  givenBooking,
  givenEventType,
  givenHost,
  givenWorld,
  type World,
} from './helpers/world.ts'

const DAY_MINUTES = 24 * 60

let world: World

beforeAll(async () => {
  world = await givenWorld()
})
afterAll(() => world.end())

const count = async (table: string): Promise<number> =>
  Number((await sql(world.databaseUrl, `select count(*)::int as "count" from ${table}`))[0]?.count)

/** Lets the cleaner run again and again, until the table has so many rows. */
const untilCleaned = (table: string, expected: number) =>
  vi.waitFor(
    async () => {
      world.clock.forward(10)
      expect([table, await count(table)]).toEqual([table, expected])
    },
    { timeout: 10_000, interval: 100 },
  )

it('deletes idempotency keys after 30 days, and keeps the booking', async () => {
  const host = await givenHost(world)
  const eventType = await givenEventType(host)
  const invitee = { name: 'Ann', email: 'ann@example.org', timeZone: 'UTC' }
  await givenBooking(world.visitor, eventType, '2026-03-03T10:00:00Z', {
    invitee,
    idempotencyKey: 'one',
  })
  const key = 'idempotencyKey'
  world.clock.forward(30 * DAY_MINUTES)
  await givenBooking(world.visitor, eventType, '2026-04-02T10:00:00Z', { invitee, [key]: 'two' })
  expect(await count('"IdempotencyKey"')).toBe(2)
  await untilCleaned('"IdempotencyKey"', 1)
  expect(await count('"Booking"')).toBe(2)
})

it('deletes sessions a week after they expired, more than a thousand in one go', async () => {
  await sql(
    world.databaseUrl,
    `insert into "Session" ("userId", "tokenHash", "createdAt", "expiresAt")
     select (select min("id") from "User"), sha256(n::text::bytea), $1, $1::timestamptz + n * interval '1 millisecond'
     from generate_series(1, 2500) n`,
    [world.clock.now()],
  )
  world.clock.forward(7 * DAY_MINUTES)
  await untilCleaned('"Session"', 0)
})

it('deletes jobs of the queue a week after their last attempt failed, and no other job', async () => {
  await sql(
    world.databaseUrl,
    `select graphile_worker.add_job('retired', job_key => k, max_attempts => 1, run_at => now() + interval '1 year')
     from unnest(array['failed', 'waiting']) k`,
  )
  await sql(
    world.databaseUrl,
    `update graphile_worker._private_jobs set attempts = max_attempts, updated_at = $1 where key = 'failed'`,
    [world.clock.now()],
  )
  await sql(
    world.databaseUrl,
    `update graphile_worker._private_jobs set updated_at = $1 where key = 'waiting'`,
    [world.clock.now()],
  )
  world.clock.forward(7 * DAY_MINUTES)
  await untilCleaned(`graphile_worker.jobs where task_identifier = 'retired'`, 1)
  expect(
    await sql(
      world.databaseUrl,
      `select key from graphile_worker.jobs where task_identifier = 'retired'`,
    ),
  ).toEqual([{ key: 'waiting' }])
})

it('keeps spent refresh tokens while their authorization is refreshed: one that is used again ends it', async () => {
  const host = await givenHost(world)
  const app = await givenApp(host)
  const stolen = await tokensFor(host, app)
  let tokens = stolen
  for (let time = 0; time < 3; time++) {
    tokens = tokensIn((await refresh(world.url, app, tokens.refreshToken)).body)
    world.clock.forward(50 * DAY_MINUTES)
  }
  await untilCleaned('"Session"', 0)
  for (const { refreshToken } of [stolen, tokens]) {
    expect(at((await refresh(world.url, app, refreshToken)).body, 'error')).toBe('invalid_grant')
  }
  expect(await count('"TokenFamily"')).toBe(0)
})

it.each(retention)('finds what is old in $table by an index', async ({ table, column }) => {
  const indexes = await sql(
    world.databaseUrl,
    'select indexdef from pg_indexes where tablename = $1',
    [table],
  )
  expect(
    indexes
      .map(({ indexdef }) => String(indexdef))
      .some(text => text.includes(`btree ("${column}")`)),
  ).toBe(true)
})
