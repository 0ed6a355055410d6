import { BlockList, isIP } from 'node:net'
import { resolve } from 'node:path'
import { z } from 'zod'
import type { LanguageModel } from './context.ts'
import { distance } from './edit-distance.ts'
import type { LiveLimits } from './live-limits.ts'
import { isLoopback } from './loopback.ts'
import { isLimitName, type LimitName, type LimitTable, limitsWith } from './rate-limits/table.ts'
import { isSameSite } from './same-site.ts'
import type { ReceiverRules } from './webhooks/receiver-address.ts'

const list = z.string().transform(value =>
  value
    .split(',')
    .map(part => part.trim().replace(/\/$/, ''))
    .filter(part => part !== ''),
)

const HOST_NAME = /^([\w-]+(\.[\w-]+)*|\[[\da-f:.]+\])$/i
const HOSTS = 'must be host names or IP addresses, without ports, with commas'

const ORIGINS = 'must be origins such as https://dash.example.com, with commas'
const isOrigin = (text: string): boolean =>
  /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text.toLowerCase()

const RANGES = 'must be IP addresses, or ranges such as 10.0.0.0/8, with commas'

const ranges = list.transform((texts, refine) => {
  const ranges = new BlockList()
  for (const text of texts) {
    const [, address = '', bits] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? []
    const version = isIP(address)
    const longest = version === 6 ? 128 : 32
    if (version === 0 || Number(bits ?? longest) > longest)
      refine.addIssue({ code: 'custom', message: RANGES })
    else ranges.addSubnet(address, Number(bits ?? longest), version === 6 ? 'ipv6' : 'ipv4')
  }
  return ranges
})

// `docker -e NAME=` and an empty line in an env file mean: not set.
const unsetWhenEmpty = (env: Record<string, string | undefined>) =>
  Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''))

const LIMITS =
  'must be names of limits with numbers of requests, such as bookingsPerHour=50,slotsPerAddress=1000'

const rateLimits = list.transform((texts, refine) => {
  const requests: Partial<Record<LimitName | 'all', number>> = {}
  for (const text of texts) {
    const [, name = '', number = ''] = /^(\w+)=(\d{1,9})$/.exec(text) ?? []
    if (Number(number) >= 1 && (name === 'all' || isLimitName(name)))
      requests[name] = Number(number)
    else refine.addIssue({ code: 'custom', message: `${LIMITS}; not ${text}` })
  }
  return limitsWith(requests, requests.all)
})
/** A whole number in a range, with its default. */
const whole = (min: number, max: number, fallback: number) => {
  const message = `must be a whole number from ${min} to ${max}`
  return z
    .string()
    .regex(/^\s*\d{1,12}\s*$/, message)
    .transform(Number)
    .refine(value => value >= min && value <= max, message)
    .prefault(String(fallback))
}

const LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const

const ROLES = 'must be web, worker, or both with a comma'

const Variables = z.object({
  PORT: whole(0, 65_535, 4_000),
  HOST: z.string().default('127.0.0.1'),
  PUBLIC_URL: z
    .url({ protocol: /^https?$/, error: 'must be an absolute http or https URL' })
    .optional(),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'must start with postgres:// or postgresql://')
    .optional(),
  MERIDIAN_DATA_DIR: z.string().default('.meridian'),
  MERIDIAN_DATABASE_RESTARTS: whole(0, 1_000, 10),
  MERIDIAN_DEMO: z.enum(['on', 'off'], 'must be on or off').optional(),
  MERIDIAN_SECRET_KEY: z.string().min(32, 'must have at least 32 characters').optional(),
  MERIDIAN_CORS_ORIGINS: list.pipe(z.array(z.string().refine(isOrigin, ORIGINS))).default([]),
  MERIDIAN_ALLOWED_HOSTS: list.pipe(z.array(z.string().regex(HOST_NAME, HOSTS))).default([]),
  MERIDIAN_TRUSTED_PROXIES: ranges.prefault(''),
  MERIDIAN_ALLOW_PRIVATE_HOOKS: z.enum(['0', '1'], 'must be 0 or 1').default('0'),
  MERIDIAN_ROLE: list
    .pipe(z.array(z.enum(['web', 'worker'], ROLES)).min(1, ROLES))
    .default(['web', 'worker']),
  MERIDIAN_DEFAULT_PLAN: z.enum(['FREE', 'PRO'], 'must be FREE or PRO').default('PRO'),
  MERIDIAN_AI_URL: z
    .url({ protocol: /^https?$/, error: 'must be an absolute http or https URL' })
    .optional(),
  MERIDIAN_AI_MODEL: z.string().optional(),
  MERIDIAN_AI_KEY: z
    .string()
    .regex(/^[\x21-\x7e]+$/, 'must be one word of ASCII')
    .optional(),
  MERIDIAN_STOP_DELAY_MS: whole(0, 120_000, 2_000),
  MERIDIAN_RATE_LIMITS: rateLimits.prefault(''),
  MERIDIAN_SOCKETS_PER_ADDRESS: whole(1, 1_000_000, 5_000),
  MERIDIAN_ANONYMOUS_SOCKETS_PER_ADDRESS: whole(1, 1_000_000, 500),
  MERIDIAN_SOCKETS_PER_ACCOUNT: whole(1, 1_000_000, 2_500),
  MERIDIAN_SUBSCRIPTIONS_PER_ACCOUNT: whole(1, 1_000_000, 2_500),
  MERIDIAN_STALLED_SECONDS: whole(2, 3_600, 30),
  MERIDIAN_POOL_SIZE: whole(2, 500, 20),
  LOG_LEVEL: z.enum(LEVELS, `must be one of ${LEVELS.join(', ')}`).default('info'),
  NODE_ENV: z.string().default('development'),
})

