import type pg from 'pg'
import { percentile, type Served } from './measure.ts'
import * as print from './print.ts'
import { seedHost, years } from './seed.ts'

const BOOKINGS = 400

/** Bookings a second: one after another, 16 at once for one host, and 16 at once for 16 hosts. */
export async function createBookings(gateway: Served, pool: pg.Pool): Promise<void> {
  console.log('Booking creation, each on a free start')
  const hosts: string[] = []
  for (let i = 0; i < 16; i++) hosts.push((await seedHost(pool, `creating${i}`, years(100))).slug)
  // Far from the seeded bookings, one start each.
  let next = Math.ceil(Date.now() / 3_600_000) + 20_000

  const measure = async (what: string, workers: number, hostOf: (worker: number) => string) => {
    const times: number[] = []
    const started = performance.now()
    await Promise.all(
      Array.from({ length: workers }, async (_, worker) => {
        for (let i = 0; i < BOOKINGS / workers; i++)
          times.push(await book(gateway, hostOf(worker), next++))
      }),
    )
    const seconds = (performance.now() - started) / 1000
    print.rate(what, { perSecond: times.length / seconds, p99Ms: percentile(times, 99) })
  }

  const [first = ''] = hosts
  await measure('warm-up', 1, () => first)
  await measure('one client', 1, () => first)
  await measure('16 clients, one host', 16, () => first)
  await measure('16 clients, 16 hosts', 16, worker => hosts[worker] ?? first)
  console.log()
}

/**
 * Books the event type of a page at an hour, counted from 1970. Returns the duration in
 * milliseconds.
 */
export async function book(gateway: Served, slug: string, hour: number): Promise<number> {
  const started = performance.now()
  const start = new Date(hour * 3_600_000).toISOString()
  const query = `mutation { book(input: { eventType: { page: "${slug}", slug: "type-1" }, start: "${start}",
    invitee: { name: "Ann", email: "p1@example.org" } }) { booking { id } } }`
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  })
  const answer = await response.text()
  if (!answer.includes('bk_')) throw new Error(answer)
  return performance.now() - started
}
