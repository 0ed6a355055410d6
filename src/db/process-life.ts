// Which process is meant, and whether it lives. A pid alone is not enough: after a restart of the machine or of a
// container it soon belongs to somebody else, so the time when the process started goes with it.

import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { z } from 'zod'

const ProcessIdentity = z.object({ pid: z.number().int().positive(), startedAt: z.string().optional() })

/** A process: its pid, and its start as the system tells it (undefined where it does not). */
export type ProcessIdentity = z.infer<typeof ProcessIdentity>

/** The process that has this pid now; undefined when there is none, or only what is left of one (a zombie). */
export function identify(pid: number): ProcessIdentity | undefined {
  if (!hasPid(pid)) return undefined
  if (process.platform === 'linux') return identifyOnLinux(pid)
  if (process.platform === 'win32') return { pid, startedAt: undefined }
  const [state = '', ...started] = ps(pid, 'state=,lstart=').split(/\s+/)
  return state === '' || state.startsWith('Z') ? undefined : { pid, startedAt: started.join(' ') }
}

/** Whether exactly this process still runs. */
export function isRunning(process: ProcessIdentity): boolean {
  const current = identify(process.pid)
  return current !== undefined && (!process.startedAt || !current.startedAt || current.startedAt === process.startedAt)
}

/** Reads what `JSON.stringify(identify(pid))` wrote; undefined when it is not whole. */
export function parseIdentity(text: string): ProcessIdentity | undefined {
  try {
    return ProcessIdentity.parse(JSON.parse(text))
  } catch {
    return undefined
  }
}

/** The command line of a process, as far as the system shows it. */
export function commandLine(pid: number): string {
  if (process.platform === 'win32') return ''
  if (process.platform !== 'linux') return ps(pid, 'command=')
  return readOrEmpty(`/proc/${pid}/cmdline`).replaceAll('\0', ' ')
}

function hasPid(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // Somebody else's process is a process too.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

// proc(5): after the name in parentheses come the state (field 3) and, as field 22, the start in ticks since boot.
function identifyOnLinux(pid: number): ProcessIdentity | undefined {
  const stat = readOrEmpty(`/proc/${pid}/stat`)
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields[0] === '' || fields[0] === 'Z' || fields[0] === 'X' ? undefined : { pid, startedAt: fields[19] }
}

function ps(pid: number, format: string): string {
  try {
    return execFileSync('ps', ['-ww', '-o', format, '-p', String(pid)], { encoding: 'utf8' }).trim()
  } catch {
    return ''
  }
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
