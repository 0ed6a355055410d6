import { createHmac } from 'node:crypto'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { pino } from 'pino'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { z } from 'zod'
import { readListenOptions } from '../../src/cli/listen/options.ts'
import { allEventKinds } from '../../src/event-log/kinds.ts'
import { startGateway } from '../../src/gateway.ts'
import { daysOffered } from '../helpers/bookings.ts'
import { type Program, run } from '../helpers/program.ts'
import { type Behaviour, givenReceiver, type Receiver } from '../helpers/receiver.ts'
import {
  type Client,
  clientOf,
  type GivenHost,
  givenBooking,
  givenEventType,
  givenHost,
  givenWorld,
  ordinaryConfig,
  SECRET_KEY,
  textAt,
  type World,
} from '../helpers/world.ts'

const BOTH_SCOPES = ['bookings:read', 'contacts:read']

async function givenKey(of: Client, scopes = BOTH_SCOPES): Promise<{ id: string; secret: string }> {
  const data = await of.run(
    'mutation ($scopes: [String!]!) { createApiKey(input: { label: "listen", scopes: $scopes }) { apiKey { id } secret } }',
    { scopes },
  )
  return { id: textAt(data, 'createApiKey.apiKey.id'), secret: textAt(data, 'createApiKey.secret') }
}

/** A host with something to book and a key. */
async function givenListened(world: World, scopes = BOTH_SCOPES) {
  const host = await givenHost(world, { name: 'Grace Host' })
  const eventType = await givenEventType(host)
  const { secret: key } = await givenKey(host, scopes)
  const today = world.clock.now().toISOString().slice(0, 10)
  const end = new Date(world.clock.now().getTime() + 20 * 86_400_000).toISOString().slice(0, 10)
  const free = (await daysOffered(world.visitor, eventType, today, { end })).flatMap(
    ({ slots }) => slots,
  )
  return {
    host,
    key,
    env: { MERIDIAN_URL: world.url, MERIDIAN_API_KEY: key },
    /** Books the next free start; answers the id. */
    async books(visitor: Client = world.visitor): Promise<string> {
      const start = free.shift()?.start ?? ''
      return (await givenBooking(visitor, eventType, start)).id
    },
  }
}

type Listened = Awaited<ReturnType<typeof givenListened>>

const cancel = (host: GivenHost, id: string) =>
  host.run('mutation ($id: ID!) { cancelBooking(input: { id: $id }) { booking { id } } }', { id })

async function receiverOfTest(how?: number | Behaviour): Promise<Receiver> {
  const receiver = await givenReceiver(how)
  onTestFinished(() => receiver.close())
  return receiver
}

interface Listener {
  program: Program
  /** What it has said beside the events. */
  said(): string
  /** Waits until it says something; answers the match. */
  says(pattern: RegExp): Promise<RegExpExecArray>
  /** The lines of events, when there are so many. */
  prints(count: number): Promise<string[]>
  /** The lines after so long a time. */
  after(ms: number): Promise<string[]>
}

const inTime = { timeout: 15_000, interval: 20 }

/** Runs the command. */
async function startListener(args: string[], env: Record<string, string>): Promise<Listener> {
  const program = await run('bin/meridian.mjs', ['listen', ...args], { TZ: 'UTC', ...env })
  onTestFinished(async () => {
    program.signal('SIGKILL')
    await program.ended
  })
  const lines = () => program.stdout().split('\n').slice(0, -1)
  // A start builds what is stale, and says so.
  const said = () => program.stderr().replace(/^(Built|Generating) .*\n/gm, '')
  const all = () => `it has printed:\n${program.stdout()}\nand said:\n${program.stderr()}`
  return {
    program,
    said,
    says: pattern =>
      vi.waitFor(() => {
        const found = pattern.exec(said())
        if (found === null) throw new Error(`no ${pattern}; ${all()}`)
        return found
      }, inTime),
    prints: count =>
      vi.waitFor(() => {
        if (lines().length < count) throw new Error(`no ${count} events; ${all()}`)
        return lines()
      }, inTime),
    async after(ms) {
      await new Promise(resolve => setTimeout(resolve, ms))
      return lines()
    },
  }
}

/** The same, when it listens. */
async function givenListener(args: string[], env: Record<string, string>): Promise<Listener> {
  const listener = await startListener(args, env)
  await listener.says(/^Listening /m)
  return listener
}

