import { createHash } from 'node:crypto'
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { withClient } from '../../src/db/connect.ts'
import { migrate, pendingMigrations, schemaDifference } from '../../src/db/migrate.ts'
import { projectRoot } from '../../src/db/project-root.ts'
import { emptyDatabase, freshDatabase, type TestDatabase } from '../helpers/database.ts'
import { newHome } from './gateways.ts'

const FIRST = `-- A comment; with a semicolon.
create table host (id int primary key);
create function one() returns int language plpgsql as $$ begin return 1; end $$;
`

let database: TestDatabase
let migrationsDir: string
beforeEach(async () => {
  database = await emptyDatabase()
  migrationsDir = await mkdtemp(join(tmpdir(), 'meridian-migrations-'))
  await writeMigration('1_first', FIRST)
})
afterEach(async () => {
  await database.drop()
  await rm(migrationsDir, { recursive: true })
})

async function writeMigration(name: string, sql: string): Promise<void> {
  await mkdir(join(migrationsDir, name), { recursive: true })
  await writeFile(join(migrationsDir, name, 'migration.sql'), sql)
}

async function ask(sql: string): Promise<unknown[]> {
  return withClient(
    database.url,
    async client => (await client.query<Record<string, unknown>>(sql)).rows,
  )
}

describe('migrate', () => {
  it('applies what is new, in order, and remembers it as Prisma does', async () => {
    await writeMigration('2_second', 'insert into host values (one());')
    expect(await migrate(database.url, { migrationsDir })).toEqual(['1_first', '2_second'])
    expect(await ask('select id from host')).toEqual([{ id: 1 }])
    const [row] = await ask('select * from "_prisma_migrations" order by started_at limit 1')
    expect(row).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      checksum: createHash('sha256').update(FIRST).digest('hex'),
      migration_name: '1_first',
      started_at: expect.any(Date),
      finished_at: expect.any(Date),
      rolled_back_at: null,
      applied_steps_count: 1,
      logs: null,
    })
  })

  it('does nothing the second time', async () => {
    await migrate(database.url, { migrationsDir })
    const before = await ask('select * from "_prisma_migrations"')
    expect(await migrate(database.url, { migrationsDir })).toEqual([])
    expect(await ask('select * from "_prisma_migrations"')).toEqual(before)
  })

  it('lets one of five gateways work while the others wait', async () => {
    const results = await Promise.all(
      Array.from({ length: 5 }, () => migrate(database.url, { migrationsDir })),
    )
    expect(results.flat()).toEqual(['1_first'])
    expect(await ask('select count(*)::int as count from "_prisma_migrations"')).toEqual([
      { count: 1 },
    ])
  })

  it('refuses a migration that was changed after it ran', async () => {
    await migrate(database.url, { migrationsDir })
    await writeMigration('1_first', `${FIRST}-- changed`)
    await expect(migrate(database.url, { migrationsDir })).rejects.toThrow(
      'The migration 1_first was changed after this database ran it.',
    )
  })

  it('takes other line ends for the same migration', async () => {
    await migrate(database.url, { migrationsDir })
    await writeMigration('1_first', FIRST.replaceAll('\n', '\r\n'))
    expect(await migrate(database.url, { migrationsDir })).toEqual([])
  })

  it('leaves nothing of a migration that fails, and says how to go on', async () => {
    await writeMigration('2_second', 'create table guest (id int);\ncreate table host (id int);')
    await expect(migrate(database.url, { migrationsDir })).rejects.toThrow(
      /The migration 2_second failed: .*relation "host" already exists$/,
    )
    expect(await ask(`select to_regclass('guest') as guest`)).toEqual([{ guest: null }])

    const again = await migrate(database.url, { migrationsDir }).catch(String)
    expect(again).toContain('The migration 2_second failed in this database')
    await ask(/run: (delete .*;)/.exec(String(again))?.[1] ?? '')
    await writeMigration('2_second', 'create table guest (id int);')
    expect(await migrate(database.url, { migrationsDir })).toEqual(['2_second'])
  })

  it('warns when the database is ahead', async () => {
    await writeMigration('2_second', 'create table guest (id int);')
    await migrate(database.url, { migrationsDir })
    await rm(join(migrationsDir, '2_second'), { recursive: true })
    const lines: string[] = []
    expect(await migrate(database.url, { migrationsDir, log: line => lines.push(line) })).toEqual(
      [],
    )
    expect(lines).toEqual(['This database has migrations of a newer version of Meridian: 2_second'])
  })

  it('finishes or repeats the migration of a gateway that was killed', async () => {
    await writeMigration('2_second', 'select pg_sleep(1);\ncreate table guest (id int);')
    const home = await newHome()
    await cp(join(projectRoot, 'prisma'), join(home.folder, 'prisma'), { recursive: true })
    const gateway = home.start('migrate', [database.url, migrationsDir])
    while (!(await isSleeping())) await sleep(20)
    await gateway.kill()
    await migrate(database.url, { migrationsDir })
    expect(await ask(`select to_regclass('guest')::text as guest`)).toEqual([{ guest: 'guest' }])
    expect(await migrate(database.url, { migrationsDir })).toEqual([])
    await home.clear()
  })

  it('repeats a migration whose transaction went down with the server', async () => {
    await migrate(database.url, { migrationsDir })
    await writeMigration('2_second', 'create table guest (id int);')
    await ask(
      `insert into "_prisma_migrations" (id, checksum, migration_name) values (gen_random_uuid(), 'x', '2_second')`,
    )
    expect(await migrate(database.url, { migrationsDir })).toEqual(['2_second'])
  })

  it('can build an index concurrently while another gateway waits', async () => {
    await writeMigration('2_second', 'create index concurrently host_id on host (id);')
    const results = await Promise.all(
      Array.from({ length: 3 }, () => migrate(database.url, { migrationsDir })),
    )
    expect(results.flat()).toEqual(['1_first', '2_second'])
  })

  it('says which database does not answer, without its password', async () => {
    const url = 'postgresql://meridian:secret@127.0.0.1:1/meridian'
    const message = await migrate(url).catch(String)
    expect(message).toMatch(/The database at 127.0.0.1:1\/meridian cannot be used: .*ECONNREFUSED/)
    expect(message).not.toContain('secret')
  })

  async function isSleeping(): Promise<boolean> {
    const rows = await ask(
      `select 1 from pg_stat_activity where query like '%pg_sleep(1)%' and state = 'active' and pid <> pg_backend_pid()`,
    )
    return rows.length > 0
  }
})

