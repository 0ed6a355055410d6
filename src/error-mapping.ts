import { timedOut } from './deadline.ts'
import { ApiError } from './errors.ts'

const RETRY_AFTER_SECONDS = 5

/**
 * Codes of lost and refused connections: of the system, of PostgreSQL (appendix A; classes 08 and
 * 53, and all that end a session, are matched below; 25006 comes from a server that became a
 * standby, 58030 is a failure of its disk) and of Prisma (P1001, P1002, P1008, P1011 and P1017: not
 * reached or closed; P2024 and P2037: no connection is free).
 */
const UNAVAILABLE = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  '25006',
  '57P01',
  '57P02',
  '57P03',
  '57P04',
  '57P05',
  '25P03',
  '58030',
  'P1001',
  'P1002',
  'P1008',
  'P1011',
  'P1017',
  'P2024',
  'P2037',
])
const UNAVAILABLE_CLASS = /^(08|53)[0-9A-Z]{3}$/
/**
 * Errors of PostgreSQL that end the session: a database that accepts no connections, a server that
 * stops.
 */
const ENDS_SESSION = new Set(['FATAL', 'PANIC'])

/**
 * 57014: canceled by a statement timeout; 55P03: by a lock timeout; P2028: the transaction took too
 * long.
 */
const TIMEOUT = new Set(['57014', '55P03', '25P04', 'P2028'])

// Errors of pg and its pool that have no code.
const WORDS =
  /^(Connection terminated|timeout exceeded when trying to connect|timeout expired|Client has encountered a connection error|Query read timeout|Cannot use a pool after calling end|Client was closed)/

/** What a driver adapter of Prisma calls such errors. */
const KINDS = new Set([
  'ConnectionClosed',
  'DatabaseNotReachable',
  'DatabaseDoesNotExist',
  'DatabaseAccessDenied',
  'SocketTimeout',
  'TooManyConnections',
])

/**
 * What the caller receives for an error that was thrown anywhere: a `ApiError` itself; TIMEOUT or
 * UNAVAILABLE for failures of the database that pass by themselves; undefined for all else, which
 * is a fault of ours. The only place that knows these errors.
 */
export function apiErrorOf(error: unknown): ApiError | undefined {
  for (const each of chainOf(error)) {
    if (each instanceof ApiError) return each
    const codes = codesOf(each)
    if (codes.some(code => TIMEOUT.has(code))) return timedOut()
    if (codes.some(isOfConnection) || endsSession(each)) return unavailable()
    if (each instanceof Error && WORDS.test(each.message)) return unavailable()
  }
  return undefined
}

/**
 * What is stored does not fit, so that another try fails in the same way: Prisma's inconsistent
 * column data, required row that is missing and missing value; PostgreSQL's data exceptions.
 */
const OF_DATA = /^(P2023|P2025|P2032|22[0-9A-Z]{3})$/
const OF_PRISMA = /^PrismaClient(KnownRequest|UnknownRequest|Initialization|RustPanic)Error$/

/**
 * Whether an error came from the database or the way to it, and not from the data that was read.
 */
export function isOfDatabase(error: unknown): boolean {
  const chain = chainOf(error)
  if (chain.flatMap(codesOf).some(code => OF_DATA.test(code))) return false
  return chain.some(
    each => 'severity' in each || ('name' in each && OF_PRISMA.test(String(each.name))),
  )
}

const isOfConnection = (code: string): boolean =>
  UNAVAILABLE.has(code) || UNAVAILABLE_CLASS.test(code) || KINDS.has(code)

const endsSession = (error: object): boolean =>
  'severity' in error && typeof error.severity === 'string' && ENDS_SESSION.has(error.severity)

/** The error of a request that came while the database is away. */
const unavailable = (): ApiError =>
  new ApiError('UNAVAILABLE', 'The database cannot be reached right now.', {
    retryAfterSeconds: RETRY_AFTER_SECONDS,
  })

const DEEPEST = 8

/**
 * An error and what caused it, outermost first. A TypeError wraps what `fetch` failed of, which is
 * no database.
 */
function chainOf(error: unknown): object[] {
  const chain: object[] = []
  for (let each = error; isObject(each) && !(each instanceof TypeError); each = causeOf(each)) {
    if (chain.push(each) === DEEPEST) break
  }
  return chain
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

function causeOf(error: object): unknown {
  if (error instanceof AggregateError) return error.errors[0]
  if ('originalError' in error && error.originalError != null) return error.originalError
  if ('cause' in error && error.cause != null) return error.cause
  // Where Prisma keeps the error of the driver.
  const meta = 'meta' in error ? error.meta : undefined
  return isObject(meta) && 'driverAdapterError' in meta ? meta.driverAdapterError : undefined
}

/** The texts by which an error can be known: its code, and what Prisma calls it. */
const codesOf = (error: object): string[] =>
  [
    'code' in error && error.code,
    'originalCode' in error && error.originalCode,
    'kind' in error && error.kind,
  ].filter(code => typeof code === 'string')
