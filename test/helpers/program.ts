import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { projectRoot } from '../../src/db/project-root.ts'

/** A program of ours that runs as a process. */
export interface Program {
  pid: number
  /** What it has printed so far. */
  stdout(): string
  stderr(): string
  /**
   * The first match of what it prints. Fails, with all that it printed, when it ends first or takes
   * too long.
   */
  prints(pattern: RegExp, withinMs?: number): Promise<RegExpExecArray>
  signal(name: 'SIGTERM' | 'SIGINT' | 'SIGKILL'): void
  /** How it ended. */
  ended: Promise<{ code: number | null; signal: string | null }>
}

/**
 * Runs a script of the project, or of another checkout by its absolute path, with these variables
 * and no others, in a folder that has none of our files.
 */
export async function run(
  script: string,
  args: string[],
  env: Record<string, string> = {},
): Promise<Program> {
  const cwd = await mkdtemp(join(tmpdir(), 'meridian-run-'))
  const child = spawn(process.execPath, [resolve(projectRoot, script), ...args], {
    cwd,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const printed = { stdout: '', stderr: '' }
  let news = () => {}
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].on('data', chunk => {
      printed[name] += chunk
      news()
    })
  }
  let over = false
  const ended = once(child, 'close').then(async ([code, signal]) => {
    over = true
    news()
    await rm(cwd, { recursive: true, force: true })
    return {
      code: typeof code === 'number' ? code : null,
      signal: typeof signal === 'string' ? signal : null,
    }
  })
  return {
    pid: child.pid ?? 0,
    stdout: () => printed.stdout,
    stderr: () => printed.stderr,
    async prints(pattern, withinMs = 60_000) {
      const deadline = Date.now() + withinMs
      for (;;) {
        const found = pattern.exec(printed.stdout)
        if (found !== null) return found
        if (over || Date.now() >= deadline) {
          throw new Error(
            `${over ? 'ended' : 'waited'} without ${pattern}:\n${printed.stdout}\n${printed.stderr}`,
          )
        }
        await new Promise<void>(resolve => {
          const timer = setTimeout(resolve, deadline - Date.now())
          news = () => {
            clearTimeout(timer)
            resolve()
          }
        })
      }
    },
    signal: name => {
      child.kill(name)
    },
    ended,
  }
}
