import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { atOnce, refusal, tally } from '../helpers/bookings.ts'
import { everything, sql } from '../helpers/postgres.ts'
import {
  at,
  type Client,
  clientOf,
  type Data,
  type GivenHost,
  givenHost,
  givenWorld,
  listAt,
  textAt,
  type World,
} from '../helpers/world.ts'

let world: World
let host: GivenHost

beforeAll(async () => {
  world = await givenWorld()
})
afterAll(() => world.end())
beforeEach(async () => {
  world.clock.set('2026-03-02T07:00:00Z')
  host = await givenHost(world)
})

const HOOK = `id databaseId url label events dialect isActive disabledReason failingSince pausedUntil previousSecretUntil
  createdAt updatedAt`
const CREATE = `mutation ($input: CreateHookInput!) { createHook(input: $input) { hook { ${HOOK} } secret } }`
const UPDATE = `mutation ($input: UpdateHookInput!) { updateHook(input: $input) { hook { ${HOOK} } secret } }`
const ROTATE = `mutation ($id: ID!) { rotateHookSecret(input: { id: $id }) { hook { ${HOOK} } secret } }`
const DELETE = 'mutation ($id: ID!) { deleteHook(input: { id: $id }) { id: deletedId } }'
const ONE = `query ($id: ID!) { hook(id: $id) { ${HOOK} } node(id: $id) { ... on Hook { ${HOOK} } } }`

const ordinary = { url: 'https://example.com/hook', events: ['BOOKING_CREATED'] }

const Made = z.object({
  hook: z.looseObject({ id: z.string(), databaseId: z.int(), events: z.array(z.string()) }),
  secret: z.string(),
})

async function givenHook(input: Data = {}, as: Client = host) {
  const data = await as.run(CREATE, { input: { ...ordinary, ...input } })
  const { hook, secret } = Made.parse(data.createHook)
  return { ...hook, secret }
}

const look = (id: string, as: Client = host) => as.run(ONE, { id })

const change = async (id: string, changes: Data) =>
  at(await host.run(UPDATE, { input: { id, ...changes } }), 'updateHook.hook')

const refused = (mutation: string, input: Data) => refusal(host, mutation, { input })

const invalid = (...fields: string[]) => ({
  code: 'INVALID_INPUT',
  paths: fields.map(field => `input.${field}`),
})

/** The secrets of the database's hooks, as the gateway can read them and nobody else. */
async function storedSecret(id: string): Promise<string> {
  const [row] = await sql(
    world.databaseUrl,
    'select "encryptedSecret" from "Hook" where "uid" = $1',
    [id],
  )
  return world.gateway.deps.secrets.decrypt(z.instanceof(Buffer).parse(row?.encryptedSecret))
}

describe('a new hook', () => {
  it('answers everything that it was made of, and is switched on', async () => {
    const events = ['CONTACT_UPDATED', 'BOOKING_CREATED', 'BOOKING_NO_SHOW']
    const { secret, ...hook } = await givenHook({
      url: 'http://localhost:8080/in?key=1',
      label: ' Our CRM ',
      events,
    })

    expect(hook).toEqual({
      id: expect.stringMatching(/^hk_\w{22}$/),
      databaseId: expect.any(Number),
      url: 'http://localhost:8080/in?key=1',
      label: 'Our CRM',
      events,
      dialect: 'STANDARD',
      isActive: true,
      disabledReason: null,
      failingSince: null,
      pausedUntil: null,
      previousSecretUntil: null,
      createdAt: '2026-03-02T07:00:00.000Z',
      updatedAt: '2026-03-02T07:00:00.000Z',
    })
    expect(await look(hook.id)).toEqual({ hook, node: hook })
  })

  it('needs no label', async () => {
    expect(await givenHook()).toMatchObject({ label: null })
    expect(await givenHook({ label: null })).toMatchObject({ label: null })
  })

  it('can be told of every kind of event', async () => {
    const kinds = listAt(
      await host.run('{ __type(name: "EventKind") { enumValues { name } } }'),
      '__type.enumValues',
    )
    const events = kinds.map(kind => textAt(kind, 'name'))
    expect((await givenHook({ events })).events).toEqual(events)
  })

  it('has a secret of its own, in the form that Standard Webhooks libraries read', async () => {
    const [one, other] = [await givenHook(), await givenHook()]
    expect(one.secret).toMatch(/^whsec_[A-Za-z0-9+/]{32}$/)
    expect(Buffer.from(one.secret.slice('whsec_'.length), 'base64')).toHaveLength(24)
    expect(other.secret).not.toBe(one.secret)
  })

  it('keeps the secret so that only the gateway can read it', async () => {
    const { id, secret } = await givenHook()
    const key = secret.slice('whsec_'.length)
    const rows = JSON.stringify(await everything(world.databaseUrl))
    const forms = [
      key,
      Buffer.from(key, 'base64').toString('hex'),
      Buffer.from(key).toString('hex'),
      Buffer.from(secret).toString('base64'),
    ]
    expect(forms.filter(form => rows.includes(form))).toEqual([])
    expect(await storedSecret(id)).toBe(secret)
  })
})

