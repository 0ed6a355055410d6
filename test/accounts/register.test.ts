import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { atOnce, refusal, refusalIn, tally } from '../helpers/bookings.ts'
import { everything } from '../helpers/postgres.ts'
import { overSocket } from '../helpers/socket.ts'
import {
  at,
  clientOf,
  type Data,
  givenHost,
  givenWorld,
  MONDAY,
  textAt,
  type World,
} from '../helpers/world.ts'

let world: World

beforeAll(async () => {
  world = await givenWorld()
})
afterAll(() => world.end())

const REGISTER = `mutation ($input: RegisterInput!) {
  register(input: $input) {
    user {
      id email name timeZone locale avatarUrl plan createdAt updatedAt
      bookingPage { slug url displayName bio brandColor welcomeMessage eventTypes { totalCount } host { name } }
      defaultSchedule { id name timeZone isDefault weekly { weekday start end } overrides { date } }
    }
  }
}`

const password = 'correct horse battery'

let people = 0

/** The account that a registration makes; the e-mail is a new one unless given. */
async function registered(input: Data = {}): Promise<unknown> {
  people++
  const data = await world.visitor.run(REGISTER, {
    input: { name: `Person ${people}`, email: `person${people}@example.com`, password, ...input },
  })
  return at(data, 'register.user')
}

/** How a registration is refused; a field with several faults is named once here. */
async function refused(input: Data) {
  const { code, paths } = await refusal(world.visitor, REGISTER, {
    input: { name: 'Nina New', email: 'nina@example.com', password, ...input },
  })
  return { code, paths: [...new Set(paths)] }
}

const slugFor = async (input: Data) => textAt(await registered(input), 'bookingPage.slug')

const workday = (weekday: string) => ({ weekday, start: '09:00', end: '17:00' })
const workdays = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY'].map(workday)

describe('a new account', () => {
  const FIRST = `query ($page: String!, $start: Date!, $end: Date!) {
    slots(eventType: { page: $page, slug: "30min" }, start: $start, end: $end) { slots { start } }
    publicEventType(ref: { page: $page, slug: "30min" }) { name durationMinutes }
  }`
  const first = (page: string) =>
    world.visitor.run(FIRST, { page, start: '2026-03-03', end: '2026-03-03' })

  it('can be booked at once, by its first event type', async () => {
    const found = await first(await slugFor({}))
    expect(at(found, 'publicEventType')).toEqual({ name: '30 minute meeting', durationMinutes: 30 })
    expect(at(found, 'slots.0.slots')).toHaveLength(16)
  })

  it('has the first event type in its log', async () => {
    const host = await givenHost(world, { firstEventType: true })
    const { activity } = z
      .object({ activity: z.object({ nodes: z.array(z.object({ kind: z.string() })) }) })
      .parse(await host.run('{ activity { nodes { kind } } }'))
    expect(activity.nodes).toEqual([{ kind: 'EVENT_TYPE_CREATED' }])
  })

  it('has no event type when it is registered with firstEventType: false', async () => {
    const user = await registered({ firstEventType: false })
    expect(at(user, 'bookingPage.eventTypes.totalCount')).toBe(0)
  })

  it('has a booking page and a schedule of workdays in the zone that it names', async () => {
    const user = await registered({
      name: '  Hanna Höst ',
      email: 'Hanna@Example.COM',
      timeZone: 'Europe/Berlin',
    })

    expect(user).toEqual({
      id: expect.stringMatching(/^usr_\w{22}$/),
      email: 'hanna@example.com',
      name: 'Hanna Höst',
      timeZone: 'Europe/Berlin',
      locale: 'en',
      avatarUrl: null,
      plan: 'PRO',
      createdAt: new Date(MONDAY).toISOString(),
      updatedAt: new Date(MONDAY).toISOString(),
      bookingPage: {
        slug: 'hanna-host',
        url: `${world.url}/hanna-host`,
        displayName: 'Hanna Höst',
        bio: null,
        brandColor: '#0069ff',
        welcomeMessage: null,
        eventTypes: { totalCount: 1 },
        host: { name: 'Hanna Höst' },
      },
      defaultSchedule: {
        id: expect.stringMatching(/^sch_\w{22}$/),
        name: 'Working hours',
        timeZone: 'Europe/Berlin',
        isDefault: true,
        weekly: workdays,
        overrides: [],
      },
    })
  })

  it('is in UTC unless it names a zone', async () => {
    const user = await registered()
    expect(user).toMatchObject({ timeZone: 'UTC', defaultSchedule: { timeZone: 'UTC' } })
  })

  it('is logged in by the answer, and can be logged into by its e-mail in any capitals', async () => {
    const host = await givenHost(world, { email: 'zoe@example.com' })
    expect(at(await host.run('{ viewer { email } }'), 'viewer.email')).toBe('zoe@example.com')

    const LOG_IN = 'mutation ($input: LogInInput!) { logIn(input: $input) { user { id } } }'
    const data = await world.visitor.run(LOG_IN, { input: { email: 'ZOE@example.com', password } })
    expect(at(data, 'logIn.user.id')).toBe(host.id)
    expect(
      await world.visitor.codeOf(LOG_IN, {
        input: { email: 'zoe@example.com', password: 'not the one' },
      }),
    ).toBe('UNAUTHENTICATED')
  })

  it('keeps neither the password nor anything that holds it', async () => {
    await registered({ password: 'a very particular password' })
    expect(JSON.stringify(await everything(world.databaseUrl))).not.toContain('very particular')
  })

  it.each([8, 200])('takes a password of %i characters', async length => {
    const email = `length${length}@example.com`
    expect(await registered({ email, password: 'x'.repeat(length) })).toMatchObject({ email })
  })
})

