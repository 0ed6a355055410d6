// In every dialect an optional field is optional as null too, and a response can be sent back as
// input.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { dialects } from '../../rest-compat/dialects.ts'
import { givenTeam } from '../helpers/teams.ts'
import {
  at,
  type GivenHost,
  givenEventType,
  givenHost,
  givenWorld,
  textAt,
  type World,
} from '../helpers/world.ts'
import { type Calcom, givenCalcom } from './calcom/calcom.ts'
import { type Calendly, givenCalendly } from './calendly/calendly.ts'
import { givenToken, type RestAnswer, restOf } from './rest.ts'

let world: World
let host: GivenHost

beforeAll(async () => {
  world = await givenWorld()
  host = await givenHost(world, { name: 'Ada Berg' })
})
afterAll(() => world.end())

const BodySchema = z.object({
  properties: z.record(z.string(), z.unknown()).default({}),
  required: z.array(z.string()).default([]),
})

/** The optional fields of a body. */
function optionalFields(body: z.ZodType): string[] {
  const { properties, required } = BodySchema.parse(
    z.toJSONSchema(body, { io: 'input', unrepresentable: 'any' }),
  )
  return Object.keys(properties).filter(name => !required.includes(name))
}

const routes = dialects.flatMap(({ title, bases, routes, versionHeader }) =>
  routes.flatMap(({ method, path, name, versions, request }) => {
    const fields = request.body === undefined ? [] : optionalFields(request.body)
    const version = versionHeader && versions && { [versionHeader.name]: versions[0] }
    return fields.length === 0
      ? []
      : [{ title, url: `${bases[0]}${path}`.replace('//', '/'), method, name, version, fields }]
  }),
)

const ECHOES: ReadonlySet<string> = new Set(['target', 'value', 'timestamp'])

/** A response without what differs from one request to the next, such as the echo of the body. */
function comparable({ status, body }: RestAnswer): unknown {
  if (status < 400) return { status }
  const text = JSON.stringify(body, (key, value) => (ECHOES.has(key) ? undefined : value))
  // A field that is required in the absence of another one.
  return { status, text: text.replaceAll('must not be null', 'is missing') }
}

describe.each([...new Set(routes.map(({ title }) => title))])('%s', title => {
  it('answers null in every optional field of every body as it answers a body without the field', async () => {
    const token = await givenToken(host)
    const differing: string[] = []
    for (const { url, method, name, version, fields } of routes.filter(
      route => route.title === title,
    )) {
      // Limits on requests count by the minute.
      world.clock.forward(2)
      const path = url.replace(/:\w+/g, '1')
      const send = (body: unknown) =>
        restOf(world.url, title === 'Calendo' ? '' : token).send(path, {
          method,
          body: JSON.stringify(body),
          headers: {
            'content-type': 'application/json',
            ...version,
            ...(title === 'Calendo' && { 'x-api-key': token }),
          },
        })
      const without = await send({})
      const withNulls = await send(Object.fromEntries(fields.map(field => [field, null])))
      if (JSON.stringify(comparable(without)) === JSON.stringify(comparable(withNulls))) continue
      differing.push(
        `${name}: ${without.status} ${JSON.stringify(without.body)}, with nulls ${withNulls.status} ${JSON.stringify(withNulls.body)}`,
      )
    }
    expect(differing).toEqual([])
  }, 60_000)
})