const AI = ['MERIDIAN_AI_URL', 'MERIDIAN_AI_MODEL', 'MERIDIAN_AI_KEY'] as const

/** Why the pages of an origin could not use the session cookie; undefined when they can. */
function whyNoCookie(
  origin: string,
  { PUBLIC_URL, HOST }: z.output<typeof Variables>,
): string | undefined {
  // The public URL may be of another site over https: the cookie is `SameSite=None; Secure` then.
  if (PUBLIC_URL?.startsWith('https:')) return undefined
  if (PUBLIC_URL !== undefined)
    return isSameSite(origin, PUBLIC_URL) ? undefined : crossSite(origin, PUBLIC_URL)
  // Loopback names lead to a gateway without a public URL too.
  const isHere = isLoopback(new URL(origin).hostname.replace(/^\[(.*)\]$/, '$1'))
  const own = `http://${HOST.includes(':') ? `[${HOST}]` : HOST}`
  return isHere || isSameSite(origin, own) ? undefined : crossSite(origin, own)
}

const crossSite = (origin: string, own: string): string =>
  `${origin} is of another site than ${own}: browsers send the session cookie to other sites over https alone. ` +
  'Set PUBLIC_URL to an https address, or serve the pages from the same site with the same scheme.'

const Environment = Variables.superRefine((read, refine) => {
  for (const origin of read.MERIDIAN_CORS_ORIGINS) {
    const message = whyNoCookie(origin, read)
    if (message !== undefined)
      refine.addIssue({ code: 'custom', path: ['MERIDIAN_CORS_ORIGINS'], message })
  }
  if (AI.every(name => read[name] === undefined)) return
  for (const name of AI.filter(name => read[name] === undefined)) {
    refine.addIssue({
      code: 'custom',
      path: [name],
      message: `is missing: ${AI.join(', ')} belong together`,
    })
  }
})

/** The names of all settings. */
export const settingNames: readonly string[] = Object.keys(Variables.shape)

/** The settings of a gateway. docs/reference/configuration.md describes each variable. */
export interface Config {
  port: number
  host: string
  /**
   * Where clients reach this gateway, without a slash at the end; undefined until set: then it is
   * the address that it listens on.
   */
  publicUrl: string | undefined
  /** A server of the operator's; undefined: the embedded one. */
  databaseUrl: string | undefined
  dataDir: string
  /** How often to try to start an embedded server again that ended, before this process exits. */
  databaseRestarts: number
  /**
   * Whether an empty database gets demo data, and with them a login that everybody knows: where
   * only this machine reaches the gateway, or when the operator says so. Never in production.
   */
  demo: boolean
  /** The installation's secret; undefined: kept in a file of the data folder. */
  secretKey: string | undefined
  /** Origins of other sites whose pages may send the session cookie. */
  corsOrigins: string[]
  /**
   * Names that are accepted in the Host header in addition to that of the public URL and loopback
   * names.
   */
  allowedHosts: string[]
  /** Proxies in front of the gateway. Their X-Forwarded-For is trusted. */
  trustedProxies: BlockList
  /** Which receivers of deliveries may be called. */
  receivers: ReceiverRules
  /** What this process does: serve the graph, send deliveries, or both. */
  roles: ReadonlySet<'web' | 'worker'>
  /** The plan of accounts that are made from now on. */
  defaultPlan: 'FREE' | 'PRO'
  /** Reads the messages to the assistant; undefined: it reads them by itself. */
  languageModel: LanguageModel | undefined
  /** How many requests callers can make, by kind of request. */
  limits: LimitTable
  live: LiveLimits
  /** Database connections of this process, in addition to a few for live feeds and locks. */
  poolSize: number
  /**
   * How long the gateway still accepts connections after SIGTERM, while `/readyz` says that it is
   * not ready. In milliseconds.
   */
  stopDelayMs: number
  logLevel: string
}

