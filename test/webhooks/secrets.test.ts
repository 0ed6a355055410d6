import { createHmac } from 'node:crypto'
import { getNamedType, isLeafType, isObjectType } from 'graphql'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { schema } from '../../src/graph/schema.ts'
import { givenReceiver, type Received, type Receiver } from '../helpers/receiver.ts'
import {
  at,
  type Data,
  type GivenHost,
  givenHost,
  givenWorld,
  textAt,
  type World,
} from '../helpers/world.ts'

let world: World
let receiver: Receiver
let host: GivenHost

beforeAll(async () => {
  world = await givenWorld()
  receiver = await givenReceiver()
})
afterAll(async () => {
  await world.end()
  await receiver.close()
})
beforeEach(async () => {
  world.clock.set('2026-03-02T07:00:00Z')
  receiver.answer(200)
  host = await givenHost(world)
})

const HOOK = 'hook { id previousSecretUntil updatedAt } secret'
const CREATE = `mutation ($input: CreateHookInput!) { createHook(input: $input) { ${HOOK} } }`
const ROTATE = `mutation ($id: ID!) { rotateHookSecret(input: { id: $id }) { ${HOOK} } }`
const UPDATE = `mutation ($input: UpdateHookInput!) { updateHook(input: $input) { ${HOOK} } }`
const UNTIL = 'query ($id: ID!) { hook(id: $id) { previousSecretUntil } }'
const TEST = 'mutation ($id: ID!) { sendTestEvent(input: { hookId: $id }) { delivery { id } } }'

type Dialect = 'STANDARD' | 'CALENDARPA' | 'CALENDO'

const Payload = z.object({
  hook: z.object({
    id: z.string(),
    previousSecretUntil: z.string().nullable(),
    updatedAt: z.string(),
  }),
  secret: z.string(),
})

async function givenHook(dialect: Dialect, input: Data = {}) {
  const made = await host.run(CREATE, {
    input: { url: receiver.url, events: ['BOOKING_CREATED'], dialect, ...input },
  })
  const { hook, secret } = Payload.parse(made.createHook)
  return { id: hook.id, secret, hook }
}

const rotate = async (id: string) =>
  Payload.parse((await host.run(ROTATE, { id })).rotateHookSecret)
const until = async (id: string) => at(await host.run(UNTIL, { id }), 'hook.previousSecretUntil')

/**
 * Sends a test event, and answers it as it came when its attempt is stored: the clock may be moved
 * then.
 */
async function sent(id: string): Promise<Received> {
  const deliveryId = textAt(await host.run(TEST, { id }), 'sendTestEvent.delivery.id')
  const request = await receiver.next()
  await vi.waitFor(async () => {
    const data = await host.run('query ($id: ID!) { delivery(id: $id) { attemptCount } }', {
      id: deliveryId,
    })
    expect(data).toEqual({ delivery: { attemptCount: 1 } })
  }, 5_000)
  return request
}

const hex = (secret: string, body: string) =>
  createHmac('sha256', secret).update(body).digest('hex')

/**
 * The signatures of a request, the current one first, and what a receiver with a secret expects of
 * one.
 */
const signing: Record<
  Dialect,
  { of: (request: Received) => string[]; by: (secret: string, r: Received) => string }