describe('a hook that changes', () => {
  const changes = {
    url: 'https://example.org/other',
    label: 'Other',
    events: ['BOOKING_CANCELLED', 'BOOKING_RESCHEDULED'],
    isActive: false,
  }

  it('changes in every field, at the time of the change, and answers no secret', async () => {
    const { id, secret, ...hook } = await givenHook()
    world.clock.forward(5)
    const data = await host.run(UPDATE, { input: { id, ...changes } })
    expect(data.updateHook).toEqual({
      hook: { ...hook, id, ...changes, updatedAt: '2026-03-02T07:05:00.000Z' },
      secret: null,
    })
    expect(at(await look(id), 'hook')).toEqual(at(data, 'updateHook.hook'))
    expect(await storedSecret(id)).toBe(secret)
  })

  it.each(Object.entries(changes))(
    'changes in its %s alone when only that is named',
    async (field, value) => {
      const { secret: _, ...hook } = await givenHook({ label: 'Ours' })
      expect(await change(hook.id, { [field]: value })).toEqual({ ...hook, [field]: value })
    },
  )

  it('loses its label by null, and keeps all else', async () => {
    const { id } = await givenHook({ label: 'Ours' })
    expect(await change(id, { label: null })).toMatchObject({
      ...ordinary,
      label: null,
      isActive: true,
    })
    expect(await change(id, { url: null, events: null, isActive: null })).toMatchObject({
      ...ordinary,
      isActive: true,
    })
  })

  it('gets another secret when it is rotated, and nothing else but the end of the old one', async () => {
    const { secret, ...hook } = await givenHook()
    world.clock.forward(1)
    const data = await host.run(ROTATE, { id: hook.id })
    const rotated = textAt(data, 'rotateHookSecret.secret')
    expect(rotated).toMatch(/^whsec_[A-Za-z0-9+/]{32}$/)
    expect(rotated).not.toBe(secret)
    expect(at(data, 'rotateHookSecret.hook')).toEqual({
      ...hook,
      previousSecretUntil: '2026-03-03T07:01:00.000Z',
      updatedAt: '2026-03-02T07:01:00.000Z',
    })
    expect(await storedSecret(hook.id)).toBe(rotated)
  })

  it('is gone when it is deleted', async () => {
    const { id } = await givenHook()
    expect(await host.run(DELETE, { id })).toEqual({ deleteHook: { id } })

    expect(await look(id)).toEqual({ hook: null, node: null })
    expect(await refusal(host, DELETE, { id })).toEqual({ code: 'NOT_FOUND', paths: ['input.id'] })
    expect(await refusal(host, ROTATE, { id })).toEqual({ code: 'NOT_FOUND', paths: ['input.id'] })
    expect(await refusal(host, UPDATE, { input: { id, label: 'x' } })).toEqual({
      code: 'NOT_FOUND',
      paths: ['input.id'],
    })
  })

  it('is found and changed by its integer id too', async () => {
    const { id, databaseId, secret: _, ...hook } = await givenHook()
    const ofHook = 'query ($id: ID!) { hook(id: $id) { id } }'
    expect(await host.run(ofHook, { id: databaseId })).toEqual({ hook: { id } })
    expect(await change(String(databaseId), { label: 'Ours' })).toEqual({
      ...hook,
      id,
      databaseId,
      label: 'Ours',
    })
    expect(at(await host.run(ROTATE, { id: databaseId }), 'rotateHookSecret.hook.id')).toBe(id)

    const other = await givenHost(world)
    expect(await other.run(ofHook, { id: databaseId })).toEqual({ hook: null })
    expect(await refusal(other, UPDATE, { input: { id: databaseId, label: 'x' } })).toEqual({
      code: 'NOT_FOUND',
      paths: ['input.id'],
    })
    for (const mutation of [ROTATE, DELETE])
      expect(await other.codeOf(mutation, { id: databaseId })).toBe('NOT_FOUND')
    expect(await host.run(DELETE, { id: databaseId })).toEqual({ deleteHook: { id } })
    expect(await host.run(ofHook, { id: databaseId })).toEqual({ hook: null })
  })

  it('belongs to its host: another finds nothing and changes nothing', async () => {
    const { id, secret, ...hook } = await givenHook()
    const other = await givenHost(world)
    expect(await look(id, other)).toEqual({ hook: null, node: null })
    for (const [mutation, variables] of [
      [UPDATE, { input: { id, ...changes } }],
      [ROTATE, { id }],
      [DELETE, { id }],
    ] as const) {
      expect(await other.codeOf(mutation, variables)).toBe('NOT_FOUND')
    }
    expect(at(await look(id), 'hook')).toEqual({ id, ...hook })
    expect(await storedSecret(id)).toBe(secret)
    expect(await world.visitor.codeOf(CREATE, { input: ordinary })).toBe('UNAUTHENTICATED')
  })
})