/** How it ends by itself. */
async function apiErrorOf(args: string[], env: Record<string, string>) {
  const { program, said } = await startListener(args, env)
  const { code } = await program.ended
  return { code, said: said(), printed: program.stdout() }
}

const BOOKINGS = ['--events', 'BOOKING_CREATED,BOOKING_CANCELLED']
const bookingIds = (lines: string[]) => lines.map(line => /bk_\w+/.exec(line)?.[0])

let world: World
beforeAll(async () => {
  world = await givenWorld()
})
afterAll(() => world.end())

describe('meridian listen', () => {
  it('prints a line for each event as it happens, and ends at SIGINT with code 0', async () => {
    const { host, key, env, books } = await givenListened(world)
    const { program, said, prints } = await givenListener([], env)
    expect(said()).toBe(`Listening to the events of Grace Host at ${world.url}.\n`)

    const id = await books()
    await cancel(host, id)
    expect(await prints(3)).toEqual([
      expect.stringMatching(/^2026-03-02 07:00:00 {2}CONTACT_CREATED +ct_\w{22} {2}evt_\w{22}$/),
      expect.stringMatching(
        new RegExp(`^2026-03-02 07:00:00  BOOKING_CREATED +${id}  evt_\\w{22}$`),
      ),
      expect.stringMatching(
        new RegExp(`^2026-03-02 07:00:00  BOOKING_CANCELLED +${id}  evt_\\w{22}$`),
      ),
    ])

    program.signal('SIGINT')
    expect(await program.ended).toEqual({ code: 0, signal: null })
    expect(program.stdout() + program.stderr()).not.toContain(key)
  })

  it('prints only the kinds that are asked for, with a key that may read nothing else', async () => {
    const { host, env, books } = await givenListened(world)
    const { secret } = await givenKey(host, ['bookings:read'])
    const { prints, after } = await givenListener(
      ['--events', 'BOOKING_CANCELLED', '--key', secret],
      {
        ...env,
        MERIDIAN_API_KEY: 'cal_that_is_not_taken',
      },
    )
    const id = await books()
    await cancel(host, id)
    await prints(1)
    expect(bookingIds(await after(200))).toEqual([id])
  })

  it('begins where it is told, and prints JSON from which to go on', async () => {
    const { host, env, books } = await givenListened(world)
    const first = await books()
    await cancel(host, first)
    const second = await books()

    const Line = z.object({ cursor: z.string(), kind: z.string(), subjectId: z.string() }).loose()
    const read = (lines: string[]) => lines.map(line => Line.parse(JSON.parse(line)))
    const all = await givenListener([...BOOKINGS, '--json', '--since', 'start'], env)
    const log = read(await all.prints(3))
    expect(log[0]).toEqual({
      id: expect.stringMatching(/^evt_\w{22}$/),
      kind: 'BOOKING_CREATED',
      subjectId: first,
      occurredAt: '2026-03-02T07:00:00.000Z',
      cursor: expect.any(String),
      forward: null,
    })
    expect(log.map(({ kind, subjectId }) => [kind, subjectId])).toEqual([
      ['BOOKING_CREATED', first],
      ['BOOKING_CANCELLED', first],
      ['BOOKING_CREATED', second],
    ])

    const { url } = await receiverOfTest(202)
    const rest = await givenListener(
      [...BOOKINGS, '--json', '--forward', url, '--since', log[1]?.cursor ?? ''],
      env,
    )
    const [line, ...more] = read(await rest.prints(1))
    expect(more).toEqual([])
    expect(line).toEqual({
      ...log[2],
      forward: {
        deliveryId: expect.stringMatching(/^dlv_\w{22}$/),
        status: 202,
        durationMs: expect.any(Number),
        problem: null,
      },
    })
  })

  it('prints its flags with --help', async () => {
    const { code, said, printed } = await apiErrorOf(['--help'], {})
    expect({ code, said }).toEqual({ code: 0, said: '' })
    for (const flag of ['forward', 'events', 'dialect', 'secret', 'since', 'json', 'url', 'key']) {
      expect(printed).toMatch(new RegExp(`^ {2}--${flag} `, 'm'))
    }
    expect(printed).toMatch(/they are not retried/)
    expect(printed).toMatch(/MERIDIAN_API_KEY/)
    expect(printed).toMatch(/meridian login/)
  })
})

