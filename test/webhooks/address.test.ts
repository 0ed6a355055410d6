import { createServer, type IncomingMessage } from 'node:http'
import net, { type AddressInfo, type LookupFunction } from 'node:net'
import tls from 'node:tls'
import { request } from 'undici'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import {
  ForbiddenAddress,
  isPublic,
  type ReceiverAgentOptions,
  type ReceiverRules,
  type Resolve,
  receiverAgent,
  whyNotReceiver,
} from '../../src/webhooks/receiver-address.ts'

const strict: ReceiverRules = { allowPrivate: false, httpsOnly: false }
const production: ReceiverRules = { allowPrivate: false, httpsOnly: true }
const development: ReceiverRules = { allowPrivate: true, httpsOnly: false }

const PUBLIC = '93.184.215.14'
const PUBLIC_6 = '2606:2800:21f:cb07:6820:80da:af6b:8b2c'

/** Names that have these addresses; with several lists, the last is for all looks that follow. */
function names(...looks: string[][]) {
  let look = 0
  return vi.fn<Resolve>(async () => {
    const addresses = looks[Math.min(look++, looks.length - 1)] ?? []
    return addresses.map(address => ({ address, family: net.isIP(address) }))
  })
}

const noName = vi.fn<Resolve>(async hostname => {
  throw Object.assign(new Error(`getaddrinfo ENOTFOUND ${hostname}`), { code: 'ENOTFOUND' })
})
const neverAnswered = () => {
  // Held, as a look that is under way holds what waits for it.
  const waiting: unknown[] = []
  return vi.fn<Resolve>(() => new Promise(answer => waiting.push(answer)))
}

const whyNot = (url: string, rules = strict, resolve: Resolve = names([PUBLIC])) =>
  whyNotReceiver(new URL(url), rules, resolve)

describe('an address of the public internet', () => {
  it.each([
    PUBLIC,
    '1.1.1.1',
    '100.63.255.255',
    '100.128.0.1',
    '172.15.0.1',
    '172.32.0.1',
    PUBLIC_6,
    '2a00:1450::8',
  ])('is %s', address => expect(isPublic(address)).toBe(true))

  it.each([
    ['loopback', '127.0.0.1', '127.255.255.254', '::1'],
    ['private', '10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1'],
    ['link-local', '169.254.0.1', 'fe80::1', 'fe80::1%eth0', 'febf::1'],
    ['carrier-grade NAT', '100.64.0.1', '100.127.255.255'],
    ['unique local', 'fc00::1', 'fdff::1'],
    ['site-local of old', 'fec0::1'],
    ['multicast', '224.0.0.1', '239.255.255.255', 'ff02::1'],
    ['broadcast', '255.255.255.255'],
    ['unspecified', '0.0.0.0', '0.1.2.3', '::'],
    [
      'reserved',
      '192.0.0.8',
      '240.0.0.1',
      '2001:100::1',
      '5f00::1',
      '4000::1',
      '1000::1',
      'e000::1',
    ],
    ['for documentation', '192.0.2.1', '198.51.100.1', '203.0.113.1', '2001:db8::1', '3fff::1'],
    ['for benchmarks', '198.18.0.1', '198.19.255.255', '2001:2::1'],
    ['mapped', '::ffff:8.8.8.8', '::ffff:7f00:1', '::ffff:0:8.8.8.8'],
    ['IPv4-compatible', '::8.8.8.8', '::7f00:1'],
    ['NAT64', '64:ff9b::8.8.8.8', '64:ff9b::a00:1', '64:ff9b:1::a00:1'],
    ['6to4', '2002:7f00:1::1', '192.88.99.1'],
    ['Teredo', '2001::1', '2001:0:4136:e378:8000:63bf:3fff:fdd2'],
    ['a metadata service', '169.254.169.254', 'fd00:ec2::254', '100.100.100.200', '168.63.129.16'],
    [
      'no address',
      '',
      'example.com',
      '8.8',
      '134744072',
      '0x8.8.8.8',
      '010.8.8.8',
      '8.8.8.8/32',
      '[2a00:1450::8]',
    ],
  ])('is none that is %s', (_what, ...addresses) => {
    expect(addresses.filter(isPublic)).toEqual([])
  })
})