/**
 * Reads the settings.
 * @throws Error that names every invalid variable and what is allowed.
 */
export function readConfig(env: Record<string, string | undefined>): Config {
  const given = unsetWhenEmpty(env)
  const result = Environment.safeParse(given)
  const wrong = result.success
    ? []
    : result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
  const lines = [...wrong, ...unknownSettings(Object.keys(given))]
  if (!result.success || lines.length > 0) {
    throw new Error(`These settings are wrong:\n${lines.map(line => `  ${line}`).join('\n')}`)
  }
  const read = result.data
  return {
    port: read.PORT,
    host: read.HOST,
    publicUrl: read.PUBLIC_URL?.replace(/\/+$/, ''),
    databaseUrl: read.DATABASE_URL,
    dataDir: resolve(read.MERIDIAN_DATA_DIR),
    databaseRestarts: read.MERIDIAN_DATABASE_RESTARTS,
    demo: hasDemo(read),
    secretKey: read.MERIDIAN_SECRET_KEY,
    corsOrigins: read.MERIDIAN_CORS_ORIGINS,
    allowedHosts: read.MERIDIAN_ALLOWED_HOSTS,
    trustedProxies: read.MERIDIAN_TRUSTED_PROXIES,
    receivers: {
      allowPrivate: read.MERIDIAN_ALLOW_PRIVATE_HOOKS === '1',
      httpsOnly: read.NODE_ENV === 'production',
    },
    roles: new Set(read.MERIDIAN_ROLE),
    defaultPlan: read.MERIDIAN_DEFAULT_PLAN,
    languageModel: languageModelOf(read),
    limits: read.MERIDIAN_RATE_LIMITS,
    live: {
      socketsPerAddress: read.MERIDIAN_SOCKETS_PER_ADDRESS,
      anonymousSocketsPerAddress: read.MERIDIAN_ANONYMOUS_SOCKETS_PER_ADDRESS,
      socketsPerAccount: read.MERIDIAN_SOCKETS_PER_ACCOUNT,
      subscriptionsPerAccount: read.MERIDIAN_SUBSCRIPTIONS_PER_ACCOUNT,
      stalledMs: read.MERIDIAN_STALLED_SECONDS * 1_000,
    },
    poolSize: read.MERIDIAN_POOL_SIZE,
    stopDelayMs: read.MERIDIAN_STOP_DELAY_MS,
    logLevel: read.LOG_LEVEL,
  }
}

/** Names that the command line, the examples and the tests read. */
const READ_ELSEWHERE = /^MERIDIAN_(API_KEY|URL|AFTER|TEST_\w+)$/

/**
 * A misspelt setting would pass silently: every unknown name, with the nearest one that is known.
 */
const unknownSettings = (names: string[]): string[] =>
  names
    .filter(
      name =>
        name.startsWith('MERIDIAN_') &&
        !Object.hasOwn(Variables.shape, name) &&
        !READ_ELSEWHERE.test(name),
    )
    .map(name => `${name}: is not a setting; the nearest name is ${nearestTo(name)}`)

function nearestTo(name: string): string {
  const [nearest = ''] = Object.keys(Variables.shape).toSorted(
    (a, b) => distance(name, a) - distance(name, b),
  )
  return nearest
}

function languageModelOf(read: z.output<typeof Environment>): LanguageModel | undefined {
  const { MERIDIAN_AI_URL: url, MERIDIAN_AI_MODEL: name, MERIDIAN_AI_KEY: key } = read
  if (url === undefined || name === undefined || key === undefined) return undefined
  return { url: url.replace(/\/+$/, ''), name, key }
}

function hasDemo({ MERIDIAN_DEMO, HOST, NODE_ENV }: z.output<typeof Environment>): boolean {
  if (NODE_ENV === 'production') return false
  return MERIDIAN_DEMO === undefined ? isLoopback(HOST) : MERIDIAN_DEMO === 'on'
}
