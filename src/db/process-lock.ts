// A lock between processes on one machine that dies with its owner. Node has no flock, and "delete the lock of a dead
// process" has a race: two may judge the same file dead, and the slower one deletes the lock that the faster just took.
// So nobody deletes here. Locks are numbered; the highest number counts; who finds it free or its owner dead creates
// the next number, which only one can do.

import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { identify, isRunning, type ProcessIdentity, parseIdentity } from './process-life.ts'

const FREE = 'free'
const POLL_MS = 20
const WAIT_MS = 300_000
// Between creating a file and filling it lies a moment; a file that stays empty was left by a process that died there.
const EMPTY_IS_DEAD_MS = 2_000
// Old numbers stay for a while, so that a slow reader of the folder does not miss all of them.
const KEEP = 4

/** Runs `work` while no other process, and nothing else in this one, runs with a lock in `folder`. */
export async function withProcessLock<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const path = await acquire(folder)
  try {
    return await work()
  } finally {
    await writeFile(path, FREE)
  }
}

async function acquire(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true })
  const giveUpAt = Date.now() + WAIT_MS
  for (;;) {
    const highest = Math.max(0, ...(await numbers(folder)))
    const owner = highest === 0 ? FREE : await readOwner(join(folder, nameOf(highest)))
    if (owner === FREE || (owner !== 'unknown' && !isRunning(owner))) {
      if (await take(folder, highest + 1)) return join(folder, nameOf(highest + 1))
    } else if (Date.now() > giveUpAt) {
      const holder = owner === 'unknown' ? 'another process' : `process ${owner.pid}`
      throw new Error(`Waited ${WAIT_MS / 1000} s for ${holder}, which holds the lock in ${folder}`)
    } else {
      await sleep(POLL_MS)
    }
  }
}

async function take(folder: string, number: number): Promise<boolean> {
  const path = join(folder, nameOf(number))
  try {
    await writeFile(path, JSON.stringify(identify(process.pid)), { flag: 'wx' })
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
  const all = await numbers(folder)
  // Looked at the folder long ago: the others are already further.
  if (all.some(other => other > number)) {
    await writeFile(path, FREE)
    return false
  }
  await Promise.all(all.filter(old => old < number - KEEP).map(old => rm(join(folder, nameOf(old)), { force: true })))
  return true
}

async function numbers(folder: string): Promise<number[]> {
  const names = await readdir(folder)
  return names.flatMap(name => /^lock\.(\d+)$/.exec(name)?.[1] ?? []).map(Number)
}

async function readOwner(path: string): Promise<ProcessIdentity | typeof FREE | 'unknown'> {
  const text = await readFile(path, 'utf8').catch(() => '')
  if (text === FREE) return FREE
  const owner = parseIdentity(text)
  if (owner) return owner
  const changedAt = (await stat(path).catch(() => undefined))?.mtimeMs ?? Date.now()
  return Date.now() - changedAt > EMPTY_IS_DEAD_MS ? FREE : 'unknown'
}

function nameOf(number: number): string {
  return `lock.${number}`
}