describe('what a hook cannot be', () => {
  it.each([
    'example.com/hook',
    '/hook',
    'ftp://example.com/hook',
    'https:example.com',
    'https://',
    'https:///hook',
    'https://user@example.com/hook',
    'https://user:secret@example.com/hook',
    'https://example.com/hook#part',
    'https://example.com/hook#',
    'https://example.com/a b',
    ' https://example.com/hook',
    'https://example.com\\hook',
    'https://example.com/\nhook',
    `https://example.com/${'x'.repeat(2029)}`,
    'javascript:alert(1)',
    '',
  ])('sent to %.60j', async url => {
    expect(await refused(CREATE, { ...ordinary, url })).toEqual(invalid('url'))
    const { id } = await givenHook()
    expect(await refused(UPDATE, { id, url })).toEqual(invalid('url'))
  })

  it('has a URL of 2048 characters at most', async () => {
    const url = `https://example.com/${'x'.repeat(2028)}`
    expect(await givenHook({ url })).toMatchObject({ url })
  })

  it('told of nothing, or of anything twice', async () => {
    const { id } = await givenHook()
    for (const events of [[], ['BOOKING_CREATED', 'CONTACT_CREATED', 'BOOKING_CREATED']]) {
      expect(await refused(CREATE, { ...ordinary, events })).toEqual(invalid('events'))
      expect(await refused(UPDATE, { id, events })).toEqual(invalid('events'))
    }
    expect(at(await look(id), 'hook.events')).toEqual(ordinary.events)
  })

  it.each(['BOOKING_EXPLODED', 'booking_created', 'SCHEDULE_CREATED'])(
    'told of %s, which is no event',
    async kind => {
      expect(await refused(CREATE, { ...ordinary, events: ['BOOKING_CREATED', kind] })).toEqual(
        invalid('events.1'),
      )
    },
  )

  it('labelled with nothing, or with more than 100 characters', async () => {
    expect(await refused(CREATE, { ...ordinary, label: ' ' })).toEqual(invalid('label'))
    expect(await refused(CREATE, { ...ordinary, label: 'x'.repeat(101) })).toEqual(invalid('label'))
    expect(await givenHook({ label: 'x'.repeat(100) })).toMatchObject({ label: 'x'.repeat(100) })
  })

  it('and says all that is wrong in one answer', async () => {
    expect(await refused(CREATE, { url: 'x', events: [], label: '' })).toEqual(
      invalid('url', 'events', 'label'),
    )
    const { hooks } = await host.run('{ hooks { totalCount } }')
    expect(hooks).toEqual({ totalCount: 0 })
  })
})

