import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { refusal } from '../helpers/bookings.ts'
import { everything, sql } from '../helpers/postgres.ts'
import {
  at,
  type Data,
  type GivenHost,
  givenHost,
  givenWorld,
  type World,
} from '../helpers/world.ts'

let world: World
let host: GivenHost

beforeAll(async () => {
  world = await givenWorld({ config: { roles: new Set(['web']) } })
})
afterAll(() => world.end())
beforeEach(async () => {
  host = await givenHost(world)
})

const CREATE = `mutation ($input: CreateHookInput!) {
  createHook(input: $input) { hook { id dialect events } secret }
}`
const UPDATE = `mutation ($input: UpdateHookInput!) {
  updateHook(input: $input) { hook { id dialect events } secret }
}`

const ordinary = { url: 'https://example.com/hook', events: ['BOOKING_CREATED'] }

const Made = z.object({
  hook: z.object({ id: z.string(), dialect: z.string(), events: z.array(z.string()) }),
  secret: z.string(),
})

async function givenHook(input: Data = {}) {
  const data = await host.run(CREATE, { input: { ...ordinary, ...input } })
  const { hook, secret } = Made.parse(data.createHook)
  return { ...hook, secret }
}

async function secretsOf(id: string) {
  const [row] = await sql(
    world.databaseUrl,
    'select "encryptedSecret" as current, "encryptedPreviousSecret" as previous from "Hook" where "uid" = $1',
    [id],
  )
  const read = (bytes: unknown) =>
    bytes === null ? null : world.gateway.deps.secrets.decrypt(z.instanceof(Buffer).parse(bytes))
  return { current: read(row?.current), previous: read(row?.previous) }
}

const invalid = (...fields: string[]) => ({
  code: 'INVALID_INPUT',
  paths: fields.map(field => `input.${field}`),
})

/** How an input is refused; fails when it wrote anything. */
async function refused(mutation: string, input: Data) {
  const before = await everything(world.databaseUrl)
  const answer = await refusal(host, mutation, { input })
  expect(await everything(world.databaseUrl)).toEqual(before)
  return answer
}

const ofDialect = {
  STANDARD: [
    'BOOKING_CREATED',
    'BOOKING_REQUESTED',
    'BOOKING_APPROVED',
    'BOOKING_DENIED',
    'BOOKING_CANCELLED',
    'BOOKING_RESCHEDULED',
    'BOOKING_REASSIGNED',
    'BOOKING_NO_SHOW',
    'CONTACT_CREATED',
    'CONTACT_UPDATED',
    'CONTACT_DELETED',
    'EVENT_TYPE_CREATED',
    'EVENT_TYPE_UPDATED',
    'EVENT_TYPE_ARCHIVED',
    'ROUTING_FORM_SUBMITTED',
    'HOOK_DISABLED',
  ],
  CALENDARPA: [
    'BOOKING_CREATED',
    'BOOKING_CANCELLED',
    'BOOKING_RESCHEDULED',
    'BOOKING_APPROVED',
    'BOOKING_DENIED',
    'CONTACT_CREATED',
    'CONTACT_UPDATED',
  ],
  CALENDO: ['BOOKING_CREATED', 'BOOKING_APPROVED', 'BOOKING_CANCELLED', 'BOOKING_RESCHEDULED'],
  CALENDLY: [
    'BOOKING_CREATED',
    'BOOKING_APPROVED',
    'BOOKING_CANCELLED',
    'BOOKING_RESCHEDULED',
    'BOOKING_NO_SHOW',
    'ROUTING_FORM_SUBMITTED',
    'EVENT_TYPE_CREATED',
    'EVENT_TYPE_UPDATED',
    'EVENT_TYPE_ARCHIVED',
    'CONTACT_CREATED',
    'CONTACT_UPDATED',
    'CONTACT_DELETED',
  ],
}

