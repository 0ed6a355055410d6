// Brings a database to the schema of this version. The migrations and the table that remembers them
// are Prisma's own: `prisma migrate deploy` and `prisma migrate status` read the same history.

import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { MigrationList } from '@prisma/schema-engine-wasm'
import { Logger, runMigrations } from 'graphile-worker'
import pg from 'pg'
import { errorCode, unreachable, withClient } from './connect.ts'
import { projectRoot } from './project-root.ts'
import { withSchemaEngine } from './schema-engine.ts'

// Numbers that nobody else locks. The first is held by the gateway that migrates, the second by
// each script that runs: a server finishes the statement of a client that died.
const GATEWAY_LOCK = 7_273_414_620
const SCRIPT_LOCK = 7_273_414_621
const LOCK_POLL_MS = 100
const NO_FILTERS = { externalTables: [], externalEnums: [] }

const MIGRATIONS = join(projectRoot, 'prisma', 'migrations')
const SCHEMA = join(projectRoot, 'prisma', 'schema.prisma')

/** The log, and the folder of the migrations to apply (default: prisma/migrations). */
export interface MigrateOptions {
  log?: (message: string) => void
  migrationsDir?: string
}

/** A folder of prisma/migrations. */
interface Migration {
  name: string
  sql: string
}

/** How a database stands to the migrations of this version. */
interface History {
  /** Names that the database does not have yet, in order. */
  pending: string[]
  /** Names in the database that this version does not know. */
  unknown: string[]
  /** Names that were begun and not finished: they run now, or their gateway was killed. */
  unfinished: string[]
}

/**
 * Applies the migrations that the database does not have, in order, each in one transaction.
 * Several gateways may call it at once: one works, the others wait. When nothing is pending it
 * costs two queries. The tables of the job queue, which brings its own migrations, come with them.
 *
 * @returns the names of the migrations that were applied
 * @throws when the database cannot be reached, a migration fails or failed before, or one was
 * changed after it ran
 */
export async function migrate(
  url: string,
  { log = () => {}, migrationsDir = MIGRATIONS }: MigrateOptions = {},
): Promise<string[]> {
  const migrations = await readMigrations(migrationsDir)
  const applied = await migrateTables(url, migrations, { log, migrationsDir })
  await migrateQueue(url)
  return applied
}

/**
 * Over a pool of ours: its own it closes without waiting, so that a server that stops next would
 * break the process.
 */
async function migrateQueue(url: string): Promise<void> {
  const pgPool = new pg.Pool({ connectionString: url, max: 1 })
  pgPool.on('error', () => {})
  pgPool.on('connect', client => client.on('error', () => {}))
  try {
    await runMigrations({ pgPool, logger: new Logger(() => () => {}), noHandleSignals: true })
  } finally {
    await pgPool.end()
  }
}

async function migrateTables(
  url: string,
  migrations: Migration[],
  { log, migrationsDir }: Required<MigrateOptions>,
): Promise<string[]> {
  return connected(url, async client => {
    const before = await readHistory(client, migrations)
    if (before.unknown.length > 0) {
      log(
        `This database has migrations of a newer version of Meridian: ${before.unknown.join(', ')}`,
      )
    }
    if (before.pending.length === 0) return []
    return withMigrationLock(client, log, async () => {
      // Another process that had the lock before may have done the work.
      const history = await readHistory(client, migrations)
      if (history.pending.length === 0) return []
      const startedAt = Date.now()
      const applied = await apply(url, migrationsDir, migrations, history.unfinished)
      log(`Applied ${applied.join(', ')} in ${Date.now() - startedAt} ms`)
      return applied
    })
  })
}

/**
 * The migrations of this version that a database does not have yet. Empty: the gateway can serve.
 *
 * @throws when one failed or was changed after it ran
 */
export async function pendingMigrations(
  pool: pg.Pool,
  { migrationsDir = MIGRATIONS }: { migrationsDir?: string } = {},
): Promise<string[]> {
  return (await readHistory(pool, await readMigrations(migrationsDir))).pending
}

/**
 * The SQL that would bring a migrated database to prisma/schema.prisma: empty when they agree, else
 * the body of the next migration. Exclusion and check constraints are no part of Prisma's schema,
 * and so never of the answer.
 */
export async function schemaDifference(
  url: string,
  { schemaPath = SCHEMA }: { schemaPath?: string } = {},
): Promise<string> {
  const schema = { path: schemaPath, content: await readFile(schemaPath, 'utf8') }
  const { stdout } = await withSchemaEngine(url, engine =>
    engine.diff({
      from: { tag: 'schemaDatasource', files: [schema], configDir: dirname(schemaPath) },
      to: { tag: 'schemaDatamodel', files: [schema] },
      script: true,
      exitCode: false,
      filters: NO_FILTERS,
    }),
  )
  const sql = (stdout ?? '').trim()
  return sql === '-- This is an empty migration.' ? '' : sql
}

async function readMigrations(folder: string): Promise<Migration[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  const names = entries.filter(entry => entry.isDirectory()).map(entry => entry.name)
  return Promise.all(
    names.sort().map(async name => ({
      name,
      sql: await readFile(join(folder, name, 'migration.sql'), 'utf8'),
    })),
  )
}

async function connected<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  let isConnected = false
  try {
    return await withClient(url, client => {
      isConnected = true
      return work(client)
    })
  } catch (error) {
    throw isConnected ? error : unreachable(url, error)
  }
}