> = {
  STANDARD: {
    of: ({ headers }) => headers['webhook-signature']?.split(' ') ?? [],
    by: (secret, { headers, body }) => {
      const key = Buffer.from(secret.replace('whsec_', ''), 'base64')
      const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`
      return `v1,${createHmac('sha256', key).update(signed).digest('base64')}`
    },
  },
  CALENDARPA: {
    of: ({ headers }) =>
      [headers['x-calendarpa-signature'], headers['x-calendarpa-signature-previous']].filter(
        each => each !== undefined,
      ),
    by: (secret, { body }) => `sha256=${hex(secret, body)}`,
  },
  CALENDO: {
    of: ({ headers }) =>
      [headers['x-calendo-signature'], headers['x-calendo-signature-previous']].filter(
        each => each !== undefined,
      ),
    by: (secret, { body }) => hex(secret, body),
  },
}

const dialects = Object.keys(signing) as Dialect[]

describe.each(dialects)('a rotated secret of a %s hook', dialect => {
  const { of, by } = signing[dialect]
  const signedWith = async (id: string, ...secrets: string[]) => {
    const request = await sent(id)
    expect(of(request)).toEqual(secrets.map(secret => by(secret, request)))
  }

  it('stands beside the old one for 24 hours, then alone', async () => {
    const { id, secret: first, hook } = await givenHook(dialect)
    expect(hook.previousSecretUntil).toBeNull()
    await signedWith(id, first)

    world.clock.forward(5)
    const rotated = await rotate(id)
    expect(rotated.hook).toEqual({
      id,
      previousSecretUntil: '2026-03-03T07:05:00.000Z',
      updatedAt: '2026-03-02T07:05:00.000Z',
    })
    expect(rotated.secret).not.toBe(first)
    await signedWith(id, rotated.secret, first)

    world.clock.set('2026-03-03T07:04:59.999Z')
    expect(await until(id)).toBe('2026-03-03T07:05:00.000Z')
    await signedWith(id, rotated.secret, first)
    world.clock.set('2026-03-03T07:05:00Z')
    expect(await until(id)).toBeNull()
    await signedWith(id, rotated.secret)
  })

  it('ends the one before the last when it comes within the day', async () => {
    const { id, secret: first } = await givenHook(dialect)
    const second = await rotate(id)
    world.clock.forward(60)
    const third = await rotate(id)
    expect(third.hook.previousSecretUntil).toBe('2026-03-03T08:00:00.000Z')
    expect(new Set([first, second.secret, third.secret]).size).toBe(3)
    await signedWith(id, third.secret, second.secret)
    world.clock.set('2026-03-03T08:00:00Z')
    await signedWith(id, third.secret)
  })

  it('can be one’s own', async () => {
    const { id, secret: first } = await givenHook(dialect)
    world.clock.forward(30)
    const secret = `whsec_${Buffer.alloc(32, dialect).toString('base64')}`
    const data = await host.run(UPDATE, { input: { id, secret } })
    expect(data.updateHook).toEqual({
      hook: {
        id,
        previousSecretUntil: '2026-03-03T07:30:00.000Z',
        updatedAt: '2026-03-02T07:30:00.000Z',
      },
      secret: null,
    })
    await signedWith(id, secret, first)
    // Other changes leave both as they are.
    world.clock.forward(30)
    await host.run(UPDATE, { input: { id, label: 'Ours', isActive: false } })
    await host.run(UPDATE, { input: { id, isActive: true, url: receiver.url } })
    expect(await until(id)).toBe('2026-03-03T07:30:00.000Z')
    await signedWith(id, secret, first)
  })
})

it('a delivery that waits is signed with the secrets of the moment in which it is sent', async () => {
  const { id, secret: first } = await givenHook('CALENDO')
  receiver.answer(500)
  const failed = await sent(id)
  expect(signing.CALENDO.of(failed)).toEqual([hex(first, failed.body)])
  const { secret } = await rotate(id)
  receiver.answer(200)
  world.clock.forward(1)
  const again = await receiver.next()
  expect(again.body).toBe(failed.body)
  expect(signing.CALENDO.of(again)).toEqual([hex(secret, again.body), hex(first, again.body)])
})

describe('a secret', () => {
  /** Every field of a type that has no fields of its own. */
  function plainFields(name: string): string {
    const type = schema.getType(name)
    if (!isObjectType(type)) throw new Error(`${name} has no fields`)
    return Object.values(type.getFields())
      .filter(field => isLeafType(getNamedType(field.type)) && field.args.length === 0)
      .map(field => field.name)
      .join(' ')
  }

  const EVERYTHING = `{
    hooks(first: 5) { edges { node { ${plainFields('Hook')} } } }
    deliveries(first: 5) { edges { node {
      ${plainFields('Delivery')}
      event { ${plainFields('BookingEvent')} }
      attempts(first: 5) { edges { node { ${plainFields('DeliveryAttempt')} } } }
    } } }
  }`

  it('is in the answer that makes it, and in no other, nor in what receivers get', async () => {
    const secrets: string[] = []
    const answers: unknown[] = []
    const tell = async (query: string, variables: Data = {}) => {
      const answer = await host.answer(query, variables)
      answers.push(answer)
      return answer
    }
    const own = (text: string) => `whsec_${Buffer.alloc(32, text).toString('base64')}`
    const input = { url: receiver.url, events: ['BOOKING_CREATED'] }
    const made = await host.run(CREATE, { input })
    const id = textAt(made, 'createHook.hook.id')
    secrets.push(
      textAt(made, 'createHook.secret'),
      textAt(await host.run(ROTATE, { id }), 'rotateHookSecret.secret'),
    )
    secrets.push(own('given'), own('other'))
    await host.run(CREATE, { input: { ...input, secret: own('given') } })

    await tell(UPDATE, { input: { id, secret: own('other') } })
    await tell(UPDATE, { input: { id, label: 'Ours' } })
    await sent(id)
    receiver.answer(500)
    await sent(id)
    await tell(
      'query ($id: ID!) { node(id: $id) { id ... on Hook { url label } } hook(id: $id) { url } }',
      { id },
    )
    await tell(EVERYTHING)
    // What is refused, with a secret in it.
    await tell(UPDATE, { input: { id: 'hk_none', secret: own('other') } })
    await tell(UPDATE, { input: { id, secret: `${own('other')} ` } })
    await tell(CREATE, { input: { ...input, url: 'x', secret: own('given') } })
    await tell('mutation ($id: ID!) { deleteHook(input: { id: $id }) { id: deletedId } }', { id })

    expect(JSON.stringify(answers)).toContain('"responseStatus":500')
    for (const text of [JSON.stringify(answers), JSON.stringify(receiver.all)]) {
      for (const secret of secrets) expect(text).not.toContain(secret.slice('whsec_'.length))
    }
  })
})