describe('what is forwarded', () => {
  const HEX = /^[0-9a-f]{64}$/
  const hmac = (secret: string, body: string) =>
    createHmac('sha256', secret).update(body).digest('hex')
  const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'

  it('is signed with a new secret, by which Standard Webhooks verify it', async () => {
    const { env, books } = await givenListened(world)
    const receiver = await receiverOfTest()
    const { says, prints } = await givenListener([...BOOKINGS, '--forward', receiver.url], env)
    const [, secret = ''] = await says(/^Signed with (whsec_\S+), new for this run;/m)
    const id = await books()
    const { method, headers, body } = await receiver.next()
    expect(method).toBe('POST')
    expect(new Webhook(secret).verify(body, headers)).toMatchObject({
      type: 'booking.created',
      data: { booking: { id } },
    })
    const [line] = await prints(1)
    expect(line).toMatch(new RegExp(`BOOKING_CREATED +${id}  evt_\\w{22}  → 200 in \\d+ ms$`))
  })

  it.each([
    [
      'standard',
      ({ headers, body }) => {
        new Webhook(SECRET).verify(body, headers)
        // By which a receiver knows a delivery from another.
        expect(headers['webhook-id']).toMatch(/^dlv_\w{22}$/)
      },
    ],
    [
      'calendarpa',
      ({ headers, body }) => {
        expect(headers['x-calendarpa-signature']).toBe(`sha256=${hmac(SECRET, body)}`)
        expect(headers['x-calendarpa-delivery']).toMatch(/^dlv_\w{22}$/)
      },
    ],
    [
      'calendo',
      ({ headers, body }) => {
        expect(headers['x-calendo-signature']).toMatch(HEX)
        expect(headers['x-calendo-signature']).toBe(hmac(SECRET, body))
      },
    ],
    [
      'calendly',
      ({ headers, body }) => {
        const [, t, v1] =
          /^t=(\d+),v1=([\da-f]{64})$/.exec(headers['calendly-webhook-signature'] ?? '') ?? []
        expect(v1).toBe(hmac(SECRET, `${t}.${body}`))
      },
    ],
  ] satisfies [
    string,
    (received: Pick<Awaited<ReturnType<Receiver['next']>>, 'headers' | 'body'>) => void,
  ][])('is in %s what a hook is sent, byte for byte', async (dialect, verify) => {
    // Hooks are told the links of invitees, which a key that may only read is not.
    const { host, env, books } = await givenListened(world, [...BOTH_SCOPES, 'bookings:write'])
    const hooked = await receiverOfTest()
    const receiver = await receiverOfTest()
    await host.run(
      'mutation ($input: CreateHookInput!) { createHook(input: $input) { hook { id } } }',
      {
        input: {
          url: hooked.url,
          events: ['BOOKING_CREATED', 'BOOKING_CANCELLED'],
          dialect: dialect.toUpperCase(),
          secret: SECRET,
        },
      },
    )
    const listener = await givenListener(
      [...BOOKINGS, '--forward', receiver.url, '--dialect', dialect, '--secret', SECRET],
      env,
    )
    expect(listener.said()).not.toContain(SECRET)

    await cancel(host, await books())
    const forwarded = await receiver.take(2)
    const delivered = await hooked.take(2)
    expect(forwarded.map(({ body }) => body)).toEqual(delivered.map(({ body }) => body))
    // The connection is another, and so are the ids and times of a delivery.
    const names = (headers: Record<string, string>) =>
      Object.keys(headers).filter(name => name !== 'connection')
    for (const [index, received] of forwarded.entries()) {
      verify(received)
      const real = delivered[index]?.headers ?? {}
      expect(names(received.headers).sort()).toEqual(names(real).sort())
      for (const name of ['content-type', 'user-agent', 'x-meridian-sequence']) {
        expect(received.headers[name]).toBe(real[name])
      }
      expect(received.headers['x-meridian-sequence']).toBe(String(index + 1))
    }
  })

  it('prints events that the dialect does not send, without forwarding them', async () => {
    const { env, books } = await givenListened(world)
    const receiver = await receiverOfTest()
    const { prints } = await givenListener(['--forward', receiver.url, '--dialect', 'calendo'], env)
    await books()
    const [contact] = await prints(2)
    expect(contact).toMatch(
      /CONTACT_CREATED +ct_\w+ {2}evt_\w+ {2}→ not forwarded: calendo does not send it$/,
    )
    expect(receiver.all.map(({ json }) => json)).toEqual([
      expect.objectContaining({ event: 'booking.created' }),
    ])
  })

  it('goes out once, whatever is answered, and the problem is said in words', async () => {
    const { env, books } = await givenListened(world)
    const elsewhere = await receiverOfTest()
    const receiver = await receiverOfTest(500)
    const { prints } = await givenListener(
      ['--events', 'BOOKING_CREATED', '--forward', receiver.url.replace('127.0.0.1', 'localhost')],
      env,
    )
    const outcomes = async (count: number) => (await prints(count)).map(line => line.split('→ ')[1])
    await books()
    await outcomes(1)
    receiver.answer((_request, response) =>
      response.writeHead(307, { location: elsewhere.url }).end(),
    )
    await books()
    await outcomes(2)
    receiver.answer((_request, response) => response.destroy())
    await books()
    await outcomes(3)
    await receiver.close()
    await books()
    expect(await outcomes(4)).toEqual([
      expect.stringMatching(/^500 in \d+ ms: the receiver answered 500$/),
      expect.stringMatching(
        /^307 in \d+ ms: the receiver answered 307; redirects are not followed$/,
      ),
      expect.stringMatching(
        /^no answer in \d+ ms: the receiver closed the connection before it answered$/,
      ),
      expect.stringMatching(/^no answer in \d+ ms: the receiver refused the connection$/),
    ])
    expect(receiver.all).toHaveLength(3)
    expect(elsewhere.all).toEqual([])
  })
})

