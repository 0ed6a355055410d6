import { pino } from 'pino'
import { systemClock } from '../clock.ts'
import { readConfig } from '../config.ts'
import type { Deps } from '../context.ts'
import { connect } from '../db/client.ts'
import { migrate } from '../db/migrate.ts'
import type { Signals } from '../event-log/signals.ts'
import { placesOf } from '../live-limits.ts'
import { makeCommandLineClient } from '../oauth/command-line-client.ts'
import { limiterOf } from '../rate-limits/limiter.ts'
import { memoryStore } from '../rate-limits/store.ts'
import { rememberKey, secretKeyOf } from '../secret-key-check.ts'
import { secretsOf } from '../secrets.ts'
import { type DatabaseServer, databaseOf } from './database.ts'
import { listenForStop } from './stop-request.ts'

/**
 * Runs something with the parts of a gateway, on the database that a start with these settings
 * serves: beside the gateways that run, or without any. What it changes reaches them as the changes
 * of another gateway do.
 * @throws Error that says in a sentence what is wrong with the settings, the database or the secret
 * key.
 */
export async function withDeps<T>(
  env: Record<string, string | undefined>,
  work: (deps: Deps) => Promise<T>,
): Promise<T> {
  const config = readConfig(env)
  let server: DatabaseServer | undefined
  // Whether a signal stops the command or the second one hurries it, an embedded database that it
  // started stops too.
  const stop = listenForStop(async () => server?.stop())
  try {
    server = await databaseOf(config, { signal: stop.signal })
    await migrate(server.url)
    const secrets = secretsOf(await secretKeyOf(config, server.url))
    stop.signal.throwIfAborted()
    const database = connect(server.url, { maxConnections: 2, applicationName: 'meridian command' })
    try {
      await rememberKey(database.prisma, secrets, systemClock)
      await makeCommandLineClient(database.prisma, systemClock)
      return await work({
        db: database.prisma,
        pool: database.pool,
        clock: systemClock,
        secrets,
        signals: deaf,
        limits: limiterOf(config.limits, memoryStore(systemClock.now), systemClock.now),
        log: pino({ level: 'silent' }),
        formats: new Map(),
        whyNotReceiver: async () => 'cannot be called from here',
        readUrl: () => Promise.reject(new Error('cannot be read from here')),
        languageModel: config.languageModel,
        defaultPlan: config.defaultPlan,
        subscriptions: placesOf(0),
        stopping: new AbortController().signal,
        publicUrl: config.publicUrl ?? `http://${config.host}:${config.port}`,
      })
    } finally {
      await database.close()
    }
  } finally {
    stop.ignore()
    await server?.stop()
  }
}

/** A command is over before it could hear anything. */
const deaf: Signals = {
  on: () => () => {},
  onEvery: () => () => {},
  ring: () => {},
  isConnected: () => false,
  close: async () => {},
}
