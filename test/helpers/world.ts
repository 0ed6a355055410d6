import { BlockList } from 'node:net'
import { pino } from 'pino'
import { vi } from 'vitest'
import { z } from 'zod'
import { type Gateway, type GatewayOptions, startGateway } from '../../src/gateway.ts'
import { type LimitName, limitsWith } from '../../src/rate-limits/table.ts'
import { clockAt, type MovableClock } from './clock.ts'
import { freshDatabase } from './database.ts'

/** A gateway on a database of its own, with a clock that the test moves. */
export interface World {
  gateway: Gateway
  clock: MovableClock
  url: string
  databaseUrl: string
  /** Somebody without an account. */
  visitor: Client
  /**
   * Another gateway process's worth: a second gateway on the same database, with modules of its
   * own. What a process keeps in memory, such as the queue of a host's changes, the two do not
   * share.
   */
  secondGateway(): Promise<Gateway>
  end(): Promise<void>
}

/** Monday, 2 March 2026, seven in the morning in London. */
export const MONDAY = '2026-03-02T07:00:00Z'
export const SECRET_KEY = 'a key for tests that is long enough for anyone'

/** Limits that no test reaches, but for those that it names. */
export const plenty = (requests: Partial<Record<LimitName, number>> = {}) =>
  limitsWith(requests, 1e6)

/** Receivers of tests listen on this machine. */
export const ordinaryConfig: GatewayOptions['config'] = {
  port: 0,
  host: '127.0.0.1',
  publicUrl: undefined,
  corsOrigins: [],
  poolSize: 10,
  allowedHosts: [],
  trustedProxies: new BlockList(),
  receivers: { allowPrivate: true, httpsOnly: false },
  roles: new Set(['web', 'worker']),
  defaultPlan: 'PRO',
  languageModel: undefined,
  limits: plenty(),
  live: {
    socketsPerAddress: 5_000,
    anonymousSocketsPerAddress: 500,
    socketsPerAccount: 2_500,
    subscriptionsPerAccount: 2_500,
    stalledMs: 30_000,
  },
}

/** How a world differs from an ordinary one. */
export interface WorldOptions
  extends Pick<GatewayOptions, 'limitStore' | 'log' | 'resolve' | 'timings'> {
  now: string
  config: Partial<GatewayOptions['config']>
  /** The way of the first gateway to the database, such as a proxy; others go straight to it. */
  through(databaseUrl: string): Promise<string>
}

export async function givenWorld({
  now = MONDAY,
  config,
  log,
  limitStore,
  resolve,
  timings,
  through,
}: Partial<WorldOptions> = {}): Promise<World> {
  const database = await freshDatabase()
  const clock = clockAt(now)
  const start = (startOne: typeof startGateway, databaseUrl = database.url) =>
    startOne({
      config: { ...ordinaryConfig, ...config },
      databaseUrl,
      secretKey: SECRET_KEY,
      log: log ?? pino({ level: process.env.TEST_LOG_LEVEL ?? 'silent' }),
      clock,
      ...(resolve && { resolve }),
      ...(limitStore && { limitStore }),
      ...(timings && { timings }),
    })
  const gateway = await start(startGateway, await through?.(database.url))
  const others: Gateway[] = []
  return {
    gateway,
    clock,
    url: gateway.url,
    databaseUrl: database.url,
    visitor: clientOf(gateway.url, {}),
    async secondGateway() {
      vi.resetModules()
      const modules = await import('../../src/gateway.ts')
      const other = await start(modules.startGateway)
      others.push(other)
      return other
    },
    async end() {
      await Promise.all([gateway, ...others].map(each => each.stop()))
      await database.drop()
    },
  }
}

/**
 * What every answer of the graph must look like: an error without a code is a failure of the test.
 */
export const Answer = z.object({
  data: z.record(z.string(), z.unknown()).nullish(),
  errors: z
    .array(
      z.object({
        message: z.string(),
        path: z.array(z.union([z.string(), z.number()])).optional(),
        extensions: z
          .looseObject({
            code: z.string(),
            fields: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
          })
          .optional(),
      }),
    )
    .optional(),
})

export type Answer = z.output<typeof Answer>
export type GraphError = NonNullable<z.output<typeof Answer>['errors']>[number]

/** Talks GraphQL over HTTP as somebody. */
export interface Client {
  url: string
  headers: Record<string, string>
  /**
   * The data of an operation that works. Throws with the errors otherwise. `any`-shaped data is
   * read with `z` or `at`.
   */
  run(query: string, variables?: Record<string, unknown>): Promise<Data>
  /** The errors of an operation that is refused. Throws when it is not. */
  refused(query: string, variables?: Record<string, unknown>): Promise<GraphError[]>
  /** Whatever comes back, for attempts of which some succeed. */
  answer(query: string, variables?: Record<string, unknown>): Promise<Answer>
  /** The first error's code. */
  codeOf(query: string, variables?: Record<string, unknown>): Promise<string>
}