/** A way to a gateway that can be cut. */
async function givenWay(to: string) {
  const { hostname, port } = new URL(to)
  const sockets = new Set<Socket>()
  let isOpen = true
  const server = createServer(near => {
    if (!isOpen) return near.destroy()
    const far = connect(Number(port), hostname)
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one)
      one.on('error', () => {})
      one.on('close', () => {
        sockets.delete(one)
        other.destroy()
      })
      one.pipe(other)
    }
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port: own } = server.address() as AddressInfo
  const cut = () => {
    for (const socket of sockets) socket.destroy()
  }
  onTestFinished(() => {
    cut()
    server.close()
  })
  return {
    url: `http://127.0.0.1:${own}`,
    cut,
    close() {
      isOpen = false
      cut()
    },
    open() {
      isOpen = true
    },
  }
}

describe('a connection that is lost', () => {
  // Real time: what happened while nobody listened is told by its time when nothing had come
  // before.
  let now: World
  let listened: Listened
  beforeAll(async () => {
    now = await givenWorld({ now: new Date().toISOString() })
    listened = await givenListened(now)
  })
  afterAll(() => now.end())

  const CREATED = ['--events', 'BOOKING_CREATED']

  it('is made again, and nothing is lost, nothing comes twice', async () => {
    const { env, books } = listened
    const way = await givenWay(now.url)
    const receiver = await receiverOfTest()
    const listener = await givenListener([...CREATED, '--forward', receiver.url], {
      ...env,
      MERIDIAN_URL: way.url,
    })
    const booked: string[] = []
    const book = async (count: number) => {
      for (let n = 0; n < count; n++) booked.push(await books())
    }
    await book(2)
    await listener.prints(2)

    way.close()
    await listener.says(/^Lost the gateway \(the connection broke off\); trying again\.$/m)
    await book(2)
    way.open()
    await listener.says(/^Back; going on after the last event\.$/m)
    await book(1)
    await listener.prints(5)

    // The line breaks while events wait for the receiver: their bodies cannot be asked for then.
    const held: (() => void)[] = []
    receiver.answer((_request, response) => void held.push(() => response.end()))
    await book(2)
    await vi.waitFor(() => expect(held).toHaveLength(1), inTime)
    await listener.after(300)
    way.close()
    receiver.answer(200)
    held[0]?.()
    await listener.after(300)
    way.open()
    await listener.prints(7)

    // Again and again, in the midst of everything.
    for (let round = 0; round < 3; round++) {
      await book(3)
      way.cut()
    }
    await book(1)
    await listener.prints(17)
    expect(bookingIds(await listener.after(500))).toEqual(booked)
    expect(receiver.all.map(({ json }) => textAt(json, 'data.booking.id'))).toEqual(booked)
    expect(listener.program.stdout()).not.toMatch(/→ (?!200 )/)
  }, 60_000)

  it('loses nothing before the first event either, and prints nothing of before the start', async () => {
    const { env, books } = listened
    now.clock.set(new Date(Date.now() - 3_600_000).toISOString())
    await books()
    now.clock.set(new Date().toISOString())
    const way = await givenWay(now.url)
    const listener = await givenListener(CREATED, { ...env, MERIDIAN_URL: way.url })
    way.close()
    await listener.says(/^Lost /m)
    now.clock.set(new Date().toISOString())
    const missed = await books()
    way.open()
    expect(bookingIds(await listener.prints(1))).toEqual([missed])
    const next = await books()
    await listener.prints(2)
    expect(bookingIds(await listener.after(300))).toEqual([missed, next])
  })

  it('ends with the key: the command says so, and ends with code 1', async () => {
    const { host, env } = listened
    const { id, secret } = await givenKey(host)
    const listener = await givenListener([], { ...env, MERIDIAN_API_KEY: secret })
    await host.run('mutation ($id: ID!) { revokeApiKey(input: { id: $id }) { apiKey { id } } }', {
      id,
    })
    expect(await listener.program.ended).toEqual({ code: 1, signal: null })
    expect(listener.said().trim().split('\n').at(-1)).toBe(
      'The gateway does not take this API key.',
    )
  })

  it('waits for a gateway that restarts, and has what happened at another meanwhile', async () => {
    const { env, books } = listened
    const other = await now.secondGateway()
    const visitor = clientOf(other.url, {})
    const listener = await givenListener(CREATED, env)
    const booked = [await books(visitor)]
    await listener.prints(1)
    await now.gateway.stop()
    await listener.says(/^Lost /m)
    booked.push(await books(visitor))
    const again = await startGateway({
      config: { ...ordinaryConfig, port: Number(new URL(now.url).port) },
      databaseUrl: now.databaseUrl,
      secretKey: SECRET_KEY,
      log: pino({ level: 'silent' }),
      clock: now.clock,
    })
    try {
      await listener.says(/^Back;/m)
      booked.push(await books())
      await listener.prints(3)
      expect(bookingIds(await listener.after(300))).toEqual(booked)
      expect(listener.said().match(/^(Lost|Back)/gm)).toEqual(['Lost', 'Back'])
    } finally {
      await again.stop()
    }
  })
})

