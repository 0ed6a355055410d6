// Calendly v2: contacts, and what is told of them and of event types.

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { who } from '../../helpers/bookings.ts'
import { givenReceiver, type Receiver } from '../../helpers/receiver.ts'
import {
  at,
  type GivenHost,
  givenBooking,
  givenEventType,
  givenHost,
  givenWorld,
  listAt,
  MONDAY,
  textAt,
  type World,
} from '../../helpers/world.ts'
import { type Calendly, givenCalendly, idAt, idsIn, notFound, unprocessable } from './calendly.ts'
import { objectionsTo } from './official.ts'

let world: World
let host: GivenHost
let api: Calendly
let receiver: Receiver

beforeAll(async () => {
  world = await givenWorld()
})
afterAll(() => world.end())
beforeEach(async () => {
  world.clock.set(MONDAY)
  host = await givenHost(world)
  api = await givenCalendly(world, host)
  receiver = await givenReceiver()
})
afterEach(() => receiver.close())

const NOW = '2026-03-02T07:00:00.000000Z'

const emails = (email: string) => [{ email, is_primary: true }]

async function givenContact(name: string): Promise<string> {
  const { body } = await api.post('/contacts', {
    name,
    emails: emails(`${name.toLowerCase()}@example.org`),
  })
  return textAt(body, 'resource.uri').slice(world.url.length)
}

describe('a contact', () => {
  it('is added, told, changed and taken away', async () => {
    const { status, body } = await api.post('/contacts', {
      name: 'Ada Byron',
      emails: emails('Ada@Example.org'),
      phone_numbers: [{ phone_number: '+44 20 7946 0000' }],
      timezone: 'Europe/London',
    })
    expect(status).toBe(201)
    const uri = textAt(body, 'resource.uri')
    expect(body).toEqual({
      resource: {
        uri,
        name: 'Ada Byron',
        emails: emails('ada@example.org'),
        phone_numbers: [{ phone_number: '+44 20 7946 0000' }],
        timezone: 'Europe/London',
        job_title: null,
        company: null,
        country: null,
        state: null,
        city: null,
        linkedin: null,
        custom_fields: [],
        first_email_date: null,
        last_email_date: null,
        next_meeting_date: null,
        last_meeting_date: null,
        created_at: NOW,
        updated_at: NOW,
      },
    })
    const path = uri.slice(world.url.length)
    expect(path).toMatch(/^\/contacts\/ct-/)
    expect((await api.get(path)).body).toEqual(body)

    world.clock.forward(1)
    const changed = await api.patch(path, { phone_numbers: [], name: 'Ada Lovelace' })
    expect(changed.body).toMatchObject({
      resource: {
        name: 'Ada Lovelace',
        phone_numbers: [],
        timezone: 'Europe/London',
        updated_at: '2026-03-02T07:01:00.000000Z',
      },
    })
    expect((await api.delete(path)).status).toBe(204)
    expect(await api.get(path)).toMatchObject({ status: 404, body: notFound })
    expect(await api.delete(path)).toMatchObject({ status: 404, body: notFound })
  })

  it('is listed by its address, its name and its times, page by page', async () => {
    const paths: string[] = []
    for (const name of ['Ada', 'Bea', 'Cleo']) {
      paths.push(await givenContact(name))
      world.clock.forward(1)
    }
    const [ada = '', bea = '', cleo = ''] = paths.map(idAt)
    await api.patch(`/contacts/${ada}`, { name: 'Ada Byron' })
    const ids = async (query: string) => idsIn((await api.get(`/contacts?${query}`)).body)
    expect(await ids('')).toEqual([ada, bea, cleo])
    expect(await ids('sort=created_at:desc')).toEqual([cleo, bea, ada])
    expect(await ids('sort=updated_at:asc')).toEqual([bea, cleo, ada])
    expect(await ids('sort=updated_at:desc')).toEqual([ada, cleo, bea])
    expect(await ids('email=bea@example.org,ada@example.org')).toEqual([ada, bea])
    expect(await ids('email=nobody@example.org')).toEqual([])
    expect(await ids('name=byron')).toEqual([ada])
    const first = await api.get('/contacts?count=2&sort=updated_at:desc')
    expect(idsIn(first.body)).toEqual([ada, cleo])
    const next = textAt(first.body, 'pagination.next_page').slice(world.url.length)
    expect(idsIn((await api.get(next)).body)).toEqual([bea])
    expect((await api.get('/contacts?email=nobody')).status).toBe(400)
  })

  it('has one address, which no other has', async () => {
    await givenContact('Ada')
    const again = await api.post('/contacts', { name: 'Other', emails: emails('ada@example.org') })
    expect(again).toMatchObject({
      status: 409,
      body: { title: 'Already Exists', message: 'Another contact has this address.' },
    })
    const two = [...emails('a@example.org'), { email: 'b@example.org', is_primary: false }]
    expect(await api.post('/contacts', { name: 'Two', emails: two })).toMatchObject({
      status: 422,
      body: unprocessable({
        parameter: 'emails',
        message: 'must have one entry: a contact has one here',
      }),
    })
    expect(await api.post('/contacts', { name: '', emails: emails('nobody') })).toMatchObject({
      status: 422,
      body: unprocessable(
        { parameter: 'name', message: 'must be filled' },
        { parameter: 'emails[0].email', message: 'must be an e-mail address' },
      ),
    })
  })

  it('who books is one of them; taken away, the booking stays and the next makes another', async () => {
    const path = await givenContact('Ada')
    const eventType = await givenEventType(host)
    const { id } = await givenBooking(world.visitor, eventType, '2026-03-03T09:00:00Z', who('Ada'))
    const first = await host.run('{ contacts { edges { node { bookingCount } } } }')
    expect(at(first, 'contacts.edges.0.node.bookingCount')).toBe(1)
    await api.delete(path)
    const read = await host.run(
      'query ($id: ID) { booking(id: $id) { invitees { name contact { id } } } }',
      { id },
    )
    expect(at(read, 'booking.invitees')).toEqual([{ name: 'Ada', contact: null }])
    await host.run(
      'mutation ($input: RescheduleBookingInput!) { rescheduleBooking(input: $input) { booking { id } } }',
      {
        input: { id, start: '2026-03-03T10:00:00Z' },
      },
    )
    await givenBooking(world.visitor, eventType, '2026-03-03T11:00:00Z', who('Ada'))
    const { body } = await api.get('/contacts')
    expect(listAt(body, 'collection')).toHaveLength(1)
    expect(textAt(body, 'collection.0.uri')).not.toContain(path)
  })

  it('has no custom fields', async () => {
    expect((await api.get('/contacts/custom_field_definitions')).body).toEqual({ collection: [] })
    expect((await api.get('/contacts/custom_field_definitions/x')).status).toBe(404)
  })

  it('is read and written with the scopes for it alone', async () => {
    const path = await givenContact('Ada')
    const reader = await givenCalendly(world, host, ['contacts:read'])
    expect((await reader.get(path)).status).toBe(200)
    expect(await reader.delete(path)).toMatchObject({
      status: 403,
      body: { required_scopes: ['contacts:write'] },
    })
    const other = await givenCalendly(world, host, ['bookings:read'])
    expect(await other.get('/contacts')).toMatchObject({
      status: 403,
      body: { required_scopes: ['contacts:read'] },
    })
  })
})

