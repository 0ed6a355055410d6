import { pino } from 'pino'
import { countAttempts } from '../accounts/guessing.ts'
import { systemClock } from '../clock.ts'
import { readConfig } from '../config.ts'
import type { Deps } from '../context.ts'
import { connect } from '../db/client.ts'
import { migrate } from '../db/migrate.ts'
import type { Signals } from '../events/signals.ts'
import { rememberKey } from '../installation.ts'
import { makeCommandLineClient } from '../oauth/command-line-client.ts'
import { placesOf } from '../places.ts'
import { keyOfDataFolder, secretsOf } from '../secrets.ts'
import { databaseOf } from './database.ts'

/**
 * Runs something with the parts of a gateway, on the database that a start with these settings serves: beside the gateways
 * that run, or without any. What it changes reaches them as the changes of another gateway do.
 * @throws Error that says in a sentence what is wrong with the settings, the database or the secret key.
 */
export async function withDeps<T>(
  env: Record<string, string | undefined>,
  work: (deps: Deps) => Promise<T>,
): Promise<T> {
  const config = readConfig(env)
  const server = await databaseOf(config)
  try {
    await migrate(server.url)
    const secrets = secretsOf(config.secretKey ?? (await keyOfDataFolder(config.dataDir)))
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
        attempts: countAttempts(),
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
    await server.stop()
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
