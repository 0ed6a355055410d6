// Locks on files that the kernel holds. They end with the last process that has the file open,
// whatever ends it, and they work between containers, which see neither each other's process ids
// nor each other's ports.
//
// Linux: flock(2), taken by the program flock(1) on a descriptor that it inherits; the lock belongs
// to the open file, so this process keeps it. macOS and Windows lock while opening, by a flag of
// open(2) that Node passes on.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, constants, openSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

const POLL_MS = 20
const WAIT_MS = 300_000
const MODE = 0o600
// <fcntl.h> of macOS: O_EXLOCK and O_NONBLOCK.
const DARWIN_FLAGS = 0x20 | 0x4
// UV_FS_O_EXLOCK of libuv: no other process can open the file.
const WINDOWS_FLAGS = 0x1000_0000
const IS_LOCKED = new Set(['EAGAIN', 'EWOULDBLOCK', 'EBUSY'])

/** A lock that this process holds. */
export interface FileLock {
  /** The descriptor of the file. A process that inherits it holds the lock too. */
  fd: number
  release(): void
}

/**
 * Takes the lock of a file, which is created if it does not exist. Undefined when it is held
 * elsewhere, in this process or another.
 *
 * @throws when the file system or the machine has no locks
 */
export async function tryLock(path: string): Promise<FileLock | undefined> {
  const fd = open(path)
  if (fd === undefined) return undefined
  try {
    if (process.platform !== 'linux' || (await flock(path, fd)))
      return { fd, release: () => closeSync(fd) }
  } catch (error) {
    closeSync(fd)
    throw error
  }
  closeSync(fd)
  return undefined
}

/** Runs `work` while this process holds the lock of a file. Waits for it up to five minutes. */
export async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  const giveUpAt = Date.now() + WAIT_MS
  for (;;) {
    const lock = await tryLock(path)
    if (lock) return work().finally(() => lock.release())
    if (Date.now() > giveUpAt)
      throw new Error(`Another process has held the lock ${path} for ${WAIT_MS / 1000} s`)
    await sleep(POLL_MS)
  }
}

function open(path: string): number | undefined {
  const flags =
    process.platform === 'darwin' ? DARWIN_FLAGS : process.platform === 'win32' ? WINDOWS_FLAGS : 0
  try {
    return openSync(path, constants.O_RDWR | constants.O_CREAT | flags, MODE)
  } catch (error) {
    if (error instanceof Error && 'code' in error && IS_LOCKED.has(String(error.code)))
      return undefined
    throw error
  }
}

async function flock(path: string, fd: number): Promise<boolean> {
  // Short options: those that BusyBox has, too.
  const child = spawn('flock', ['-n', '-x', '3'], { stdio: ['ignore', 'ignore', 'pipe', fd] })
  let said = ''
  child.stderr?.on('data', chunk => {
    said += chunk
  })
  const [code] = await once(child, 'close').catch(cause => {
    throw new Error(
      `${path} cannot be locked: the program flock, of the package util-linux, is missing. Install it, or set DATABASE_URL.`,
      {
        cause,
      },
    )
  })
  if (code === 0) return true
  if (code === 1) return false
  throw new Error(`${path} cannot be locked: ${said.trim()}`)
}
