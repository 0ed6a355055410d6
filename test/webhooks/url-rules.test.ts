import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { ReceiverRules, Resolve } from '../../src/webhooks/receiver-address.ts'
import { refusal } from '../helpers/bookings.ts'
import { everything } from '../helpers/postgres.ts'
import {
  at,
  type Data,
  type GivenHost,
  givenHost,
  givenWorld,
  type World,
} from '../helpers/world.ts'

const PRIVATE = '10.20.30.40'

/** The names of this test, and where they lead. */
const names: Record<string, string[]> = {
  'good.example': ['93.184.216.34', '2606:2800:21f:cb07:6820:80da:af6b:8b2c'],
  'inside.example': [PRIVATE],
  'both.example': ['93.184.216.34', PRIVATE],
  'metadata.example': ['169.254.169.254'],
  'loop.example': ['::1'],
}

let looked: string[] = []

const resolve: Resolve = async hostname => {
  looked.push(hostname)
  if (hostname === 'dns-is-away.example')
    throw Object.assign(new Error('getaddrinfo'), { code: 'EAI_AGAIN' })
  const found = names[hostname]
  if (found === undefined)
    throw Object.assign(new Error(`getaddrinfo ENOTFOUND ${hostname}`), { code: 'ENOTFOUND' })
  return found.map(address => ({ address, family: address.includes(':') ? 6 : 4 }))
}

const CREATE =
  'mutation ($input: CreateHookInput!) { createHook(input: $input) { hook { id url } } }'
const UPDATE =
  'mutation ($input: UpdateHookInput!) { updateHook(input: $input) { hook { id url } } }'
const events = ['BOOKING_CREATED']

let world: World
let host: GivenHost
let hookId: string

/** A world in which nobody delivers, and a hook that is there already. */
async function begin(receivers: ReceiverRules) {
  world = await givenWorld({ config: { roles: new Set(['web']), receivers }, resolve })
  host = await givenHost(world)
  const made = await host.run(CREATE, { input: { url: 'https://good.example/first', events } })
  hookId = z.string().parse(at(made, 'createHook.hook.id'))
}

/**
 * Tries a URL for a new hook and for one that is there: both are refused in the same words, and
 * nothing is written.
 */
async function whyNot(url: string) {
  const before = await everything(world.databaseUrl)
  const created = await host.refused(CREATE, { input: { url, events } })
  const updated = await host.refused(UPDATE, { input: { id: hookId, url } })
  expect(updated[0]?.extensions).toEqual(created[0]?.extensions)
  expect(created[0]?.extensions?.code).toBe('INVALID_INPUT')
  expect(created[0]?.extensions?.fields?.map(({ path }) => path)).toEqual(['input.url'])
  expect(await everything(world.databaseUrl)).toEqual(before)
  return created[0]?.extensions?.fields?.[0]?.message
}

async function takes(url: string) {
  const created = await host.run(CREATE, { input: { url, events } })
  expect(at(created, 'createHook.hook.url')).toBe(url)
  const updated = await host.run(UPDATE, { input: { id: hookId, url } })
  expect(at(updated, 'updateHook.hook')).toEqual({ id: hookId, url })
}

const inputs = (mutation: string, input: Data) => refusal(host, mutation, { input })