describe('the slug of a new page', () => {
  it('is the one that was asked for', async () => {
    expect(await slugFor({ slug: 'my-own-page-2' })).toBe('my-own-page-2')
  })

  it('is made of the name, and differs for two people of one name', async () => {
    expect(await slugFor({ name: "Zoë O'Brien" })).toBe('zoe-o-brien')
    expect(await slugFor({ name: 'Zoe O Brien' })).toMatch(/^zoe-o-brien-\d+$/)
  })

  it('differs for twelve people of one name who come at once, over two gateways', async () => {
    const second = clientOf((await world.secondGateway()).url, {})
    const answers = await atOnce(12, index =>
      (index % 2 ? second : world.visitor).answer(REGISTER, {
        input: { name: 'Maria Müller', email: `maria${index}@example.com`, password },
      }),
    )
    expect(tally(answers)).toEqual({ ok: 12 })
    const slugs = answers.map(answer => textAt(answer, 'data.register.user.bookingPage.slug'))
    expect(new Set(slugs).size).toBe(12)
    expect(slugs).toContain('maria-muller')
    expect(slugs.filter(slug => !/^maria-muller(-\d+)?$/.test(slug))).toEqual([])
  })

  it.each([['李小龍'], ['Дмитрий'], ['🙂🙂'], ['…']])(
    'exists for the name %s, which has no Latin letter',
    async name => {
      const slug = await slugFor({ name })
      expect(slug).toMatch(/^host(-\d+)?$/)
      const { bookingPage } = await world.visitor.run(
        'query ($slug: String!) { bookingPage(slug: $slug) { host { name } } }',
        {
          slug,
        },
      )
      expect(bookingPage).toEqual({ host: { name } })
    },
  )

  it('is a slug for the longest name too', async () => {
    expect(await slugFor({ name: `${'a'.repeat(49)} ${'b'.repeat(50)}` })).toBe('a'.repeat(49))
  })

  it.each(['api', 'graphql', 'v1', 'login', 'scheduled_events', 'event-types'])(
    'is never %s',
    async name => {
      expect(await slugFor({ name })).not.toBe(name)
      expect(await refused({ slug: name })).toEqual({
        code: 'INVALID_INPUT',
        paths: ['input.slug'],
      })
    },
  )

  it.each([
    'Capital',
    'two--hyphens',
    '-first',
    'last-',
    'späti',
    'a b',
    'a/b',
    '',
    'x'.repeat(65),
  ])('cannot be "%s"', async slug => {
    expect(await refused({ slug })).toEqual({ code: 'INVALID_INPUT', paths: ['input.slug'] })
  })

  it('cannot be one that is taken', async () => {
    await registered({ slug: 'taken' })
    expect(await refused({ slug: 'taken' })).toEqual({ code: 'CONFLICT', paths: ['input.slug'] })
  })
})

