// Postgres refuses to run as root. Where Meridian does (a container, a machine with one user), its
// server gets an unprivileged account, and the right to pass the folders that are closed to it.

import { access, constants, lchown, lstat, readdir, readFile, stat } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'

/** How a program is started: under which account, and through which wrapper. */
export interface ServerAccount {
  /** What to spawn for a program and its arguments. */
  command(
    program: string,
    args: string[],
  ): { file: string; args: string[]; uid?: number; gid?: number }
  /** Makes a file or folder the account's own, with everything in it, unless it is already. */
  own(path: string): Promise<void>
}

interface Identity {
  uid: number
  gid: number
  name: string
}

const PREFERRED = ['postgres', '_postgres', 'nobody']

/**
 * The account for the server: the own one, or, as root, that of the data folder's owner, of
 * `postgres`, or of `nobody`.
 *
 * @param data the folder of the database, whether it exists yet or not
 * @param paths what else the server must reach
 * @throws when the account cannot own the data or reach the paths; the message names the ways out
 */
export async function chooseAccount(data: string, paths: string[]): Promise<ServerAccount> {
  const uid = process.getuid?.()
  const owner = await stat(data).catch(() => undefined)
  if (uid === undefined) return ownAccount
  if (uid !== 0) {
    if (owner && owner.uid !== uid) {
      throw new Error(
        `The database in ${data} belongs to the user with id ${owner.uid}, and Meridian runs as ${uid}. Run it as that ` +
          `user, give the folder to this one (chown -R ${uid} ${data}), or set MERIDIAN_DATA_DIR to another folder.`,
      )
    }
    return ownAccount
  }
  const identity = await identityFor(owner && owner.uid !== 0 ? owner : undefined)
  const closed = await firstClosed(identity, [dirname(data), ...paths])
  return closed === undefined ? droppedAccount(identity) : privilegedAccount(identity, closed)
}

const ownAccount: ServerAccount = { command: (file, args) => ({ file, args }), own: async () => {} }

function droppedAccount({ uid, gid }: Identity): ServerAccount {
  return { command: (file, args) => ({ file, args, uid, gid }), own: path => give(path, uid, gid) }
}

// The account may not pass a folder on the way, say a checkout below a home with mode 0700. Instead
// of opening the folder to everyone, the server is let through: it keeps the one capability that
// passes read and search permissions, and as the owner of its data needs no more to write. Postgres
// looks at its own program with access(2), which ignores capabilities of ordinary users unless
// no_setuid_fixup is set.
async function privilegedAccount(identity: Identity, closed: string): Promise<ServerAccount> {
  const { uid, gid } = identity
  const capability = await passingCapability()
  const setpriv = await findProgram('setpriv')
  if (!capability || !setpriv) throw new Error(closedMessage(identity, closed))
  const wrapper = [
    '--securebits=+no_setuid_fixup',
    '--reuid',
    String(uid),
    '--regid',
    String(gid),
    '--clear-groups',
  ]
  const keep = [`--inh-caps=+${capability}`, `--ambient-caps=+${capability}`, '--']
  return {
    command: (program, args) => ({ file: setpriv, args: [...wrapper, ...keep, program, ...args] }),
    own: path => give(path, uid, gid),
  }
}

function closedMessage({ name }: Identity, closed: string): string {
  return (
    `Postgres refuses to run as root, so it runs as "${name}" here, and that user cannot reach ${closed}. Either let it ` +
    `pass (chmod o+x ${closed}), or keep the checkout and MERIDIAN_DATA_DIR where it can go, or run Meridian as an ` +
    'ordinary user, or set DATABASE_URL to a server of your own.'
  )
}

async function identityFor(owner: { uid: number; gid: number } | undefined): Promise<Identity> {
  if (owner) return { uid: owner.uid, gid: owner.gid, name: `uid ${owner.uid}` }
  const users = parsePasswd(await readFile('/etc/passwd', 'utf8').catch(() => ''))
  const found = PREFERRED.map(name => users.find(user => user.name === name)).find(
    user => user !== undefined,
  )
  if (found) return found
  throw new Error(
    'Postgres refuses to run as root, and there is neither a user "postgres" nor "nobody" to run it as. Add one ' +
      '(useradd --system postgres), run Meridian as an ordinary user, or set DATABASE_URL to a server of your own.',
  )
}

function parsePasswd(text: string): Identity[] {
  return text
    .split('\n')
    .map(line => line.split(':'))
    .map(([name = '', , uid, gid]) => ({ name, uid: Number(uid) >>> 0, gid: Number(gid) >>> 0 }))
    .filter(user => user.uid > 0)
}

/** The first folder or file, from the root down, that the permission bits close to the account. */
async function firstClosed(identity: Identity, paths: string[]): Promise<string | undefined> {
  for (const path of new Set(paths.flatMap(withAncestors))) {
    const info = await stat(path).catch(() => undefined)
    if (info && !mayEnter(identity, info)) return path
  }
  return undefined
}

function withAncestors(path: string): string[] {
  const parent = dirname(path)
  return parent === path ? [path] : [...withAncestors(parent), path]
}

function mayEnter(
  { uid, gid }: Identity,
  info: { uid: number; gid: number; mode: number },
): boolean {
  const bit = info.uid === uid ? 0o100 : info.gid === gid ? 0o010 : 0o001
  return (info.mode & bit) !== 0
}

/**
 * The weakest capability of this process that passes closed folders: containers often have only the
 * stronger one.
 */
async function passingCapability(): Promise<string | undefined> {
  const status = await readFile('/proc/self/status', 'utf8').catch(() => '')
  const effective = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)/m.exec(status)?.[1] ?? '0'}`)
  if (effective & (1n << 2n)) return 'dac_read_search'
  if (effective & (1n << 1n)) return 'dac_override'
  return undefined
}

async function findProgram(name: string): Promise<string | undefined> {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/bin', '/bin']
  for (const folder of folders.filter(Boolean)) {
    const path = join(folder, name)
    const found = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (found) return path
  }
  return undefined
}

async function give(path: string, uid: number, gid: number): Promise<void> {
  if ((await lstat(path)).uid !== uid) await chownAll(path, uid, gid)
}

// The folder itself comes last, so that one that is only partly given away is still recognised.
// Links are given away, never followed: what they point to may be anybody's.
async function chownAll(path: string, uid: number, gid: number): Promise<void> {
  if ((await lstat(path)).isDirectory()) {
    for (const name of await readdir(path)) await chownAll(join(path, name), uid, gid)
  }
  await lchown(path, uid, gid)
}