describe('the dialect of a hook', () => {
  it('is STANDARD unless another is given', async () => {
    expect(await givenHook()).toMatchObject({ dialect: 'STANDARD' })
    expect(await givenHook({ dialect: 'STANDARD' })).toMatchObject({ dialect: 'STANDARD' })
  })

  it.each(Object.entries(ofDialect))(
    '%s is told of its kinds of events, and of no others',
    async (dialect, events) => {
      const { id, ...hook } = await givenHook({ dialect, events })
      expect(hook).toMatchObject({ dialect, events })

      const all = ofDialect.STANDARD
      const others = all.flatMap((kind, index) =>
        events.includes(kind) ? [] : [`events.${index}`],
      )
      if (others.length === 0) return
      expect(await refused(CREATE, { ...ordinary, dialect, events: all })).toEqual(
        invalid(...others),
      )
      expect(await refused(UPDATE, { id, events: all })).toEqual(invalid(...others))
      const [error] = await host.refused(UPDATE, {
        input: { id, events: ['BOOKING_CREATED', 'HOOK_DISABLED'] },
      })
      expect(error?.extensions?.fields).toEqual([
        { path: 'input.events.1', message: `${dialect} webhooks do not receive HOOK_DISABLED` },
      ])
      const data = await host.run(UPDATE, { input: { id, events: events.slice(1, 3) } })
      expect(data.updateHook).toEqual({
        hook: { id, dialect, events: events.slice(1, 3) },
        secret: null,
      })
    },
  )

  it.each(['CALENDO', 'STANDARD'])('%s takes no template', async dialect => {
    const [error] = await host.refused(CREATE, {
      input: { ...ordinary, dialect, payloadTemplate: '{{title}}' },
    })
    expect(error?.extensions?.fields).toEqual([
      { path: 'input.payloadTemplate', message: `${dialect} hooks take no template` },
    ])
  })

  it('CALCOM takes a template that can be read, and answers the secret again, if it has one', async () => {
    const template = { dialect: 'CALCOM', payloadTemplate: '{"t":"{{title}}"}' }
    expect(await refused(CREATE, { ...ordinary, ...template, payloadTemplate: '{{#if' })).toEqual(
      invalid('payloadTemplate'),
    )
    const make = async (input: Data) =>
      at(
        await host.run(
          'mutation ($input: CreateHookInput!) { createHook(input: $input) { hook { secret payloadTemplate } } }',
          { input: { ...ordinary, ...input } },
        ),
        'createHook.hook',
      )
    expect(await make({ ...template, secret: 'mine' })).toEqual({
      secret: 'mine',
      payloadTemplate: template.payloadTemplate,
    })
    expect(await make({ dialect: 'CALCOM', secret: '' })).toEqual({
      secret: null,
      payloadTemplate: null,
    })
    expect(
      await make({ dialect: 'CALENDO', secret: 'mine and yours'.replaceAll(' ', '-') }),
    ).toEqual({
      secret: null,
      payloadTemplate: null,
    })
  })

  it.each(['GOOGLE', 'standard', ''])('%j is none', async dialect => {
    expect(await refused(CREATE, { ...ordinary, dialect })).toEqual(invalid('dialect'))
  })

  it('never changes', async () => {
    const { id } = await givenHook({ dialect: 'CALENDO' })
    expect(await refused(UPDATE, { id, dialect: 'STANDARD' })).toEqual({
      code: 'INVALID_INPUT',
      paths: ['input'],
    })
  })
})

const bytes = (count: number) => `whsec_${Buffer.alloc(count, 'k').toString('base64')}`

const secrets: Record<keyof typeof ofDialect, { good: string[]; bad: string[] }> = {
  STANDARD: {
    good: [
      bytes(24),
      bytes(25),
      bytes(32),
      bytes(64),
      `whsec_${Buffer.alloc(24, 0xfb).toString('base64')}`,
    ],
    bad: [
      '',
      'whsec_',
      bytes(23),
      bytes(65),
      bytes(24).slice('whsec_'.length),
      bytes(24).replace('whsec_', 'WHSEC_'),
      `whsec_${Buffer.alloc(24, 0xfb).toString('base64url')}`,
      bytes(25).replaceAll('=', ''),
      ` ${bytes(24)}`,
      `${bytes(24)}\n`,
      'my-old-secret',
    ],
  },
  CALENDARPA: {
    good: ['8letters', 'x'.repeat(200), '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~', bytes(24)],
    bad: ['', '7letter', 'x'.repeat(201), 'has a space', 'schlüssel', '12345678\n', 'tab\tinside'],
  },
  CALENDO: {
    good: ['8letters', 'x'.repeat(200), bytes(24)],
    bad: ['', '7letter', 'x'.repeat(201), 'has a space', 'schlüssel', '12345678\n', 'tab\tinside'],
  },
  CALENDLY: {
    good: ['1', 'a key of my own', 'x'.repeat(255), bytes(24)],
    bad: ['', 'x'.repeat(256), 'schlüssel', '12345678\n', 'tab\tinside'],
  },
}

describe.each(Object.entries(secrets))('a secret of one’s own for %s', (dialect, { good, bad }) => {
  it('is taken in the form of the dialect, answered once, and kept', async () => {
    for (const secret of good) {
      const hook = await givenHook({ dialect, secret })
      expect(hook.secret).toBe(secret)
      expect(await secretsOf(hook.id)).toEqual({ current: secret, previous: null })
      await host.run('mutation ($id: ID!) { deleteHook(input: { id: $id }) { id: deletedId } }', {
        id: hook.id,
      })
    }
  })

  it('is made when none is given', async () => {
    const [left, nothing] = [
      await givenHook({ dialect }),
      await givenHook({ dialect, secret: null }),
    ]
    for (const hook of [left, nothing]) expect(hook.secret).toMatch(/^whsec_[A-Za-z0-9+/]{32}$/)
    expect(left.secret).not.toBe(nothing.secret)
  })

  it('takes the place of the one before, which it does not answer', async () => {
    const [first = '', second = ''] = good
    const { id } = await givenHook({ dialect, secret: first })
    const data = await host.run(UPDATE, { input: { id, secret: second } })
    expect(data.updateHook).toEqual({
      hook: { id, dialect, events: ordinary.events },
      secret: null,
    })
    expect(await secretsOf(id)).toEqual({ current: second, previous: first })
  })

  it('is refused in any other form, at creation and later, without being repeated', async () => {
    const { id, secret: before } = await givenHook({ dialect })
    for (const secret of bad) {
      expect(
        await refused(CREATE, { ...ordinary, dialect, secret }),
        JSON.stringify(secret),
      ).toEqual(invalid('secret'))
      expect(await refused(UPDATE, { id, secret }), JSON.stringify(secret)).toEqual(
        invalid('secret'),
      )
      const errors = JSON.stringify(await host.refused(UPDATE, { input: { id, secret } }))
      if (secret.trim() !== '' && secret !== 'whsec_')
        expect(errors).not.toContain(JSON.stringify(secret).slice(1, -1))
    }
    await host.run(UPDATE, { input: { id, secret: null } })
    expect(await secretsOf(id)).toEqual({ current: before, previous: null })
  }, 30_000)
})
