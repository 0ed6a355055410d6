// Guessing of passwords and mass registration, by addresses that a trusted proxy names.

import { BlockList } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type Client,
  clientOf,
  givenHost,
  givenWorld,
  plenty,
  type World,
} from '../helpers/world.ts'

const PASSWORD = 'correct horse battery'
const LOG_IN = 'mutation ($input: LogInInput!) { logIn(input: $input) { user { id } } }'
const REGISTER = 'mutation ($input: RegisterInput!) { register(input: $input) { user { id } } }'

let world: World

beforeAll(async () => {
  const trustedProxies = new BlockList()
  trustedProxies.addAddress('127.0.0.1')
  const limits = plenty({
    logInFailures: 4,
    logInFailuresOfAccount: 6,
    logInFailuresUnderAttack: 2,
    registrations: 3,
    takenRegistrations: 2,
  })
  world = await givenWorld({ config: { limits, trustedProxies } })
})
afterAll(() => world.end())

let addresses = 0
/** A client at an address that no other has. */
const stranger = (headers: Record<string, string> = {}): Client =>
  clientOf(world.url, { ...headers, 'x-forwarded-for': `198.51.100.${++addresses}` })

const codesOf = async (attempts: number, attempt: () => Promise<string>): Promise<string[]> => {
  const codes: string[] = []
  for (let n = 0; n < attempts; n++) codes.push(await attempt())
  return codes
}

/** What a log-in answers: the code of its error, or `ok`. */
async function logIn(client: Client, email: string, password: string): Promise<string> {
  const { errors } = await client.answer(LOG_IN, { input: { email, password } })
  return errors?.[0]?.extensions?.code ?? 'ok'
}

const guess = (client: Client, email: string) => logIn(client, email, 'a wrong guess')

/** The cookie by which a browser that logged in is known afterwards. */
async function deviceOf(email: string): Promise<string> {
  const response = await fetch(`${world.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...stranger().headers },
    body: JSON.stringify({ query: LOG_IN, variables: { input: { email, password: PASSWORD } } }),
  })
  const cookie = response.headers.getSetCookie().find(each => each.startsWith('device='))
  if (cookie === undefined) throw new Error(`no device cookie: ${await response.text()}`)
  return cookie.split(';')[0] ?? ''
}

describe('guesses at one account from many addresses', () => {
  it('leave each address fewer failures, and do not lock the owner out', async () => {
    const { email } = await givenHost(world, { password: PASSWORD })
    const owner = await deviceOf(email)
    for (let n = 0; n < 6; n++) expect(await guess(stranger(), email)).toBe('UNAUTHENTICATED')

    const next = stranger()
    expect(await codesOf(4, () => guess(next, email))).toEqual([
      'UNAUTHENTICATED',
      'UNAUTHENTICATED',
      'RATE_LIMITED',
      'RATE_LIMITED',
    ])
    expect(await logIn(next, email, PASSWORD)).toBe('RATE_LIMITED')
    // From an address that has not failed, the correct password works, again and again.
    const home = stranger()
    expect(await codesOf(3, () => logIn(home, email, PASSWORD))).toEqual(['ok', 'ok', 'ok'])
    // A known device is not held by what its address did, and keeps the limit of quiet times.
    const device = clientOf(world.url, { ...next.headers, cookie: owner })
    expect(await logIn(device, email, PASSWORD)).toBe('ok')
    expect(await codesOf(5, () => guess(device, email))).toEqual([
      ...Array.from({ length: 4 }, () => 'UNAUTHENTICATED'),
      'RATE_LIMITED',
    ])
    // Another account is not held.
    const other = await givenHost(world, { password: PASSWORD })
    expect(await guess(stranger(), other.email)).toBe('UNAUTHENTICATED')
    expect(await logIn(next, other.email, PASSWORD)).toBe('ok')

    world.clock.forward(60)
    expect(await logIn(next, email, PASSWORD)).toBe('ok')
    expect(await codesOf(4, () => guess(next, email))).toEqual(
      Array.from({ length: 4 }, () => 'UNAUTHENTICATED'),
    )
  })
})

describe('a device cookie', () => {
  it('lets the owner in from an address that has failed too often, and nobody into another account', async () => {
    const { email } = await givenHost(world, { password: PASSWORD })
    const other = await givenHost(world, { password: PASSWORD })
    const cookies = {
      none: '',
      own: await deviceOf(email),
      ofAnotherAccount: await deviceOf(other.email),
      changed: (await deviceOf(email)).replace(/.$/, last => (last === 'A' ? 'B' : 'A')),
    }
    const shared = stranger()
    expect(await codesOf(5, () => guess(shared, email))).toContain('RATE_LIMITED')
    const codes: Record<string, string> = {}
    for (const [name, cookie] of Object.entries(cookies)) {
      codes[name] = await logIn(clientOf(world.url, { ...shared.headers, cookie }), email, PASSWORD)
    }
    expect(codes).toEqual({
      none: 'RATE_LIMITED',
      own: 'ok',
      ofAnotherAccount: 'RATE_LIMITED',
      changed: 'RATE_LIMITED',
    })
  })
})

describe('registrations', () => {
  let people = 0
  const register = async (client: Client, email = `new${++people}@example.org`) => {
    const { errors } = await client.answer(REGISTER, {
      input: { name: 'New', email, password: PASSWORD },
    })
    return errors?.[0]?.extensions?.code ?? 'ok'
  }

  it('of one address are limited, and those of others are not', async () => {
    const one = stranger()
    expect(await codesOf(4, () => register(one))).toEqual(['ok', 'ok', 'ok', 'RATE_LIMITED'])
    expect(await register(stranger())).toBe('ok')
    world.clock.forward(1)
    expect(await register(one)).toBe('ok')
  })

  it('of email addresses that have accounts are limited for an hour', async () => {
    const { email } = await givenHost(world)
    const one = stranger()
    expect(await codesOf(2, () => register(one, email))).toEqual(['CONFLICT', 'CONFLICT'])
    world.clock.forward(1)
    expect(await codesOf(2, () => register(one))).toEqual(['RATE_LIMITED', 'RATE_LIMITED'])
    expect(await register(stranger())).toBe('ok')
    world.clock.forward(60)
    expect(await register(one)).toBe('ok')
  })
})
