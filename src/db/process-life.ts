// Whether a process runs. A pid can be reused, so the time when the process started goes with it.

import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** A process: its pid and, on Linux, its start time in ticks since boot. */
export interface ProcessIdentity {
  pid: number
  startedAt?: string | undefined
}

/**
 * Returns the process that has this pid now. Undefined when there is none, or only a zombie on
 * Linux.
 */
export function identify(pid: number): ProcessIdentity | undefined {
  if (!hasPid(pid)) return undefined
  return process.platform === 'linux' ? identifyOnLinux(pid) : { pid }
}

/** Whether exactly this process still runs. */
export function isRunning(process: ProcessIdentity): boolean {
  const current = identify(process.pid)
  return current !== undefined && current.startedAt === process.startedAt
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

// proc(5): after the name in parentheses come the state (field 3) and, as field 22, the start in
// ticks since boot.
function identifyOnLinux(pid: number): ProcessIdentity | undefined {
  const stat = readOrEmpty(`/proc/${pid}/stat`)
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields[0] === '' || fields[0] === 'Z' || fields[0] === 'X'
    ? undefined
    : { pid, startedAt: fields[19] }
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