export type Data = Record<string, unknown>

export function clientOf(url: string, headers: Record<string, string>): Client {
  async function send(query: string, variables: Record<string, unknown> = {}) {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query, variables }),
    })
    return Answer.parse(await response.json())
  }
  async function refused(query: string, variables?: Record<string, unknown>) {
    const { data, errors } = await send(query, variables)
    if (errors === undefined || errors.length === 0)
      throw new Error(`was not refused: ${JSON.stringify(data)}`)
    return errors
  }
  return {
    url,
    headers,
    async run(query, variables) {
      const { data, errors } = await send(query, variables)
      if (errors !== undefined || data == null)
        throw new Error(`${query}\n${JSON.stringify(errors, null, 1)}`)
      return data
    },
    refused,
    answer: send,
    codeOf: async (query, variables) =>
      (await refused(query, variables))[0]?.extensions?.code ?? 'no code',
  }
}

/**
 * A value deep in an answer, by its path: `at(data, 'book.booking.id')`. Undefined where the path
 * ends early.
 */
export function at(data: unknown, path: string): unknown {
  let value = data
  for (const part of path.split('.')) {
    if (typeof value !== 'object' || value === null) return undefined
    value = Object.entries(value).find(([key]) => key === part)?.[1]
  }
  return value
}

/** The same as text. Throws when it is none. */
export function textAt(data: unknown, path: string): string {
  const value = at(data, path)
  if (typeof value !== 'string')
    throw new Error(`${path} is ${JSON.stringify(value)} in ${JSON.stringify(data)}`)
  return value
}

/** The same as a list. Throws when it is none. */
export function listAt(data: unknown, path: string): unknown[] {
  const value = at(data, path)
  if (!Array.isArray(value))
    throw new Error(`${path} is ${JSON.stringify(value)} in ${JSON.stringify(data)}`)
  return value
}

/** A host with an account. */
export interface GivenHost extends Client {
  id: string
  slug: string
  email: string
}

let hosts = 0

/** Registers a host over HTTP; the client carries their session cookie. */
export async function givenHost(
  world: Pick<World, 'url'>,
  input: Record<string, unknown> = {},
): Promise<GivenHost> {
  hosts++
  const email = `host${hosts}@example.com`
  const response = await fetch(`${world.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      query: 'mutation ($input: RegisterInput!) { register(input: $input) { user { id email } } }',
      variables: {
        input: {
          name: `Host ${hosts}`,
          email,
          password: 'correct horse battery',
          timeZone: 'Europe/London',
          firstEventType: false,
          ...input,
        },
      },
    }),
  })
  const cookie = response.headers.getSetCookie()[0]?.split(';')[0]
  const { data, errors } = Answer.parse(await response.json())
  if (cookie === undefined) throw new Error(`could not register: ${JSON.stringify(errors)}`)
  const client = clientOf(world.url, { cookie })
  return {
    ...client,
    id: textAt(data, 'register.user.id'),
    slug: textAt(
      await client.run('{ viewer { bookingPage { slug } } }'),
      'viewer.bookingPage.slug',
    ),
    email: textAt(data, 'register.user.email'),
  }
}

/**
 * An event type of a host: 30 minutes, without notice, unless the test says otherwise. Answers its
 * id.
 */
export async function givenEventType(
  host: Client,
  input: Record<string, unknown> = {},
): Promise<string> {
  const data = await host.run(
    'mutation ($input: CreateEventTypeInput!) { createEventType(input: $input) { eventType { id } } }',
    { input: { name: 'Intro', durationMinutes: 30, minimumNoticeMinutes: 0, ...input } },
  )
  return textAt(data, 'createEventType.eventType.id')
}

export const BOOK = `mutation ($input: BookInput!) {
  book(input: $input) {
    booking { id status start end timeZone eventType { id } invitees { id name email } }
    invitee { id linkToken }
  }
}`

/** What a visitor sends to book; the start in UTC. */
export const booking = (
  eventTypeId: string,
  start: string,
  input: Record<string, unknown> = {},
) => ({
  input: {
    eventType: { id: eventTypeId },
    start,
    invitee: { name: 'Ann', email: 'ann@example.org', timeZone: 'Europe/Berlin' },
    ...input,
  },
})

/** Books as a visitor. */
export async function givenBooking(
  client: Client,
  eventTypeId: string,
  start: string,
  input: Record<string, unknown> = {},
) {
  const data = await client.run(BOOK, booking(eventTypeId, start, input))
  return {
    id: textAt(data, 'book.booking.id'),
    inviteeId: textAt(data, 'book.invitee.id'),
    token: textAt(data, 'book.invitee.linkToken'),
    data,
  }
}
