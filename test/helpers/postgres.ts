import { inject } from 'vitest'
import { withClient } from '../../src/db/connect.ts'

/** Runs a statement on the database of a test, past the product. */
export async function sql(
  databaseUrl: string,
  text: string,
  values: unknown[] = [],
): Promise<Record<string, unknown>[]> {
  return withClient(databaseUrl, async client => (await client.query(text, values)).rows)
}

/** Every row of every table, as text: to see that nothing changed. */
export async function everything(databaseUrl: string): Promise<Record<string, string[]>> {
  return withClient(databaseUrl, async client => {
    const { rows: tables } = await client.query<{ name: string }>(
      "select table_name as name from information_schema.tables where table_schema = 'public' order by 1",
    )
    const dump: Record<string, string[]> = {}
    for (const { name } of tables) {
      const { rows } = await client.query<{ row: string }>(
        `select t::text as row from "${name}" t order by 1`,
      )
      dump[name] = rows.map(({ row }) => row)
    }
    return dump
  })
}

/**
 * Runs something while a lock keeps every reader of a table waiting; answers when the lock is gone.
 */
export async function whileLocked(
  databaseUrl: string,
  table: string,
  work: () => Promise<void>,
): Promise<void> {
  await withClient(databaseUrl, async client => {
    await client.query('begin')
    await client.query(`lock table "${table}" in access exclusive mode`)
    await work()
    await client.query('rollback')
  })
}

/**
 * Ends connections of the database, all or those of one application. Answers how many there were.
 */
export async function cutConnections(databaseUrl: string, application?: string): Promise<number> {
  const [row] = await sql(
    inject('database').serverUrl,
    `select count(pg_terminate_backend(pid))::int as cut from pg_stat_activity
     where datname = $1 and ($2::text is null or application_name = $2)`,
    [nameOf(databaseUrl), application ?? null],
  )
  return Number(row?.cut)
}

/** How many connections of an application the database has. */
export async function countConnections(databaseUrl: string, application: string): Promise<number> {
  const [row] = await sql(
    inject('database').serverUrl,
    'select count(*)::int as open from pg_stat_activity where datname = $1 and application_name = $2',
    [nameOf(databaseUrl), application],
  )
  return Number(row?.open)
}

/** Shuts everyone out of the database, or lets them in again. */
export async function allowConnections(databaseUrl: string, allowed: boolean): Promise<void> {
  await sql(
    inject('database').serverUrl,
    `alter database ${nameOf(databaseUrl)} allow_connections ${allowed}`,
  )
  if (!allowed) await cutConnections(databaseUrl)
}

const nameOf = (databaseUrl: string): string => new URL(databaseUrl).pathname.slice(1)