describe('a webhook', () => {
  const names = ['created', 'updated', 'deleted']

  async function subscribed(family: string): Promise<void> {
    const events = names.map(name => `${family}.${name}`)
    const asked = {
      url: receiver.url,
      events,
      organization: api.organization,
      scope: 'organization',
    }
    expect((await api.post('/webhook_subscriptions', asked)).status).toBe(201)
  }

  async function told(): Promise<unknown[]> {
    return (await receiver.take(names.length)).map(({ json }) => json)
  }

  it('tells of contacts: as they were, and of one that is gone when that was', async () => {
    await subscribed('contact')
    const path = await givenContact('Ada')
    await api.patch(path, { name: 'Ada Byron' })
    await api.delete(path)
    const uri = api.uri(path)
    const [created, updated, deleted] = await told()
    const user_uuid = api.user.split('/').at(-1)
    const shown = { uri, emails: emails('ada@example.org'), created_at: NOW, updated_at: NOW }
    expect(created).toMatchObject({
      created_by: api.user,
      event: 'contact.created',
      payload: { user_uuid, contact: { ...shown, name: 'Ada' } },
    })
    expect(updated).toMatchObject({
      event: 'contact.updated',
      payload: { user_uuid, contact: { ...shown, name: 'Ada Byron' } },
    })
    expect(deleted).toMatchObject({
      event: 'contact.deleted',
      payload: { user_uuid, contact: { uri, deleted_at: NOW } },
    })
  })

  it('tells of event types', async () => {
    await subscribed('event_type')
    const { body } = await api.post('/event_types', {
      name: 'Intro',
      owner: api.user,
      duration: 20,
    })
    const uri = textAt(body, 'resource.uri')
    await api.patch(uri.slice(world.url.length), { active: true })
    await host.run(
      'mutation ($id: ID!) { archiveEventType(input: { id: $id }) { eventType { id } } }',
      {
        id: idAt(uri),
      },
    )
    const messages = await told()
    expect(
      messages.map(message => [textAt(message, 'event'), at(message, 'payload.deleted_at')]),
    ).toEqual([
      ['event_type.created', null],
      ['event_type.updated', null],
      ['event_type.deleted', NOW],
    ])
    for (const message of messages) {
      expect(at(message, 'payload')).toMatchObject({ uri, name: 'Intro', duration: 20 })
      expect(at(message, 'payload')).not.toHaveProperty('description_html')
    }
  })

  it('needs the scope to read what it is told of', async () => {
    const { post } = await givenCalendly(world, host, ['webhooks:manage', 'bookings:read'])
    const ask = (event: string) =>
      post('/webhook_subscriptions', { url: `${receiver.url}/${event}`, events: [event] })
    expect(await ask('invitee.created')).toMatchObject({ status: 201 })
    const needed = { 'event_type.created': 'event_types', 'contact.deleted': 'contacts' }
    for (const [event, family] of Object.entries(needed)) {
      expect(await ask(event)).toMatchObject({
        status: 403,
        body: { required_scopes: [`${family}:read`] },
      })
    }
    expect(await ask('routing_form_submission.created')).toMatchObject({
      body: { required_scopes: ['routing_forms:read'] },
    })
  })

  it.each(['contact.created', 'contact.updated', 'contact.deleted', 'event_type.updated'])(
    'has a sample of %s',
    async event => {
      const { body } = await api.get(`/sample_webhook_data?event=${event}`)
      expect(body).toMatchObject({ event, created_by: api.user, payload: expect.any(Object) })
      if (event.startsWith('event_type')) {
        const payload: unknown = at(body, 'payload')
        expect(objectionsTo('EventType', { ...Object(payload), description_html: null })).toEqual(
          [],
        )
      } else {
        expect(at(body, 'payload.user_uuid')).toBe(api.user.split('/').at(-1))
      }
    },
  )
})
