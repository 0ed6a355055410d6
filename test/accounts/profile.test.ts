import { getNamedType, isLeafType, isObjectType } from 'graphql'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { schema } from '../../src/graph/schema.ts'
import { atOnce, refusal, tally } from '../helpers/bookings.ts'
import {
  at,
  type Data,
  type GivenHost,
  givenEventType,
  givenHost,
  givenWorld,
  listAt,
  MONDAY,
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
  world.clock.set(MONDAY)
  host = await givenHost(world)
})

const USER = 'id email name timeZone locale avatarUrl plan createdAt updatedAt'
const UPDATE_PROFILE = `mutation ($input: UpdateProfileInput!) { updateProfile(input: $input) { user { ${USER} } } }`
const PAGE = 'slug url displayName bio brandColor welcomeMessage'
const UPDATE_PAGE = `mutation ($input: UpdateBookingPageInput!) {
  updateBookingPage(input: $input) { bookingPage { ${PAGE} } }
}`

const profile = async () => at(await host.run(`{ viewer { ${USER} } }`), 'viewer')
const updateProfile = async (input: Data) =>
  at(await host.run(UPDATE_PROFILE, { input }), 'updateProfile.user')
const page = async () =>
  at(await host.run(`{ viewer { bookingPage { ${PAGE} } } }`), 'viewer.bookingPage')
const updatePage = async (input: Data) =>
  at(await host.run(UPDATE_PAGE, { input }), 'updateBookingPage.bookingPage')

/** How a change is refused; a field with several faults is named once here. */
async function refused(mutation: string, input: Data) {
  const { code, paths } = await refusal(host, mutation, { input })
  return { code, paths: [...new Set(paths)] }
}
const invalid = (...fields: string[]) => ({
  code: 'INVALID_INPUT',
  paths: fields.map(field => `input.${field}`),
})

describe('the profile', () => {
  const changes = {
    name: 'Zoë Zander',
    timeZone: 'America/New_York',
    locale: 'pt-BR',
    avatarUrl: 'https://example.com/zoe.png?size=2',
  }

  it('changes in every field, at the time of the change', async () => {
    world.clock.forward(90)
    const answered = await updateProfile(changes)
    expect(answered).toMatchObject({
      ...changes,
      plan: 'PRO',
      updatedAt: '2026-03-02T08:30:00.000Z',
    })
    expect(await profile()).toEqual(answered)
  })

  it.each(Object.entries(changes))(
    'changes in its %s alone when only that is named',
    async (field, value) => {
      const before = await profile()
      expect(await updateProfile({ [field]: value })).toEqual({ ...Object(before), [field]: value })
    },
  )

  it('stays as it is when nothing is named', async () => {
    await updateProfile(changes)
    const before = await profile()
    expect(await updateProfile({})).toEqual(before)
  })

  it('loses its picture by null', async () => {
    await updateProfile(changes)
    expect(await updateProfile({ avatarUrl: null })).toMatchObject({ ...changes, avatarUrl: null })
  })

  it('keeps all else that is null, as if it were absent', async () => {
    const before = await profile()
    expect(await updateProfile({ name: null, timeZone: null, locale: null })).toEqual(before)
  })

  it.each([
    ['name', ''],
    ['name', ' \n '],
    ['name', 'x'.repeat(101)],
    ['timeZone', 'Europe/Atlantis'],
    ['timeZone', 'CEST'],
    ['locale', 'english'],
    ['locale', 'e'],
    ['locale', 'EN'],
    ['locale', `en${'-abcdefgh'.repeat(4)}`],
    ['avatarUrl', 'zoe.png'],
    ['avatarUrl', 'javascript:alert(1)'],
    ['avatarUrl', 'https://zoe:secret@example.com/zoe.png'],
    ['avatarUrl', `https://example.com/${'x'.repeat(2048)}`],
  ])('does not take a %s like %.40j', async (field, value) => {
    expect(await refused(UPDATE_PROFILE, { [field]: value })).toEqual(invalid(field))
  })

  it('names every wrong field in one answer', async () => {
    const input = { name: '', timeZone: 'x', locale: 'x', avatarUrl: 'x' }
    expect(await refused(UPDATE_PROFILE, input)).toEqual(
      invalid('name', 'timeZone', 'locale', 'avatarUrl'),
    )
  })

  it('leaves schedules in their own zone when its zone changes, and starts new ones in the new', async () => {
    await updateProfile({ timeZone: 'Asia/Tokyo' })
    await host.run('mutation { createSchedule(input: { name: "New" }) { schedule { id } } }')
    const { schedules } = await host.run('{ schedules { timeZone } }')
    expect(schedules).toEqual([{ timeZone: 'Europe/London' }, { timeZone: 'Asia/Tokyo' }])
  })

  it('belongs to its owner alone: a visitor is refused, another host changes their own', async () => {
    const before = await profile()
    expect(await world.visitor.codeOf(UPDATE_PROFILE, { input: changes })).toBe('UNAUTHENTICATED')
    await (await givenHost(world)).run(UPDATE_PROFILE, { input: changes })
    expect(await profile()).toEqual(before)
  })

  it('shows visitors the host without the e-mail', async () => {
    const asked =
      'query ($slug: String!) { bookingPage(slug: $slug) { host { name email timeZone locale avatarUrl } } }'
    await updateProfile(changes)
    const seen = at(await world.visitor.run(asked, { slug: host.slug }), 'bookingPage.host')
    expect(seen).toEqual({ ...changes, email: null })
    expect(at(await host.run(asked, { slug: host.slug }), 'bookingPage.host.email')).toBe(
      host.email,
    )
  })
})