describe('a receiver', () => {
  it.each([
    'https://example.com/hook',
    'http://example.com:8080/hook?key=1',
    'https://example.com./hook',
    'https://localhost.example.com',
    'https://mylocalhost.com',
    'https://internal.example.com',
    'https://notlocal.arpa',
    `http://${PUBLIC}/`,
    `https://[${PUBLIC_6}]/`,
  ])('may be %s', async url => {
    expect(await whyNot(url)).toBeUndefined()
  })

  it.each([
    ['http://127.0.0.1:4000/', '127.0.0.1'],
    ['http://2130706433/', '127.0.0.1'],
    ['http://0x7f.1/', '127.0.0.1'],
    ['http://127.1/', '127.0.0.1'],
    ['http://0177.0.0.1/', '127.0.0.1'],
    ['http://127.0.0.1./', '127.0.0.1'],
    ['http://①②⑦.0.0.1/', '127.0.0.1'],
    ['http://0/', '0.0.0.0'],
    ['https://10.1.2.3/', '10.1.2.3'],
    ['http://169.254.169.254/latest/meta-data/', '169.254.169.254'],
    ['http://168.63.129.16/metadata', '168.63.129.16'],
    ['http://[::1]/', '::1'],
    ['http://[::]/', '::'],
    ['http://[::ffff:127.0.0.1]/', '::ffff:7f00:1'],
    ['http://[::127.0.0.1]/', '::7f00:1'],
    ['http://[64:ff9b::10.0.0.1]/', '64:ff9b::a00:1'],
    ['http://[fd00:ec2::254]/', 'fd00:ec2::254'],
  ])('is not %s', async (url, address) => {
    const resolve = names([PUBLIC])
    expect(await whyNot(url, strict, resolve)).toBe(
      `must not lead to a private address (${address}); the operator can allow it with MERIDIAN_ALLOW_PRIVATE_HOOKS=1`,
    )
    expect(resolve).not.toHaveBeenCalled()
  })

  it.each([
    'localhost',
    'localhost.',
    'LOCALHOST',
    'app.localhost',
    'printer.local',
    'printer.local..',
    'metadata.google.internal',
    'nas.home.arpa',
    'home.arpa',
    'intranet',
    'intranet.',
  ])('does not have the local name %s', async name => {
    const resolve = names([PUBLIC])
    const shown = name.toLowerCase()
    expect(await whyNot(`https://${name}/`, strict, resolve)).toBe(
      `must not lead to a local name (${shown}); the operator can allow it with MERIDIAN_ALLOW_PRIVATE_HOOKS=1`,
    )
    expect(resolve).not.toHaveBeenCalled()
  })

  it.each([
    'ftp://example.com',
    'file:///etc/passwd',
    'gopher://example.com',
    'ws://example.com',
    'javascript:alert(1)',
  ])('is not %s, whatever the rules', async url => {
    const reason = 'must start with https:// or http://'
    for (const rules of [strict, production, development])
      expect(await whyNot(url, rules)).toBe(reason)
  })

  it('is called by https where the operator wants that', async () => {
    expect(await whyNot('http://example.com/', production)).toBe('must start with https://')
    expect(await whyNot('https://example.com/', production)).toBeUndefined()
    expect(await whyNot('https://10.0.0.1/', production)).toBe(
      'must not lead to a private address (10.0.0.1); the operator can allow it with MERIDIAN_ALLOW_PRIVATE_HOOKS=1',
    )
  })

  it.each([
    [['10.0.0.1']],
    [[PUBLIC, '10.0.0.1']],
    [[PUBLIC, PUBLIC_6, '::1']],
    [['::ffff:8.8.8.8']],
  ])('is not a name with the addresses %j, which are not told', async addresses => {
    const reason = 'must lead to public addresses only (hooks.example.com)'
    expect(await whyNot('https://hooks.example.com/', strict, names(addresses))).toBe(reason)
  })

  it('is rejected in the same words when the name does not exist', async () => {
    const reason = 'must lead to public addresses only (hooks.example.com)'
    expect(await whyNot('https://hooks.example.com/', strict, noName)).toBe(reason)
  })

  it('may be a name that DNS looks up slowly', async () => {
    const start = performance.now()
    expect(await whyNot('https://slow.example.com/', strict, neverAnswered())).toBeUndefined()
    expect(performance.now() - start).toBeLessThan(4_000)
  })

  it('may be anything with http(s) in development, where no name is looked up', async () => {
    const resolve = names(['127.0.0.1'])
    for (const host of ['localhost:4000', '127.0.0.1', '[::1]', 'intranet', 'example.com'])
      for (const scheme of ['http', 'https'])
        expect(await whyNot(`${scheme}://${host}/`, development, resolve)).toBe(undefined)
    expect(resolve).not.toHaveBeenCalled()
    expect(
      await whyNot('http://localhost/', { allowPrivate: true, httpsOnly: true }),
    ).toBeUndefined()
  })
})

