import { setImmediate as nextImmediate, setTimeout as sleep } from 'node:timers/promises'
import { type Logger, pino } from 'pino'
import { type Config, readConfig } from '../config.ts'
import { migrate } from '../db/migrate.ts'
import { type Gateway, startGateway } from '../gateway.ts'
import { secretKeyOf } from '../secret-key-check.ts'
import { type DatabaseServer, databaseOf } from './database.ts'
import { findDemo, makeDemo } from './demo.ts'
import { explainedPort, requirePort } from './port.ts'
import { screen } from './screen.ts'
import { listenForStop, type StopRequest } from './stop-request.ts'

/**
 * How long the end may take, with that of the embedded database, in milliseconds: more than that of
 * the gateway.
 */
const STOP_MS = 20_000

/**
 * Serves until a signal ends it. Whatever it started is stopped again, also when the signal comes
 * during the start.
 */
export async function start(env: Record<string, string | undefined>): Promise<void> {
  const config = readConfig(env)
  const log = pino({ level: config.logLevel })
  const parts: Parts = {}
  // The second signal does not wait for requests and deliveries.
  const stop = listenForStop(async () => parts.database?.stop())
  try {
    await startParts(parts, config, log, stop)
    const reason = await stop.requested
    log.info('stopping')
    if (reason instanceof Error) throw reason
    // Ctrl-C has no load balancer that must learn of it.
    if (reason === 'SIGTERM') await leave(parts.gateway, config.stopDelayMs)
  } catch (error) {
    const reason = stop.reason()
    // What fails because a signal stopped it is no failure.
    if (typeof reason !== 'string') throw explainedPort(reason ?? error, config)
  } finally {
    // Whatever is silent does not keep the process.
    setTimeout(() => process.exit(1), STOP_MS).unref()
    // Closing the port resets connections that wait to be accepted. Between two immediates the
    // event loop accepts them.
    await nextImmediate()
    await nextImmediate()
    await parts.gateway?.stop()
    await parts.database?.stop()
  }
  process.exit(0)
}

/** What runs so far. */
interface Parts {
  database?: DatabaseServer
  gateway?: Gateway
}

async function startParts(
  parts: Parts,
  config: Config,
  log: Logger,
  { signal, fail }: StopRequest,
): Promise<void> {
  const report = (message: string) => log.info(message)
  await requirePort(config)
  const database = await databaseOf(config, { log: report, signal, onLost: fail })
  parts.database = database
  await migrate(database.url, { log: report })
  signal.throwIfAborted()
  const secretKey = await secretKeyOf(config, database.url)
  const gateway = await startGateway({
    config,
    databaseUrl: database.url,
    databaseProblems: database.problems,
    secretKey,
    log,
  })
  parts.gateway = gateway
  signal.throwIfAborted()
  if (config.demo) await makeDemo(gateway.deps)
  process.stdout.write(
    screen(gateway.deps.publicUrl, config.demo ? await findDemo(gateway.deps) : undefined),
  )
}

async function leave(gateway: Gateway | undefined, delayMs: number): Promise<void> {
  gateway?.leave()
  await sleep(delayMs)
}