describe('the limit of 25 active hooks', () => {
  const LIMIT = 25
  const limited = { code: 'LIMIT_REACHED' }
  const activeCount = async () => {
    const edges = listAt(
      await host.run('{ hooks(first: 100) { edges { node { isActive } } } }'),
      'hooks.edges',
    )
    return edges.filter(edge => at(edge, 'node.isActive') === true).length
  }

  it('holds when forty come at once over two gateways', async () => {
    const second = clientOf((await world.secondGateway()).url, host.headers)
    const answers = await atOnce(40, index =>
      (index % 2 ? second : host).answer(CREATE, { input: ordinary }),
    )
    expect(tally(answers)).toEqual({ ok: LIMIT, LIMIT_REACHED: 40 - LIMIT })
    expect(await activeCount()).toBe(LIMIT)
  })

  it('does not count hooks that are off, holds for switching on, and ends with a deletion', async () => {
    const hooks = await atOnce(LIMIT, () => givenHook())
    const [first = '', second = '', third = ''] = hooks.map(({ id }) => id)
    const errors = await host.refused(CREATE, { input: ordinary })
    expect(errors[0]?.extensions).toMatchObject({ code: 'LIMIT_REACHED', limit: LIMIT })

    await change(first, { isActive: false })
    await givenHook()
    expect(await refused(UPDATE, { id: first, isActive: true })).toEqual(limited)
    // One that is on already takes no room.
    await change(second, { isActive: true })
    // Nor does one that is off and only gets another label.
    expect(await change(first, { label: 'Off' })).toMatchObject({ label: 'Off', isActive: false })

    await host.run(DELETE, { id: third })
    expect(await change(first, { isActive: true })).toMatchObject({ isActive: true })
    expect(await activeCount()).toBe(LIMIT)
  })

  it('holds when ten that are off are switched on at once over two gateways', async () => {
    const second = clientOf((await world.secondGateway()).url, host.headers)
    const off = await atOnce(10, () => givenHook())
    await Promise.all(off.map(({ id }) => change(id, { isActive: false })))
    await atOnce(LIMIT - 4, () => givenHook())

    const answers = await Promise.all(
      off.map(({ id }, index) =>
        (index % 2 ? second : host).answer(UPDATE, { input: { id, isActive: true } }),
      ),
    )
    expect(tally(answers)).toEqual({ ok: 4, LIMIT_REACHED: 6 })
    expect(await activeCount()).toBe(LIMIT)
  })

  it('is each host’s own', async () => {
    await atOnce(LIMIT, () => givenHook())
    await givenHook({}, await givenHost(world))
    expect(await refused(CREATE, ordinary)).toEqual(limited)
  })
})

describe('the limit of 200 hooks', () => {
  it('counts those that are off, and ends with a deletion', async () => {
    const { id } = await givenHook()
    await sql(
      world.databaseUrl,
      `insert into "Hook" ("uid", "hostId", "url", "events", "encryptedSecret", "isActive", "asksSince", "createdAt", "updatedAt")
        select "uid" || n, "hostId", "url", "events", "encryptedSecret", false, "createdAt", "createdAt", "updatedAt"
          from "Hook", generate_series(1, 198) n where "uid" = $1`,
      [id],
    )
    await givenHook()
    const errors = await host.refused(CREATE, { input: ordinary })
    expect(errors[0]?.extensions).toMatchObject({ code: 'LIMIT_REACHED', limit: 200 })
    expect(errors[0]?.message).toBe('An account has at most 200 hooks in all.')

    await host.run(DELETE, { id })
    await givenHook()
  })
})

describe('the hooks of one dialect', () => {
  it('can be listed alone', async () => {
    const standard = await givenHook()
    const first = await givenHook({ dialect: 'CALENDARPA' })
    const second = await givenHook({ dialect: 'CALENDARPA' })
    const query = `query ($dialect: HookDialect, $first: Int) {
      hooks(dialect: $dialect, first: $first) { totalCount edges { node { id } } }
    }`
    const idsOf = async (variables: Data) => {
      const data = await host.run(query, variables)
      return [
        at(data, 'hooks.totalCount'),
        listAt(data, 'hooks.edges').map(edge => textAt(edge, 'node.id')),
      ]
    }
    expect(await idsOf({})).toEqual([3, [second.id, first.id, standard.id]])
    expect(await idsOf({ dialect: 'CALENDARPA' })).toEqual([2, [second.id, first.id]])
    expect(await idsOf({ dialect: 'CALENDARPA', first: 1 })).toEqual([2, [second.id]])
    expect(await idsOf({ dialect: 'CALENDLY' })).toEqual([0, []])
  })
})