describe('a gateway that keeps its own network to itself', () => {
  beforeAll(() => begin({ allowPrivate: false, httpsOnly: false }))
  afterAll(() => world.end())

  it('takes http, but for dialects that say https', async () => {
    await takes('http://good.example/hook')
    const input = { dialect: 'CALENDO', url: 'http://good.example/hook', events }
    expect(await inputs(CREATE, input)).toEqual({ code: 'INVALID_INPUT', paths: ['input.url'] })
    const made = await host.run(CREATE, { input: { ...input, url: 'https://good.example/hook' } })
    const change = { id: at(made, 'createHook.hook.id'), url: 'http://good.example/hook' }
    expect(await inputs(UPDATE, change)).toEqual({ code: 'INVALID_INPUT', paths: ['input.url'] })
  })

  it.each([
    ['http://127.0.0.1:8080/hook', '127.0.0.1'],
    ['http://10.0.0.1/hook', '10.0.0.1'],
    ['https://192.168.1.2/hook', '192.168.1.2'],
    ['https://172.16.0.1/hook', '172.16.0.1'],
    ['http://169.254.169.254/latest/meta-data', '169.254.169.254'],
    ['http://0.0.0.0/hook', '0.0.0.0'],
    ['http://[::1]:4000/graphql', '::1'],
    ['http://[fd00:ec2::254]/hook', 'fd00:ec2::254'],
    ['http://[::ffff:127.0.0.1]/hook', '::ffff:7f00:1'],
    // As the URL standard reads them.
    ['http://2130706433/hook', '127.0.0.1'],
    ['http://0x7f.1/hook', '127.0.0.1'],
  ])('refuses the private address of %s', async (url, address) => {
    expect(await whyNot(url)).toBe(
      `must not lead to a private address (${address}); the operator can allow it with MERIDIAN_ALLOW_PRIVATE_HOOKS=1`,
    )
  })

  it.each(['inside.example', 'both.example', 'metadata.example', 'loop.example'])(
    'refuses the name %s, which leads to a private address, and does not say to which',
    async name => {
      const message = await whyNot(`https://${name}/hook`)
      expect(message).toBe(`must lead to public addresses only (${name})`)
    },
  )

  it.each([
    'localhost',
    'localhost.',
    'api.localhost',
    'printer.local',
    'db.internal',
    'nas.home.arpa',
    'intranet',
  ])('refuses the local name %s without looking it up', async name => {
    looked = []
    expect(await whyNot(`http://${name}:8080/hook`)).toBe(
      `must not lead to a local name (${name}); the operator can allow it with MERIDIAN_ALLOW_PRIVATE_HOOKS=1`,
    )
    expect(looked).toEqual([])
  })

  it.each([
    'https://good.example/hook',
    'http://good.example:8080/hook?key=1',
    'https://8.8.8.8/hook',
    'http://[2606:4700:4700::1111]/hook',
  ])('takes the public %s', takes)

  it('rejects a name that does not exist in the words of one that leads to a private address', async () => {
    expect(await whyNot('https://not-yet.example/hook')).toBe(
      'must lead to public addresses only (not-yet.example)',
    )
  })

  it('accepts a name while DNS fails', async () => {
    await takes('https://dns-is-away.example/hook')
  })

  it('looks at the address of a hook that changes only when that changes', async () => {
    looked = []
    await host.run(UPDATE, { input: { id: hookId, label: 'Ours', isActive: false } })
    await host.run(UPDATE, { input: { id: hookId, isActive: true } })
    expect(looked).toEqual([])
  })

  it('says all that is wrong with an input in one answer', async () => {
    const before = await everything(world.databaseUrl)
    const wrong = {
      url: 'https://inside.example/',
      events: ['BOOKING_CREATED', 'CONTACT_CREATED'],
      secret: 'short',
    }
    const paths = ['input.url', 'input.events.1', 'input.secret']
    expect(await inputs(CREATE, { ...wrong, dialect: 'CALENDO' })).toEqual({
      code: 'INVALID_INPUT',
      paths,
    })
    expect(await inputs(CREATE, { ...wrong, dialect: 'CALCOM' })).toEqual({
      code: 'INVALID_INPUT',
      paths: ['input.url', 'input.events.1'],
    })
    expect(await inputs(UPDATE, { id: hookId, url: wrong.url, secret: 'short' })).toEqual({
      code: 'INVALID_INPUT',
      paths: ['input.url', 'input.secret'],
    })
    expect(await everything(world.databaseUrl)).toEqual(before)
  })

  it('tells a stranger nothing of where a name leads before they are known to have the hook', async () => {
    looked = []
    const stranger = await givenHost(world)
    const input = { id: hookId, url: 'https://inside.example/' }
    expect(await stranger.codeOf(UPDATE, { input })).toBe('NOT_FOUND')
    expect(await world.visitor.codeOf(CREATE, { input: { url: input.url, events } })).toBe(
      'UNAUTHENTICATED',
    )
    expect(looked).toEqual([])
  })
})

describe('a gateway in production', () => {
  beforeAll(() => begin({ allowPrivate: false, httpsOnly: true }))
  afterAll(() => world.end())

  it.each([
    'http://good.example/hook',
    'http://8.8.8.8/hook',
    'HTTP://good.example/hook',
    'http://not-yet.example/',
  ])('refuses %s for its http', async url => {
    expect(await whyNot(url)).toBe('must start with https://')
  })

  it('refuses private addresses and names over https as well', async () => {
    expect(await whyNot('https://127.0.0.1/hook')).toBe(
      'must not lead to a private address (127.0.0.1); the operator can allow it with MERIDIAN_ALLOW_PRIVATE_HOOKS=1',
    )
    expect(await whyNot('https://inside.example/hook')).toBe(
      'must lead to public addresses only (inside.example)',
    )
    expect(await whyNot('https://localhost/hook')).toBe(
      'must not lead to a local name (localhost); the operator can allow it with MERIDIAN_ALLOW_PRIVATE_HOOKS=1',
    )
  })

  it.each([
    'https://good.example/hook',
    'https://good.example:8443/',
    'https://dns-is-away.example/hook',
  ])('takes %s', takes)
})

describe('a gateway of somebody who allows private receivers', () => {
  beforeAll(() => begin({ allowPrivate: true, httpsOnly: true }))
  afterAll(() => world.end())

  it.each(['http://127.0.0.1:8080/hook', 'http://localhost/', 'http://inside.example/'])(
    'takes %s, in production too',
    takes,
  )
})