describe('a response of Cal.com, sent back', () => {
  let api: Calcom
  beforeAll(async () => {
    api = await givenCalcom(world, host)
  })

  const one = { title: 'Intro', slug: 'intro-again', lengthInMinutes: 30 }

  it.each(['2024-06-14', '2024-04-15'])(
    'updates and creates an event type in version %s',
    async version => {
      const by = api.in(version)
      const made = await api
        .in('2024-06-14')
        .post('/event-types', { ...one, slug: `again-${version}` })
      const id = at(made.body, 'data.id')
      const got = await by.get(`/event-types/${id}`)
      const shown = version === '2024-04-15' ? at(got.body, 'data.eventType') : at(got.body, 'data')
      expect((await by.patch(`/event-types/${id}`, shown)).body).toMatchObject({
        status: 'success',
      })
      const again = { ...z.looseObject({}).parse(shown), slug: `more-${version}` }
      expect((await by.post('/event-types', again)).body).toMatchObject({ status: 'success' })
    },
  )

  it.each(['2024-06-11', '2024-04-15'])(
    'updates and creates a schedule in version %s',
    async version => {
      const by = api.in(version)
      const got = await by.get('/schedules/default')
      const shown = z.looseObject({ id: z.number() }).parse(at(got.body, 'data'))
      if (version === '2024-06-11') {
        expect((await by.patch(`/schedules/${shown.id}`, shown)).body).toMatchObject({
          status: 'success',
        })
      }
      expect((await by.post('/schedules', shown)).body).toMatchObject({ status: 'success' })
    },
  )

  it('updates the profile, a team, a platform client and a webhook', async () => {
    const team = await api.post('/teams', { name: 'Support', logoUrl: null, bio: null })
    const client = await api.post('/oauth-clients', {
      name: 'App',
      redirectUris: ['https://a.example'],
      permissions: ['*'],
    })
    const hook = await api.post('/webhooks', {
      active: true,
      subscriberUrl: 'https://r.example/h',
      triggers: ['BOOKING_CREATED'],
    })
    const paths = [
      '/me',
      `/teams/${at(team.body, 'data.id')}`,
      `/oauth-clients/${textAt(client.body, 'data.clientId')}`,
      `/webhooks/${textAt(hook.body, 'data.id')}`,
    ]
    for (const path of paths) {
      const got = await api.get(path)
      const sent = await api.patch(path, at(got.body, 'data'))
      expect(sent.body, path).toMatchObject({ status: 'success' })
      expect(at((await api.get(path)).body, 'data'), path).toEqual(at(got.body, 'data'))
    }
  })
})

describe('null in a PATCH of Cal.com', () => {
  it('unsets what can be unset of an event type', async () => {
    const api = (await givenCalcom(world, host)).in('2024-06-14')
    const schedule = await api
      .in('2024-06-11')
      .post('/schedules', { name: 'Own', timeZone: 'UTC', isDefault: false })
    const set = {
      description: 'About it',
      lengthInMinutesOptions: [30, 60],
      scheduleId: at(schedule.body, 'data.id'),
      recurrence: { interval: 1, occurrences: 3, frequency: 'weekly' },
      successRedirectUrl: 'https://a.example/thanks',
      customName: 'Meeting',
      slotInterval: 15,
    }
    const made = await api.post('/event-types', {
      title: 'Unset',
      slug: 'unset',
      lengthInMinutes: 30,
      ...set,
    })
    expect(made.body).toMatchObject({ data: set })
    const nulls = Object.fromEntries(Object.keys(set).map(name => [name, null]))
    const { body } = await api.patch(`/event-types/${at(made.body, 'data.id')}`, nulls)
    expect(body).toMatchObject({
      data: {
        description: '',
        scheduleId: null,
        recurrence: null,
        successRedirectUrl: null,
        slotInterval: null,
      },
    })
    expect(at(body, 'data')).not.toHaveProperty('lengthInMinutesOptions')
    expect(at(body, 'data')).not.toHaveProperty('customName')
  })

  it('unsets the biography and the picture of a profile', async () => {
    const api = await givenCalcom(world, host)
    await api.patch('/me', { bio: 'Hello', avatarUrl: 'https://a.example/a.png' })
    expect((await api.patch('/me', { bio: null, avatarUrl: null })).body).toMatchObject({
      data: { bio: null, avatarUrl: null },
    })
  })
})

