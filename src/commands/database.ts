import type { Config } from '../config.ts'
import { startEmbedded } from '../db/embedded.ts'
import { reach } from '../db/reach.ts'

/** The database that the settings name: the operator's, or the embedded one, which starts here unless it runs. */
export async function databaseOf(
  config: Config,
  log: (message: string) => void = () => {},
): Promise<{ url: string; stop(): Promise<void> }> {
  if (config.databaseUrl === undefined) return startEmbedded({ dataDir: config.dataDir, log })
  await reach(config.databaseUrl, { patienceMs: 15_000 })
  return { url: config.databaseUrl, stop: async () => {} }
}