const ends: (() => unknown)[] = []
afterEach(async () => {
  vi.restoreAllMocks()
  for (const end of ends.splice(0).reverse()) await end()
})

/** A server of this machine, and what reached it. */
async function givenServer(answerAfterMs = 0) {
  const seen = { connections: 0, atOnce: 0, most: 0, requests: [] as IncomingMessage[] }
  const server = createServer((incoming, response) => {
    seen.requests.push(incoming)
    setTimeout(() => response.end('heard'), answerAfterMs)
  })
  server.on('connection', socket => {
    seen.connections++
    seen.most = Math.max(seen.most, ++seen.atOnce)
    socket.on('close', () => seen.atOnce--)
  })
  return { seen, port: await listening(server) }
}

async function listening(server: net.Server): Promise<number> {
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  ends.push(() => server.close())
  return portOf(server.address())
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

function givenAgent(rules: ReceiverRules, resolve: Resolve, options?: ReceiverAgentOptions) {
  const dispatcher = receiverAgent(rules, resolve, options)
  ends.push(() => dispatcher.destroy())
  return async (url: string) => {
    const { body } = await request(url, { dispatcher, method: 'POST', body: '{}' })
    return body.text()
  }
}

const failure = (asked: Promise<unknown>): Promise<unknown> =>
  asked.then(
    () => expect.unreachable('it was answered'),
    error => error,
  )

describe('the agent', () => {
  it('refuses a name that was public when it was checked and is private when it is called', async () => {
    const { seen, port } = await givenServer()
    const resolve = names([PUBLIC], ['127.0.0.1'])
    const url = `http://rebind.example.com:${port}/hook`
    expect(await whyNot(url, strict, resolve)).toBeUndefined()

    const error = await failure(givenAgent(strict, resolve)(url))
    expect(error).toBeInstanceOf(ForbiddenAddress)
    expect(error).toMatchObject({
      message: 'must lead to public addresses only (rebind.example.com)',
    })
    expect(resolve).toHaveBeenCalledTimes(2)
    expect(seen.connections).toBe(0)
  })

  it('refuses a name that has one private address among public ones', async () => {
    const { seen, port } = await givenServer()
    const call = givenAgent(strict, names(['127.0.0.1', PUBLIC]))
    expect(await failure(call(`http://both.example.com:${port}/`))).toBeInstanceOf(ForbiddenAddress)
    expect(seen.connections).toBe(0)
  })

  it.each([
    '127.0.0.1',
    '127.1',
    '2130706433',
    '[::ffff:127.0.0.1]',
    '[::1]',
    'localhost',
    'app.localhost',
    'intranet',
  ])('refuses %s without looking it up', async host => {
    const { seen, port } = await givenServer()
    const resolve = names([PUBLIC])
    const call = givenAgent(strict, resolve)
    expect(await failure(call(`http://${host}:${port}/`))).toBeInstanceOf(ForbiddenAddress)
    expect(resolve).not.toHaveBeenCalled()
    expect(seen.connections).toBe(0)
  })

  it('refuses private addresses over https as well, and http where https is wanted', async () => {
    const { seen, port } = await givenServer()
    const call = givenAgent(production, names(['127.0.0.1']))
    for (const url of [
      `https://127.0.0.1:${port}/`,
      `https://name.example.com:${port}/`,
      'http://name.example.com/',
    ])
      expect(await failure(call(url)), url).toBeInstanceOf(ForbiddenAddress)
    expect(seen.connections).toBe(0)
  })

  it('refuses each of many requests at once, and goes on to refuse', async () => {
    const { seen, port } = await givenServer()
    const call = givenAgent(strict, names(['127.0.0.1']), { connectionsPerOrigin: 2 })
    for (const host of ['127.0.0.1', 'name.example.com']) {
      const errors = await Promise.all(
        Array.from({ length: 20 }, () => failure(call(`http://${host}:${port}/`))),
      )
      expect(errors.filter(error => error instanceof ForbiddenAddress)).toHaveLength(20)
    }
    expect(seen.connections).toBe(0)
  })

  it('fails for a name that does not exist as for one that leads to a private address', async () => {
    const message = 'must lead to public addresses only (none.example.com)'
    for (const resolve of [noName, names([]), names(['10.0.0.1'])]) {
      const call = givenAgent(strict, resolve)
      expect(await failure(call('http://none.example.com/'))).toMatchObject({
        name: 'ForbiddenAddress',
        message,
      })
    }
    const inDevelopment = givenAgent(development, noName)
    expect(await failure(inDevelopment('http://none.example.com/'))).toMatchObject({
      message: 'getaddrinfo ENOTFOUND none.example.com',
    })
  })

  it('waits for a name no longer than for a connection', async () => {
    const call = givenAgent(strict, neverAnswered(), { connectTimeoutMs: 100 })
    expect(await failure(call('http://slow.example.com/'))).toMatchObject({
      code: 'UND_ERR_CONNECT_TIMEOUT',
    })
  })

  it.each([true, false])(
    'offers the socket all addresses that it checked, and no others (all: %s)',
    async all => {
      const { seen, port } = await givenServer()
      const resolve = names([PUBLIC, PUBLIC_6], ['127.0.0.1'])
      const answers: unknown[][] = []
      const realConnect = net.connect
      // In place of the socket to a public address stands one to the server of this machine.
      vi.spyOn(net, 'connect').mockImplementation((...args: unknown[]) => {
        const { lookup } = z.looseObject({ lookup: z.custom<LookupFunction>() }).parse(args[0])
        lookup('good.example.com', { all }, (...answer) => answers.push(answer))
        return realConnect({ port, host: '127.0.0.1' })
      })
      expect(await givenAgent(strict, resolve)('http://good.example.com/hook')).toBe('heard')
      const both = [
        { address: PUBLIC, family: 4 },
        { address: PUBLIC_6, family: 6 },
      ]
      expect(answers).toEqual([all ? [null, both] : [null, PUBLIC, 4]])
      expect(resolve).toHaveBeenCalledTimes(1)
      expect(seen.requests[0]?.headers.host).toBe('good.example.com')
    },
  )

  it('connects anywhere in development, with the name as Host, and keeps the connection', async () => {
    const { seen, port } = await givenServer()
    const resolve = names(['127.0.0.1'])
    // A pool of more would open its second while the first ends its answer.
    const call = givenAgent(development, resolve, { connectionsPerOrigin: 1 })
    for (const path of ['one', 'two'])
      expect(await call(`http://dev.example.com:${port}/${path}`)).toBe('heard')
    expect(resolve.mock.calls).toEqual([['dev.example.com']])
    expect(seen.connections).toBe(1)
    expect(seen.requests.map(({ url, headers }) => [url, headers.host])).toEqual([
      ['/one', `dev.example.com:${port}`],
      ['/two', `dev.example.com:${port}`],
    ])
    expect(await call(`http://127.0.0.1:${port}/`)).toBe('heard')
    expect(resolve).toHaveBeenCalledTimes(1)
  })

  it('tries the next address of a name when one does not answer', async () => {
    const { port } = await givenServer()
    // Nothing listens at the first.
    const call = givenAgent(development, names(['127.0.0.2', '127.0.0.1']))
    expect(await call(`http://dev.example.com:${port}/`)).toBe('heard')
  })

  it('asks for the certificate of the name', async () => {
    const asked: string[] = []
    const server = tls.createServer({
      SNICallback(name, done) {
        asked.push(name)
        done(new Error('no certificate'))
      },
    })
    const port = await listening(server)
    await failure(
      givenAgent(development, names(['127.0.0.1']))(`https://secure.example.com:${port}/`),
    )
    expect(asked).toEqual(['secure.example.com'])
  })

  it('opens no more connections to an origin than it may', async () => {
    const { seen, port } = await givenServer(20)
    const call = givenAgent(development, names(['127.0.0.1']), { connectionsPerOrigin: 2 })
    const bodies = await Promise.all(
      Array.from({ length: 8 }, () => call(`http://dev.example.com:${port}/`)),
    )
    expect(bodies).toEqual(Array(8).fill('heard'))
    expect(seen.most).toBe(2)
  })
})
