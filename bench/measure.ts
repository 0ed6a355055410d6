import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import autocannon from 'autocannon'

const CONNECTIONS = 16
const SECONDS = Number(process.env.BENCH_SECONDS ?? 4)
const ROUNDS = 3
const TELL_MEMORY = join(dirname(fileURLToPath(import.meta.url)), 'report-usage.js')

/** What a process uses: bytes, and CPU time since its start in milliseconds. */
export interface Memory {
  rss: number
  heapUsed: number
  cpuMs: number
  /**
   * The longest delay of its event loop since it was asked before, in milliseconds; 0 when it was
   * not asked.
   */
  loopDelayMs: number
}

/** A server in a process of its own. */
export interface Served {
  url: string
  /**
   * @param collected whether garbage is collected first, so that the heap has what is held and no
   * more
   */
  memory(how: { collected: boolean; loopDelay?: boolean }): Promise<Memory>
  stop(): Promise<void>
}

/**
 * Starts a program that prints its address, with the memory of `npm start`, and waits for the line
 * that has it.
 */
export async function serve(
  script: string,
  args: string[],
  env: Record<string, string>,
): Promise<Served> {
  const options = ['--max-semi-space-size=64', '--expose-gc', `--import=${TELL_MEMORY}`]
  const child: ChildProcess = spawn(process.execPath, [...options, script, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  if (child.stdout === null) throw new Error(`${script} has no output`)
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0]
    if (url === undefined) continue
    child.stdout.resume()
    return {
      url,
      async memory(how) {
        child.send(how)
        const [memory]: Memory[] = await once(child, 'message')
        if (memory === undefined) throw new Error(`${script} does not report its memory`)
        return memory
      },
      async stop() {
        child.kill('SIGTERM')
        if (child.exitCode === null) await once(child, 'exit')
      },
    }
  }
  throw new Error(`${script} ended before it served`)
}

/** What is sent. */
export interface Load {
  url: string
  headers?: Record<string, string>
  body?: string
  /** What differs between requests, in turns: path and headers. */
  turns?: { path: string; headers?: Record<string, string> }[]
}

/** Requests a second and the 99th percentile of their times. */
export interface Rate {
  perSecond: number
  p99Ms: number
}

async function once16(
  { url, headers = {}, body, turns }: Load,
  connections: number,
): Promise<Rate> {
  const result = await autocannon({
    url,
    connections,
    duration: SECONDS,
    headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    method: body === undefined ? 'GET' : 'POST',
    ...(body !== undefined && { body }),
    ...(turns !== undefined && { requests: turns }),
  })
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${url}: ${result.non2xx} answers were not 2xx`)
  return { perSecond: result.requests.average, p99Ms: result.latency.p99 }
}

export const percentile = (values: number[], percent: number): number =>
  values.toSorted((a, b) => a - b)[Math.floor((values.length * percent) / 100)] ?? Number.NaN

export const median = (values: number[]): number => percentile(values, 50)

/**
 * Measures loads alternately, so that a slow moment of the machine affects all of them. Returns the
 * medians.
 */
export async function compare<K extends string>(
  loads: Record<K, Load>,
  connections = CONNECTIONS,
): Promise<Record<K, Rate>> {
  const names = Object.keys(loads) as K[]
  const rates = new Map<K, Rate[]>(names.map(name => [name, []]))
  for (const name of names) await once16(loads[name], connections)
  for (let round = 0; round < ROUNDS; round++) {
    for (const name of names) rates.get(name)?.push(await once16(loads[name], connections))
  }
  const of = (name: K): Rate => ({
    perSecond: median(rates.get(name)?.map(rate => rate.perSecond) ?? []),
    p99Ms: median(rates.get(name)?.map(rate => rate.p99Ms) ?? []),
  })
  return Object.fromEntries(names.map(name => [name, of(name)])) as Record<K, Rate>
}

/** Calls a second of a function on one core. */
export function callsPerSecond(call: () => unknown): number {
  for (let i = 0; i < 50; i++) call()
  const rates = Array.from({ length: ROUNDS }, () => {
    const started = performance.now()
    let calls = 0
    while (performance.now() - started < 1000) {
      call()
      calls++
    }
    return (calls * 1000) / (performance.now() - started)
  })
  return median(rates)
}
