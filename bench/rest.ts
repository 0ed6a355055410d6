import type pg from 'pg'
import { compare, type Served, serve } from './measure.ts'
import * as print from './print.ts'
import { type Seeded, seedHost, years } from './seed.ts'

// An account makes 1,000 requests a minute: so many of them that the limit, which is on, holds
// none.
const HOSTS = 100
const BOOKINGS = 100

/**
 * A page of bookings over REST, beside the same rows from bare pg and node:http; each request is of
 * the next account.
 */
export async function rest(
  gateway: Served,
  pool: pg.Pool,
  databaseUrl: string,
  bareServer: string,
) {
  const hosts: Seeded[] = []
  for (let index = 0; index < HOSTS; index++)
    hosts.push(await seedHost(pool, `rest${index}`, years(BOOKINGS)))
  const bare = await serve(bareServer, [], { DATABASE_URL: databaseUrl })
  try {
    console.log(
      `GET /api/v1/bookings?limit=25, ${HOSTS} accounts of ${BOOKINGS} bookings, 16 connections`,
    )
    const rates = await compare({
      rows: { url: bare.url, turns: hosts.map(({ hostId }) => ({ path: `/rest/${hostId}` })) },
      gateway: {
        url: gateway.url,
        turns: hosts.map(({ apiKey }) => ({
          path: '/api/v1/bookings?limit=25',
          headers: { authorization: `Bearer ${apiKey}` },
        })),
      },
    })
    print.rate('bare pg rows', rates.rows)
    print.rate('gateway', rates.gateway)
    print.ratio('gateway / bare pg rows', rates.gateway.perSecond / rates.rows.perSecond)
    console.log()
  } finally {
    await bare.stop()
  }
}
