import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  hash,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto'
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** What the installation's secret key can do. The key itself stays inside. */
export interface Secrets {
  /** AES-256-GCM; the answer carries its nonce and tag. */
  encrypt(plain: string): Uint8Array<ArrayBuffer>
  /** @throws Error when the bytes were not made with this key. */
  decrypt(sealed: Uint8Array): string
  /** The secret part of an invitee's links: derived from the id, so it is nowhere stored. */
  linkToken(uid: string): string
  /** The id that a link token is for; undefined when the token is not ours. */
  readLinkToken(token: string): string | undefined
  /**
   * What a form of our pages carries, so that only they can send it: a signature of all that it is
   * bound to.
   */
  formToken(boundTo: string[]): string
  /** A JSON web token (RFC 7519) of the claims, signed with HS256. */
  signJwt(claims: Record<string, unknown>): string
  /** The claims of a token that we signed; undefined for any other text. */
  readJwt(token: string): unknown
  /** Identifies the key without revealing it. */
  fingerprint: string
}

const NONCE_BYTES = 12
const TAG_BYTES = 16

const base64url = (value: unknown): string =>
  Buffer.from(JSON.stringify(value)).toString('base64url')
const JWT_HEADER = base64url({ alg: 'HS256', typ: 'JWT' })

/**
 * Makes the tools of one key. Each use has its own derived key (RFC 5869), so that none weakens
 * another.
 */
export function secretsOf(key: string): Secrets {
  const derive = (use: string) => Buffer.from(hkdfSync('sha256', key, 'meridian', use, 32))
  const encryption = derive('encryption')
  const links = derive('invitee links')
  const forms = derive('forms')
  const tokens = derive('platform tokens')
  const signToken = (text: string) => createHmac('sha256', tokens).update(text).digest('base64url')
  const sign = (uid: string) =>
    createHmac('sha256', links).update(uid).digest('base64url').slice(0, 32)

  return {
    fingerprint: derive('fingerprint').toString('hex').slice(0, 16),
    encrypt(plain) {
      const nonce = randomBytes(NONCE_BYTES)
      const cipher = createCipheriv('aes-256-gcm', encryption, nonce)
      const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()])
      return Uint8Array.from(Buffer.concat([nonce, body, cipher.getAuthTag()]))
    },
    decrypt(sealed) {
      const bytes = Buffer.from(sealed)
      const decipher = createDecipheriv('aes-256-gcm', encryption, bytes.subarray(0, NONCE_BYTES))
      decipher.setAuthTag(bytes.subarray(-TAG_BYTES))
      return (
        decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES), undefined, 'utf8') +
        decipher.final('utf8')
      )
    },
    linkToken: uid => `${uid}.${sign(uid)}`,
    formToken: boundTo =>
      createHmac('sha256', forms).update(JSON.stringify(boundTo)).digest('base64url'),
    signJwt(claims) {
      const text = `${JWT_HEADER}.${base64url(claims)}`
      return `${text}.${signToken(text)}`
    },
    readJwt(token) {
      const [header, claims = '', signature = ''] = token.split('.')
      if (
        header !== JWT_HEADER ||
        !equalInConstantTime(signature, signToken(`${header}.${claims}`))
      )
        return undefined
      return JSON.parse(Buffer.from(claims, 'base64url').toString())
    },
    readLinkToken(token) {
      const dot = token.indexOf('.')
      if (dot < 1) return undefined
      const uid = token.slice(0, dot)
      return equalInConstantTime(token.slice(dot + 1), sign(uid)) ? uid : undefined
    },
  }
}

/** A secret: the prefix, which shows its kind, and 40 random letters and digits. */
export const newToken = (prefix: string): string =>
  prefix + randomBytes(30).toString('base64url').replace(/[-_]/g, '0')

/** What is stored of a token: tokens are random and long, so a plain SHA-256 is enough. */
export const tokenHash = (token: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(hash('sha256', token, 'buffer'))

/** Whether it is the token of a stored hash. */
export const fitsHash = (token: string, stored: Uint8Array): boolean =>
  timingSafeEqual(tokenHash(token), stored)

/** Compares two texts in constant time. */
export function equalInConstantTime(a: string, b: string): boolean {
  const digest = (value: string) => hash('sha256', value, 'buffer')
  return timingSafeEqual(digest(a), digest(b))
}

/**
 * The key in the data folder; undefined when the folder has none.
 * @throws when the file is empty or unreadable.
 */
export async function readKeyOfDataFolder(dataDir: string): Promise<string | undefined> {
  const path = join(dataDir, 'secret-key')
  try {
    const key = (await readFile(path, 'utf8')).trim()
    if (key === '')
      throw new Error(`${path} is empty. Put the secret key of this installation into it.`)
    return key
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

/**
 * Creates the key in the data folder, with rights for its owner alone, and returns it. Two first
 * starts agree on one.
 */
export async function createKeyOfDataFolder(dataDir: string): Promise<string> {
  await mkdir(dataDir, { recursive: true })
  const path = join(dataDir, 'secret-key')
  const mine = `${path}.${process.pid}`
  const fresh = randomBytes(32).toString('base64url')
  await writeFile(mine, `${fresh}\n`, { mode: 0o600 })
  try {
    // A hard link is made whole or not at all, and never over another's.
    await link(mine, path)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  } finally {
    await rm(mine, { force: true })
  }
  return (await readFile(path, 'utf8')).trim()
}
