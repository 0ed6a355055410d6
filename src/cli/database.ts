import type { Config } from '../config.ts'
import { reach } from '../db/connect.ts'
import { type EmbeddedOptions, type EmbeddedServer, startEmbedded } from '../db/embedded.ts'

/** The database server that this process uses. */
export type DatabaseServer = EmbeddedServer

/**
 * The database that the settings name: the operator's, or the embedded one, which starts here
 * unless it runs.
 */
export async function databaseOf(
  config: Config,
  options: Pick<EmbeddedOptions, 'log' | 'signal' | 'onLost'>,
): Promise<DatabaseServer> {
  if (config.databaseUrl === undefined)
    return startEmbedded({ ...options, dataDir: config.dataDir, restarts: config.databaseRestarts })
  await reach(config.databaseUrl, {
    patienceMs: 15_000,
    ...(options.signal && { signal: options.signal }),
  })
  return { url: config.databaseUrl, problems: async () => [], stop: async () => {} }
}