interface AppliedRow {
  migration_name: string
  checksum: string
  logs: string | null
  finished: boolean
}

async function readHistory(client: pg.Client | pg.Pool, migrations: Migration[]): Promise<History> {
  const rows = await readRows(client)
  const failed = rows.find(row => !row.finished && row.logs)
  if (failed) throw new Error(failedBefore(failed))
  const applied = new Map(
    rows.filter(row => row.finished).map(row => [row.migration_name, row.checksum]),
  )
  const changed = migrations.find(({ name, sql }) => isChanged(sql, applied.get(name)))
  if (changed) {
    throw new Error(
      `The migration ${changed.name} was changed after this database ran it. Restore its migration.sql, and put the ` +
        'change into a migration of its own.',
    )
  }
  const known = new Set(migrations.map(({ name }) => name))
  return {
    pending: migrations.map(({ name }) => name).filter(name => !applied.has(name)),
    unknown: [...applied.keys()].filter(name => !known.has(name)),
    unfinished: rows.filter(row => !row.finished).map(row => row.migration_name),
  }
}

function failedBefore({ migration_name: name, logs }: AppliedRow): string {
  return (
    `The migration ${name} failed in this database: ${withoutTrace(logs ?? '')}. Mend the cause, then run: ` +
    `delete from "_prisma_migrations" where migration_name = '${name}' and finished_at is null;`
  )
}

async function readRows(client: pg.Client | pg.Pool): Promise<AppliedRow[]> {
  try {
    const { rows } = await client.query<AppliedRow>(
      `select migration_name, checksum, logs, finished_at is not null as finished
       from "_prisma_migrations" where rolled_back_at is null order by started_at`,
    )
    return rows
  } catch (error) {
    // undefined_table: a new database.
    if (errorCode(error) === '42P01') return []
    throw error
  }
}

// Prisma takes the SHA-256 of the file, and lets a checkout with other line ends pass.
function isChanged(sql: string, checksum: string | undefined): boolean {
  const unix = sql.replaceAll('\r\n', '\n')
  const texts = [sql, unix, unix.replaceAll('\n', '\r\n')]
  return (
    checksum !== undefined &&
    !texts.some(text => createHash('sha256').update(text).digest('hex') === checksum)
  )
}

async function withMigrationLock<T>(
  client: pg.Client,
  log: (message: string) => void,
  work: () => Promise<T>,
): Promise<T> {
  await lock(client, GATEWAY_LOCK, log)
  await lock(client, SCRIPT_LOCK, log)
  await client.query('select pg_advisory_unlock($1)', [SCRIPT_LOCK])
  // Closing the connection would do as well, unless a pooler keeps it.
  return work().finally(() =>
    client.query('select pg_advisory_unlock($1)', [GATEWAY_LOCK]).catch(() => {}),
  )
}

// Asks again instead of waiting inside Postgres: a statement that waits holds a snapshot, and
// `create index concurrently` in a migration would wait for it.
async function lock(
  client: pg.Client,
  number: number,
  log: (message: string) => void,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const { rows } = await client.query<{ locked: boolean }>(
      'select pg_try_advisory_lock($1) as locked',
      [number],
    )
    if (rows[0]?.locked) return
    if (attempt === 10) log('Waiting for another gateway that applies migrations')
    await sleep(LOCK_POLL_MS)
  }
}

async function apply(
  url: string,
  folder: string,
  migrations: Migration[],
  unfinished: string[],
): Promise<string[]> {
  const lockfile = await readFile(join(folder, 'migration_lock.toml'), 'utf8').catch(() => null)
  const migrationsList: MigrationList = {
    baseDir: folder,
    lockfile: { path: 'migration_lock.toml', content: lockfile },
    shadowDbInitScript: '',
    migrationDirectories: migrations.map(({ name, sql }) => ({
      path: name,
      migrationFile: { path: 'migration.sql', content: { tag: 'ok', value: sql } },
    })),
  }
  const scripts = new Set(migrations.map(({ sql }) => sql))
  const toScript = (sql: string) => (scripts.has(sql) ? recorded(sql) : sql)
  try {
    return await withSchemaEngine(
      url,
      async engine => {
        // Nobody else runs it, and it is not recorded as done: it was rolled back with its gateway.
        for (const migrationName of unfinished)
          await engine.markMigrationRolledBack({ migrationName })
        return (await engine.applyMigrations({ migrationsList, filters: NO_FILTERS }))
          .appliedMigrationNames
      },
      { toScript },
    )
  } catch (cause) {
    const text = cause instanceof Error ? cause.message : String(cause)
    const name = /migration_name="([^"]+)"/.exec(text)?.[1]
    throw new Error(`The migration${name ? ` ${name}` : ''} failed: ${withoutTrace(text)}`, {
      cause,
    })
  }
}

// Records the end of a migration in the migration's own transaction, so that a gateway killed at
// any moment leaves it either done and recorded or not done. What runs outside of transactions
// cannot have that.
function recorded(sql: string): string {
  if (/\bconcurrently\b/i.test(sql)) return sql
  return `select pg_advisory_xact_lock(${SCRIPT_LOCK});
${sql}
;
update "_prisma_migrations" set finished_at = now() where finished_at is null and rolled_back_at is null;`
}

// The engine adds where in its own sources the error came up.
function withoutTrace(message: string): string {
  return message.replace(/\n\s+0: [\s\S]*$/, '').replaceAll('\n', ': ')
}
