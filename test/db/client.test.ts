import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { connect, type Database } from '../../src/db/client.ts'
import { reach } from '../../src/db/connect.ts'
import { freshDatabase, type TestDatabase } from '../helpers/database.ts'

let own: TestDatabase
beforeAll(async () => {
  own = await freshDatabase()
})
afterAll(() => own.drop())

describe('connect', () => {
  let database: Database
  beforeEach(() => {
    database = connect(own.url, { maxConnections: 3, applicationName: 'a test' })
  })
  afterEach(() => database.close())

  it('gives Prisma and SQL the same connections', async () => {
    await database.prisma.installation.create({
      data: { keyFingerprint: 'x', createdAt: new Date(0) },
    })
    const { rows } = await database.pool.query(
      'select "keyFingerprint", "createdAt" from "Installation"',
    )
    expect(rows).toEqual([{ keyFingerprint: 'x', createdAt: new Date(0) }])
    await Promise.all(Array.from({ length: 20 }, () => database.prisma.user.count()))
    expect(database.pool.totalCount).toBeLessThanOrEqual(3)
  })

  it('limits how long a statement and an idle transaction may last', async () => {
    const { rows } = await database.pool.query(
      `select current_setting('statement_timeout') as statement, current_setting('application_name') as name,
              current_setting('idle_in_transaction_session_timeout') as idle`,
    )
    expect(rows).toEqual([{ statement: '15s', idle: '30s', name: 'a test' }])
  })

  it('survives a second release of a client, as the job queue makes when its connection breaks while it stops', async () => {
    const release = await new Promise<() => void>((resolve, reject) =>
      database.pool.connect((error, _client, done) => (error ? reject(error) : resolve(done))),
    )
    release()
    expect(() => release()).not.toThrow()
    await database.pool.query('select 1')
    expect(database.pool.idleCount).toBe(database.pool.totalCount)
  })

  it('outlives the loss of its connections, idle or busy', async () => {
    await database.prisma.user.count()
    const busy = database.pool.query('select pg_sleep(10)')
    const lost = expect(busy).rejects.toThrow(/terminat/)
    await sleep(100)
    const other = connect(own.url)
    await other.pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'a test'`,
    )
    await lost
    await sleep(50)
    expect(await database.prisma.user.count()).toBe(0)
    await other.close()
  })

  it('rolls a transaction back when its work throws', async () => {
    const work = database.prisma.$transaction(async tx => {
      await tx.$executeRaw`create table undone (id int)`
      throw new Error('no')
    })
    await expect(work).rejects.toThrow('no')
    const { rows } = await database.pool.query(`select to_regclass('undone') as undone`)
    expect(rows).toEqual([{ undone: null }])
  })
})

describe('reach', () => {
  it('answers when the database does', async () => {
    await expect(reach(own.url)).resolves.toBeUndefined()
  })

  it('says in plain words what is wrong, never the password', async () => {
    const wrong = (change: (url: URL) => void) => {
      const url = new URL(own.url)
      url.password ||= 'a-secret-value'
      const secret = url.password
      change(url)
      return reach(url.href).then(
        () => 'reached',
        error => {
          expect(String(error)).not.toContain(secret)
          return String(error)
        },
      )
    }
    expect(await wrong(url => (url.port = '1'))).toMatch(/ECONNREFUSED.*Is the server running/)
    expect(await wrong(url => (url.pathname = '/nowhere'))).toMatch(
      /"nowhere" does not exist.*Create the database/,
    )
    expect(await wrong(url => (url.hostname = 'nowhere.invalid'))).toMatch(
      /nowhere.invalid:\d+\/.*host in DATABASE_URL/,
    )
  })

  it('waits for a server that is not up yet, as long as it may', async () => {
    const startedAt = Date.now()
    await expect(
      reach('postgresql://meridian@127.0.0.1:1/meridian', { patienceMs: 600 }),
    ).rejects.toThrow(/REFUSED/)
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(600)
  })
})
