// One Postgres for the whole run, and in it one migrated database that every test clones.
// MERIDIAN_TEST_DATABASE_URL names a server of your own instead (a role that may create databases);
// otherwise a throwaway one starts here.

import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { withClient } from '../src/db/connect.ts'
import { startEmbedded } from '../src/db/embedded.ts'
import { migrate } from '../src/db/migrate.ts'
import { identify } from '../src/db/process-life.ts'

const PREFIX = 'meridian-test-'

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await testServer()
  const template = `meridian_test_${randomBytes(4).toString('hex')}`
  await withClient(server.url, client => client.query(`create database ${template}`))
  const templateUrl = new URL(server.url)
  templateUrl.pathname = `/${template}`
  await migrate(templateUrl.href)
  project.provide('database', { serverUrl: server.url, template })
  return async () => {
    await dropAll(server.url, template)
    await server.stop()
  }
}

interface TestServer {
  url: string
  stop(): Promise<void>
}

async function testServer(): Promise<TestServer> {
  const own = process.env.MERIDIAN_TEST_DATABASE_URL
  if (own) return { url: own, stop: async () => {} }
  await stopLeftovers()
  const dataDir = await mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`))
  // As root the server runs under another account, which must get in.
  await chmod(dataDir, 0o755)
  const server = await startEmbedded({ dataDir, durable: false })
  return {
    url: server.url,
    async stop() {
      await server.stop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

// A run that was killed left its server behind.
async function stopLeftovers(): Promise<void> {
  const names = (await readdir(tmpdir())).filter(name => name.startsWith(PREFIX))
  for (const name of names.filter(name => !identify(Number(name.split('-')[2])))) {
    const dataDir = join(tmpdir(), name)
    try {
      const hasServer = await stat(join(dataDir, 'postgres', 'postmaster.pid')).catch(
        () => undefined,
      )
      if (hasServer) await (await startEmbedded({ dataDir, durable: false })).stop()
      await rm(dataDir, { recursive: true, force: true })
    } catch {
      // Another user's: theirs to clear.
    }
  }
}

/** The template and the clones that tests did not drop. */
async function dropAll(serverUrl: string, template: string): Promise<void> {
  await withClient(serverUrl, async client => {
    const { rows } = await client.query<{ datname: string }>(
      'select datname from pg_database where datname like $1',
      [`${template.replaceAll('_', '\\_')}%`],
    )
    for (const { datname } of rows)
      await client.query(`drop database if exists ${datname} with (force)`)
  })
}