describe('what is refused', () => {
  it('has an account for each e-mail once, whatever its capitals', async () => {
    await registered({ email: 'only.one@example.com' })
    const conflict = { code: 'CONFLICT', paths: ['input.email'] }
    expect(await refused({ email: 'only.one@example.com' })).toEqual(conflict)
    expect(await refused({ email: ' Only.ONE@Example.com' })).toEqual(conflict)
  })

  it('makes one account when one person registers ten times at once', async () => {
    const answers = await atOnce(10, index =>
      world.visitor.answer(REGISTER, {
        input: { name: `Hasty ${index}`, email: 'hasty@example.com', password },
      }),
    )
    expect(tally(answers)).toEqual({ ok: 1, CONFLICT: 9 })
    expect(answers.flatMap(answer => refusalIn(answer)?.paths ?? [])).toEqual(
      Array(9).fill('input.email'),
    )
  })

  it('names every wrong field in one answer', async () => {
    expect(
      await refused({
        name: ' ',
        email: 'nina at home',
        password: '1234567',
        timeZone: 'Mars/Olympus',
        slug: 'No',
      }),
    ).toEqual({
      code: 'INVALID_INPUT',
      paths: ['input.name', 'input.email', 'input.password', 'input.timeZone', 'input.slug'],
    })
  })

  it.each([
    ['name', { name: 'x'.repeat(101) }],
    ['name', { name: 'Nina\u0007' }],
    ['email', { email: `${'x'.repeat(250)}@example.com` }],
    ['email', { email: 'nina@example.com, ben@example.com' }],
    ['password', { password: 'x'.repeat(201) }],
    ['timeZone', { timeZone: '+02:00' }],
    ['timeZone', { timeZone: '' }],
  ])('names the %s of %j', async (field, input) => {
    expect(await refused(input)).toEqual({ code: 'INVALID_INPUT', paths: [`input.${field}`] })
  })

  it('names a field that is left out', async () => {
    const errors = await world.visitor.refused(REGISTER, { input: { name: 'Nina', password } })
    expect(errors[0]?.extensions).toMatchObject({
      code: 'INVALID_INPUT',
      fields: [{ path: 'input' }],
    })
  })

  it('leaves nothing behind, not even where only the slug is taken', async () => {
    await registered({ slug: 'gone-already' })
    const before = await everything(world.databaseUrl)
    await refused({ slug: 'gone-already' })
    await refused({ timeZone: 'Mars/Olympus' })
    await refused({ email: 'only.one@example.com', slug: 'a-free-slug' })
    expect(await everything(world.databaseUrl)).toEqual(before)
  })

  it('registers nobody over a websocket, whose answer could not carry the cookie', async () => {
    const before = await everything(world.databaseUrl)
    const input = { name: 'Wes', email: 'wes@example.com', password }
    const answer = await overSocket(world.url, { query: REGISTER, variables: { input } })
    expect(answer).toMatchObject({ errors: [{ extensions: { code: 'FORBIDDEN' } }] })
    expect(await everything(world.databaseUrl)).toEqual(before)
    expect(await registered(input)).toMatchObject({ email: 'wes@example.com' })
  })
})