describe('the booking page', () => {
  const changes = {
    displayName: 'Talks with Zoë',
    bio: 'One line.\nAnd another.',
    brandColor: '#a1b2c3',
    welcomeMessage: 'Welcome!',
  }

  it('changes in every field, capitals of the colour made small', async () => {
    const slug = `${host.slug}-new`
    const answered = await updatePage({ ...changes, slug, brandColor: '#A1B2C3' })
    expect(answered).toEqual({ ...changes, slug, url: `${world.url}/${slug}` })
    expect(await page()).toEqual(answered)
    const seen = await world.visitor.run(
      `query ($slug: String!) { bookingPage(slug: $slug) { ${PAGE} } }`,
      { slug },
    )
    expect(seen.bookingPage).toEqual(answered)
  })

  it.each(Object.entries(changes))(
    'changes in its %s alone when only that is named',
    async (field, value) => {
      const before = await page()
      expect(await updatePage({ [field]: value })).toEqual({ ...Object(before), [field]: value })
    },
  )

  it('loses its bio and its greeting by null, and nothing else', async () => {
    await updatePage(changes)
    expect(await updatePage({ bio: null, welcomeMessage: null })).toMatchObject({
      ...changes,
      bio: null,
      welcomeMessage: null,
    })
    const before = await page()
    expect(await updatePage({ slug: null, displayName: null, brandColor: null })).toEqual(before)
  })

  it.each([
    ['slug', 'api'],
    ['slug', 'healthz'],
    ['slug', 'No Slug'],
    ['slug', 'a--b'],
    ['slug', ''],
    ['slug', 'x'.repeat(65)],
    ['displayName', ' '],
    ['displayName', 'x'.repeat(101)],
    ['bio', 'x'.repeat(2001)],
    ['bio', 'bell\u0007'],
    ['brandColor', 'blue'],
    ['brandColor', '#fff'],
    ['brandColor', '#12345g'],
    ['welcomeMessage', 'x'.repeat(2001)],
  ])('does not take a %s like %.40j', async (field, value) => {
    expect(await refused(UPDATE_PAGE, { [field]: value })).toEqual(invalid(field))
  })

  it('names every wrong field in one answer', async () => {
    const input = { slug: 'admin', displayName: '', bio: '', brandColor: '', welcomeMessage: '' }
    expect(await refused(UPDATE_PAGE, input)).toEqual(invalid(...Object.keys(input)))
  })

  it('does not take the slug of another page, and keeps all else then', async () => {
    const other = await givenHost(world)
    const before = await page()
    const input = { slug: other.slug, displayName: 'Somebody else' }
    expect(await refused(UPDATE_PAGE, input)).toEqual({ code: 'CONFLICT', paths: ['input.slug'] })
    expect(await page()).toEqual(before)
    expect(await updatePage({ slug: host.slug })).toEqual(before)
  })

  it('gives a slug to one of six pages that want it at once', async () => {
    const others = await atOnce(6, () => givenHost(world))
    const answers = await Promise.all(
      others.map(other => other.answer(UPDATE_PAGE, { input: { slug: 'wanted' } })),
    )
    expect(tally(answers)).toEqual({ ok: 1, CONFLICT: 5 })
  })

  it('moves its links with its slug: the old ones lead nowhere, and the slug is free', async () => {
    await givenEventType(host, { slug: 'intro' })
    const old = host.slug
    const slug = `${old}-moved`
    await updatePage({ slug })

    const LINK =
      'query ($page: String!) { publicEventType(ref: { page: $page, slug: "intro" }) { schedulingUrl } }'
    expect(await world.visitor.run(LINK, { page: slug })).toEqual({
      publicEventType: { schedulingUrl: `${world.url}/${slug}/intro` },
    })
    expect(await world.visitor.run(LINK, { page: old })).toEqual({ publicEventType: null })
    expect((await givenHost(world, { slug: old })).slug).toBe(old)
  })

  it('does not exist where nobody has the slug', async () => {
    const asked = 'query ($slug: String!) { bookingPage(slug: $slug) { slug } }'
    for (const slug of ['nobody-has-this', 'graphql', '', 'Ünknown', host.slug.toUpperCase()]) {
      expect(await world.visitor.run(asked, { slug })).toEqual({ bookingPage: null })
    }
  })

  it('lists its event types by position', async () => {
    for (const [name, position] of [
      ['Third', 7],
      ['First', 2],
      ['Second', 4],
    ]) {
      await givenEventType(host, { name, position })
    }
    const data = await world.visitor.run(
      'query ($slug: String!) { bookingPage(slug: $slug) { eventTypes { edges { node { name host { bookingPage { slug } } } } } } }',
      { slug: host.slug },
    )
    expect(
      listAt(data, 'bookingPage.eventTypes.edges').map(edge => textAt(edge, 'node.name')),
    ).toEqual(['First', 'Second', 'Third'])
    expect(at(data, 'bookingPage.eventTypes.edges.0.node.host.bookingPage.slug')).toBe(host.slug)
  })

  it('pages through them', async () => {
    const own = await givenHost(world)
    for (const name of ['One', 'Two', 'Three']) await givenEventType(own, { name })
    await givenEventType(own, { name: 'Secret', isSecret: true })
    const asked = `query ($slug: String!, $after: String) { bookingPage(slug: $slug) {
      eventTypes(first: 2, after: $after) { totalCount pageInfo { hasNextPage endCursor } edges { node { name } } }
    } }`
    const first = await world.visitor.run(asked, { slug: own.slug })
    const after = at(first, 'bookingPage.eventTypes.pageInfo.endCursor')
    const second = await world.visitor.run(asked, { slug: own.slug, after })
    expect(at(first, 'bookingPage.eventTypes')).toMatchObject({
      totalCount: 3,
      pageInfo: { hasNextPage: true },
      edges: [{ node: { name: 'One' } }, { node: { name: 'Two' } }],
    })
    expect(at(second, 'bookingPage.eventTypes')).toMatchObject({
      pageInfo: { hasNextPage: false },
      edges: [{ node: { name: 'Three' } }],
    })
  })

  it('answers one page of them with all fields, and refuses pages of pages by their cost', async () => {
    const nested = (levels: number, args = ''): string =>
      levels === 0
        ? '{ slug }'
        : `{ eventTypes${args} { edges { node { name host { bookingPage ${nested(levels - 1, args)} } } } } }`
    const asked = (selected: string) =>
      `query ($slug: String!) { bookingPage(slug: $slug) ${selected} }`
    expect(await world.visitor.codeOf(asked(nested(2, '(first: 100)')), { slug: host.slug })).toBe(
      'QUERY_TOO_EXPENSIVE',
    )
    expect(await world.visitor.codeOf(asked(nested(3)), { slug: host.slug })).toBe(
      'QUERY_TOO_EXPENSIVE',
    )
    const eventType = schema.getType('EventType')
    if (!isObjectType(eventType)) throw new Error('EventType is no object type')
    const fields = Object.values(eventType.getFields())
      .filter(field => isLeafType(getNamedType(field.type)))
      .map(field => field.name)
    const node = `${fields.join(' ')} host { name } locations { kind } questions { key } bookingWindow { kind }
      bookingLimits { perDay } minuteLimits { perDay }`
    await world.visitor.run(
      asked(`{ slug eventTypes(first: 100) { totalCount edges { cursor node { ${node} } } } }`),
      {
        slug: host.slug,
      },
    )
  })
})
