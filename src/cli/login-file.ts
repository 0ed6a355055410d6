// Where `meridian login` keeps what it got: one file, which only its owner can read.

import { randomBytes } from 'node:crypto'
import { chmod, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, isAbsolute, join } from 'node:path'
import { z } from 'zod'
import { errorCode } from '../db/connect.ts'
import type { Env } from './command.ts'

const Login = z.object({
  /** The server, without a slash at the end. */
  url: z.string(),
  client_id: z.string(),
  access_token: z.string(),
  refresh_token: z.string().optional(),
  /** When the access token ends: an instant in UTC. */
  expires_at: z.iso.datetime(),
  /** What the token may do, with spaces. */
  scope: z.string(),
})

/** A login at a server. */
export type Login = z.output<typeof Login>

/**
 * The file, in the folder that the XDG Base Directory Specification gives to settings; it ignores
 * relative ones.
 */
export function loginPath({ XDG_CONFIG_HOME: folder = '', HOME }: Env): string {
  return join(
    isAbsolute(folder) ? folder : join(HOME || homedir(), '.config'),
    'meridian',
    'credentials.json',
  )
}

/**
 * The login that is kept; undefined when there is none. Takes the rights of others to read it away.
 */
export async function readLogin(env: Env): Promise<Login | undefined> {
  const path = loginPath(env)
  const text = await readFile(path, 'utf8').catch(error => {
    if (errorCode(error) === 'ENOENT') return undefined
    throw error
  })
  if (text === undefined) return undefined
  if (((await stat(path)).mode & 0o077) !== 0) {
    await chmod(path, 0o600)
    process.stderr.write(
      `Others could read ${path}; now they cannot. If somebody may have, log out and in again.\n`,
    )
  }
  // What is no login, a new one replaces.
  return Login.safeParse(jsonIn(text)).data
}

/**
 * Keeps a login instead of the one before. The file is there whole or not at all, and never
 * readable by others.
 */
export async function writeLogin(login: Login, env: Env): Promise<void> {
  const path = loginPath(env)
  await ownFolder(env)
  const unnamed = `${path}.${randomBytes(6).toString('hex')}`
  try {
    await writeFile(unnamed, `${JSON.stringify(login, null, 2)}\n`, { mode: 0o600, flag: 'wx' })
    await rename(unnamed, path)
  } finally {
    await rm(unnamed, { force: true })
  }
}

export const deleteLogin = (env: Env): Promise<void> => rm(loginPath(env), { force: true })

/** The folder of the file, made if need be, for its owner alone. */
export async function ownFolder(env: Env): Promise<string> {
  const folder = dirname(loginPath(env))
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await chmod(folder, 0o700)
  return folder
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