describe('the migrations of this version', () => {
  const databases: TestDatabase[] = []
  afterAll(() => Promise.all(databases.map(({ drop }) => drop())))

  it('lead to the schema in prisma/schema.prisma', async () => {
    const migrated = await freshDatabase()
    databases.push(migrated)
    expect(await schemaDifference(migrated.url)).toBe('')
  })

  it('are not all there in an empty database, and all in a migrated one', async () => {
    const migrated = await freshDatabase()
    databases.push(migrated)
    for (const { url, pending } of [
      { url: database.url, pending: ['20261121000000_init'] },
      { url: migrated.url, pending: [] },
    ]) {
      const pool = new pg.Pool({ connectionString: url })
      expect((await pendingMigrations(pool)).slice(0, 1)).toEqual(pending)
      await pool.end()
    }
  })
})

describe('schemaDifference', () => {
  it('answers the SQL of the next migration', async () => {
    const schemaPath = join(migrationsDir, 'schema.prisma')
    const schema = await readFile(join(projectRoot, 'prisma', 'schema.prisma'), 'utf8')
    await writeFile(schemaPath, `${schema}\nmodel Extra {\n  id Int @id\n}\n`)
    const migrated = await freshDatabase()
    expect(await schemaDifference(migrated.url, { schemaPath })).toContain('CREATE TABLE "Extra"')
    await migrated.drop()
  })
})
