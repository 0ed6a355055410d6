import { pino } from 'pino'
import { readConfig } from '../config.ts'
import { migrate } from '../db/migrate.ts'
import { type Gateway, startGateway } from '../gateway.ts'
import { keyOfDataFolder } from '../secrets.ts'
import { databaseOf } from './database.ts'
import { findDemo, makeDemo } from './demo.ts'
import { screen } from './screen.ts'

/** How long the end may take, with that of the embedded database, in milliseconds: more than that of the gateway. */
const STOP_MS = 20_000

/** Serves until a signal ends it. */
export async function start(env: Record<string, string | undefined>): Promise<void> {
  const config = readConfig(env)
  const log = pino({ level: config.logLevel })
  const database = await databaseOf(config, message => log.info(message))
  let started: Gateway | undefined
  try {
    await migrate(database.url, { log: message => log.info(message) })
    const secretKey = config.secretKey ?? (await keyOfDataFolder(config.dataDir))
    started = await startGateway({ config, databaseUrl: database.url, secretKey, log })
    if (config.demo) await makeDemo(started.deps)
    process.stdout.write(screen(started.deps.publicUrl, config.demo ? await findDemo(started.deps) : undefined))
  } catch (error) {
    await started?.stop()
    await database.stop()
    throw portTaken(error)
      ? new Error(`Port ${config.port} on ${config.host} is taken. Choose another with PORT.`)
      : error
  }

  const gateway = started
  let stopping = false
  const stop = async () => {
    // A second signal does not wait.
    if (stopping) process.exit(1)
    stopping = true
    log.info('stopping')
    setTimeout(() => process.exit(1), STOP_MS)
    await gateway.stop()
    await database.stop()
    process.exit(0)
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
}

const portTaken = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