describe('the list of hooks', () => {
  const Page = z.object({
    edges: z.array(
      z.object({ cursor: z.string(), node: z.object({ label: z.string().nullable() }) }),
    ),
    pageInfo: z.object({
      startCursor: z.string().nullable(),
      endCursor: z.string().nullable(),
      hasNextPage: z.boolean(),
      hasPreviousPage: z.boolean(),
    }),
    totalCount: z.number(),
  })

  async function page(args: Data) {
    const data = await host.run(
      `query ($first: Int, $last: Int, $after: String, $before: String) {
        hooks(first: $first, last: $last, after: $after, before: $before) {
          edges { cursor node { label } } pageInfo { startCursor endCursor hasNextPage hasPreviousPage } totalCount
        }
      }`,
      args,
    )
    const { edges, ...rest } = Page.parse(data.hooks)
    return {
      labels: edges.map(({ node }) => node.label),
      cursors: edges.map(({ cursor }) => cursor),
      ...rest,
    }
  }

  const ids = new Map<string, string>()
  const remove = (label: string) => host.run(DELETE, { id: ids.get(label) })

  beforeEach(async () => {
    for (const label of ['a', 'b', 'c', 'd', 'e']) ids.set(label, (await givenHook({ label })).id)
  })

  it('runs from the newest on, with those that are off, without those of others', async () => {
    await change(ids.get('b') ?? '', { isActive: false })
    await givenHook({ label: 'foreign' }, await givenHost(world))
    expect(await page({})).toMatchObject({ labels: ['e', 'd', 'c', 'b', 'a'], totalCount: 5 })
  })

  it('pages forwards and backwards', async () => {
    const first = await page({ first: 2 })
    expect(first).toMatchObject({
      labels: ['e', 'd'],
      totalCount: 5,
      pageInfo: {
        hasNextPage: true,
        hasPreviousPage: false,
        startCursor: first.cursors[0],
        endCursor: first.cursors[1],
      },
    })
    const second = await page({ first: 3, after: first.pageInfo.endCursor })
    expect(second).toMatchObject({
      labels: ['c', 'b', 'a'],
      pageInfo: { hasNextPage: false, hasPreviousPage: true },
    })
    expect((await page({ last: 2 })).labels).toEqual(['b', 'a'])
    expect((await page({ last: 1, before: second.pageInfo.startCursor })).labels).toEqual(['d'])
    expect((await page({ first: 2, after: second.pageInfo.endCursor })).labels).toEqual([])
  })

  it('goes on where it was when the row of the cursor is deleted, or rows before it', async () => {
    const { pageInfo } = await page({ first: 2 })
    await remove('e')
    await remove('d')
    await givenHook({ label: 'f' })
    expect((await page({ first: 2, after: pageInfo.endCursor })).labels).toEqual(['c', 'b'])
    expect((await page({ last: 5, before: pageInfo.endCursor })).labels).toEqual(['f'])
  })

  it('refuses cursors of other lists, and both directions at once', async () => {
    const asked = (args: string) => refusal(host, `{ hooks(${args}) { totalCount } }`)
    const foreign = Buffer.from(JSON.stringify(['apiKeys', 1])).toString('base64url')
    for (const cursor of ['nonsense', foreign]) {
      expect(await asked(`after: "${cursor}"`)).toEqual({ code: 'INVALID_INPUT', paths: ['after'] })
      expect(await asked(`before: "${cursor}"`)).toEqual({
        code: 'INVALID_INPUT',
        paths: ['before'],
      })
    }
    expect(await asked('first: 1, last: 1')).toEqual({ code: 'INVALID_INPUT', paths: ['last'] })
    expect(await asked('first: 0')).toEqual({ code: 'INVALID_INPUT', paths: ['first'] })
    expect((await asked('first: 101')).code).toBe('QUERY_TOO_EXPENSIVE')
  })
})
