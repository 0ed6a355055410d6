import { createServer } from 'node:net'
import type { Config } from '../config.ts'

const reasons: Record<string, (address: string) => string> = {
  EADDRINUSE: address => `PORT: ${address} is taken by another program; choose another port.`,
  EACCES: address =>
    `PORT: ${address} needs privileges that this user lacks; choose a port above 1023.`,
  EADDRNOTAVAIL: address =>
    `HOST: ${address} is not an address of this machine; use one of its addresses, or 0.0.0.0.`,
  ENOTFOUND: address =>
    `HOST: ${address} is not a name that can be resolved; use an address of this machine, or 0.0.0.0.`,
}

/**
 * An error of listening in a line that names the setting and what is allowed; other errors as they
 * are.
 */
export function explainedPort(
  error: unknown,
  { port, host }: Pick<Config, 'port' | 'host'>,
): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const reason = reasons[code]?.(`${host}:${port}`)
  return reason === undefined ? error : new Error(reason)
}

/**
 * Listens on the port for a moment, so that one that cannot be used is reported before the database
 * starts.
 * @throws Error as `explainedPort`.
 */
export async function requirePort(config: Pick<Config, 'port' | 'host'>): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const server = createServer()
    server.once('error', error => reject(explainedPort(error, config)))
    server.listen(config.port, config.host, () => server.close(() => resolve()))
  })
}