describe('what cannot be', () => {
  let env: Record<string, string>
  let keyOf: Record<'profiles' | 'bookings', string>

  beforeAll(async () => {
    const listened = await givenListened(world)
    env = listened.env
    keyOf = {
      profiles: (await givenKey(listened.host, ['profile:write'])).secret,
      bookings: (await givenKey(listened.host, ['bookings:read'])).secret,
    }
  })

  const receiver = ['--forward', 'http://localhost:3000/hook']
  const key = { MERIDIAN_API_KEY: 'cal_key' }

  it.each<[string, string[], Record<string, string>, string]>([
    [
      'an unknown flag',
      ['--foward', 'x'],
      key,
      "Unknown option '--foward'. meridian listen --help lists what there is.",
    ],
    [
      'an argument',
      ['http://a.b/c'],
      key,
      "Unexpected argument 'http://a.b/c'. meridian listen --help lists what there is.",
    ],
    [
      'a flag without its value',
      ['--forward'],
      key,
      "Option '--forward <value>' argument missing. meridian listen --help lists what there is.",
    ],
    [
      'a flag with another as its value',
      ['--forward', '--json'],
      key,
      "Option '--forward' argument is ambiguous. meridian listen --help lists what there is.",
    ],
    [
      'a key of two lines',
      [],
      { MERIDIAN_API_KEY: 'cal_a\ncal_b' },
      'MERIDIAN_API_KEY must be an API key, without spaces or line breaks.',
    ],
    [
      'a key with a space',
      ['--key', 'cal_a '],
      key,
      '--key must be an API key, without spaces or line breaks.',
    ],
    [
      'a kind that there is not',
      ['--events', 'BOOKING_CREATED,BOOKED'],
      key,
      `--events must be some of ${allEventKinds.join(', ')}, with commas.`,
    ],
    [
      'no kinds',
      ['--events', ''],
      key,
      `--events must be some of ${allEventKinds.join(', ')}, with commas.`,
    ],
    [
      'a dialect that there is not',
      [...receiver, '--dialect', 'google'],
      key,
      '--dialect must be one of standard, calendarpa, calendo, calcom, calendly.',
    ],
    [
      'a secret that is none',
      [...receiver, '--secret', 'hunter22'],
      key,
      '--secret must be whsec_ and the base64 of 24 to 64 bytes.',
    ],
    [
      'a secret that is none for a dialect',
      [...receiver, '--dialect', 'calendo', '--secret', 'short'],
      key,
      '--secret must have 8 to 200 characters, without spaces.',
    ],
    [
      'a receiver without a scheme',
      ['--forward', 'localhost:3000/hook'],
      key,
      '--forward must be an absolute http or https URL without credentials.',
    ],
    [
      'a place that is none',
      ['--since', 'yesterday'],
      key,
      '--since must be start, or a cursor that an event came with.',
    ],
    [
      'a gateway of another scheme',
      ['--url', 'ws://127.0.0.1:4000'],
      key,
      '--url must be an absolute http or https URL without credentials.',
    ],
    [
      'the same in the variable',
      [],
      { ...key, MERIDIAN_URL: 'localhost' },
      'MERIDIAN_URL must be an absolute http or https URL without credentials.',
    ],
  ])('%s is refused in a sentence', (_what, args, variables, sentence) => {
    expect(() => readListenOptions(args, variables)).toThrow(new Error(sentence))
  })

  const advice = 'Start one, or name its address with --url or MERIDIAN_URL.'

  it.each<[string, string[], () => Record<string, string>, string]>([
    [
      'a wrong command line',
      ['--since', 'then'],
      () => ({}),
      '--since must be start, or a cursor that an event came with.',
    ],
    [
      'no key and no login',
      ['--url', 'http://127.0.0.1:1/'],
      () => ({ MERIDIAN_API_KEY: '', XDG_CONFIG_HOME: '/nowhere' }),
      'Nobody is logged in at http://127.0.0.1:1: run meridian login, or set MERIDIAN_API_KEY to an API key with the scope bookings:read.',
    ],
    [
      'a wrong key',
      [],
      () => ({ MERIDIAN_API_KEY: 'cal_wrong' }),
      'The gateway does not take this API key.',
    ],
    [
      'a key of other things',
      [],
      () => ({ MERIDIAN_API_KEY: keyOf.profiles }),
      'The key lacks the scope bookings:read.',
    ],
    [
      'nobody at the address',
      ['--url', 'http://127.0.0.1:1/'],
      () => ({}),
      `There is no gateway at http://127.0.0.1:1 (ECONNREFUSED). ${advice}`,
    ],
  ])('%s ends it with a sentence and code 1', async (_what, args, variables, sentence) => {
    expect(await apiErrorOf(args, { ...env, ...variables() })).toEqual({
      code: 1,
      said: `${sentence}\n`,
      printed: '',
    })
  })

  it('events that the key may not read do too, once they are asked for', async () => {
    const { code, said } = await apiErrorOf(['--events', 'CONTACT_CREATED'], {
      ...env,
      MERIDIAN_API_KEY: keyOf.bookings,
    })
    expect(code).toBe(1)
    expect(said).toMatch(/^Listening to .*\nThe key lacks the scope contacts:read\.\n$/)
  })

  it('says what to do about a cursor that the log does not have, and ends with code 1', async () => {
    const since = Buffer.from('event:999999999').toString('base64url')
    const { code, said } = await apiErrorOf(['--since', since], env)
    expect(code).toBe(1)
    expect(said).toContain(
      'restored from an older backup. Start again without --since for events from now on',
    )
  })

  it('something else than a gateway at the address does too', async () => {
    const { url } = await receiverOfTest()
    const said = `There is no gateway at ${url} (answered 200). ${advice}\n`
    expect(await apiErrorOf(['--url', url], env)).toEqual({ code: 1, said, printed: '' })
  })

  it('so does a gateway whose websockets do not get through', async () => {
    // As some proxies are: requests pass, and what asks for an upgrade does not.
    const proxy = await receiverOfTest(async ({ method, headers, body }, response) => {
      if (method === 'GET') return response.writeHead(400).end()
      const passed = { 'content-type': 'application/json', 'x-api-key': headers['x-api-key'] ?? '' }
      const answer = await fetch(`${world.url}/graphql`, { method, headers: passed, body })
      response.end(await answer.text())
    })
    const { origin } = new URL(proxy.url)
    const said = `The events of ${origin} cannot be followed: Unexpected server response: 400.\n`
    expect(await apiErrorOf(['--url', origin], env)).toEqual({ code: 1, said, printed: '' })
  })
})