describe('a new booking of Cal.com', () => {
  it('accepts null in every optional field', async () => {
    const owner = await givenHost(world, { name: 'Bo' })
    const type = await givenEventType(owner)
    const data = await owner.run('query ($id: ID!) { eventType(id: $id) { databaseId } }', {
      id: type,
    })
    const api = (await givenCalcom(world, owner)).in('2024-08-13')
    world.clock.set('2026-03-02T07:00:00Z')
    const made = await api.post('/bookings', {
      start: '2026-03-04T10:00:00Z',
      eventTypeId: at(data, 'eventType.databaseId'),
      attendee: {
        name: 'Ann',
        email: 'ann@example.org',
        timeZone: 'UTC',
        phoneNumber: null,
        language: null,
      },
      ...{
        guests: null,
        metadata: null,
        lengthInMinutes: null,
        bookingFieldsResponses: null,
        location: null,
      },
      ...{
        meetingUrl: null,
        username: null,
        eventTypeSlug: null,
        teamSlug: null,
        recurrenceCount: null,
      },
    })
    expect(made.status, JSON.stringify(made.body)).toBe(201)
    const moved = await api.post(`/bookings/${textAt(made.body, 'data.uid')}/reschedule`, {
      start: '2026-03-05T10:00:00Z',
      ...{ seatUid: null, reschedulingReason: null, rescheduledBy: null },
    })
    expect(moved.status, JSON.stringify(moved.body)).toBe(201)
    const guests = await api.post(`/bookings/${textAt(moved.body, 'data.uid')}/guests`, {
      guests: [
        { email: 'bo@example.org', name: null, timeZone: null, phoneNumber: null, language: null },
      ],
    })
    expect(guests.status, JSON.stringify(guests.body)).toBe(200)
  })
})

describe('a response of CalendarPA, Calendo and Calendly, sent back', () => {
  it('updates what it is of', async () => {
    world.clock.forward(2)
    await givenEventType(host, { slug: 'sent-back' })
    const Rows = z.array(z.looseObject({ id: z.number() }))
    const key = await givenToken(host)
    const calendo = (path: string, method: string, body?: unknown) =>
      restOf(`${world.url}/api`, '').send(path, {
        method,
        headers: { 'x-api-key': key, 'content-type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
    for (const path of ['/event-types', '/availability-schedules']) {
      const { body } = await calendo(path, 'GET')
      const lists: unknown[] = [body, ...Object.values(z.looseObject({}).catch({}).parse(body))]
      expect(lists.find(Array.isArray), JSON.stringify(body)).toBeDefined()
      const [first] = Rows.parse(lists.find(Array.isArray))
      const put = await calendo(`${path}/${first?.id}`, 'PUT', first)
      expect(put.status, JSON.stringify(put.body)).toBe(200)
    }
    const calendly: Calendly = await givenCalendly(world, host)
    const list = await calendly.get(`/event_types?user=${calendly.user}`)
    const resource = z
      .array(z.looseObject({ uri: z.string() }))
      .parse(at(list.body, 'collection'))[0]
    const patched = await calendly.patch(new URL(resource?.uri ?? '').pathname, resource)
    expect(patched.status, JSON.stringify(patched.body)).toBe(200)
  })
})

describe('the graph', () => {
  it('accepts null for an optional field that has no meaning of null', async () => {
    const id = await givenEventType(host, {
      slug: 'nulls',
      color: null,
      isActive: null,
      position: null,
    })
    const update =
      'mutation ($input: UpdateEventTypeInput!) { updateEventType(input: $input) { eventType { name } } }'
    expect(
      await host.run(update, { input: { id, name: null, durationMinutes: null, color: null } }),
    ).toEqual({
      updateEventType: { eventType: { name: 'Intro' } },
    })
    const team = await givenTeam(host, { slug: 'null-team', weekStart: null })
    const change =
      'mutation ($input: UpdateTeamInput!) { updateTeam(input: $input) { team { name } } }'
    await host.run(change, { input: { id: team.id, name: null, slug: null, brandColor: null } })
  })
})
