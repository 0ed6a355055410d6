import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { givenSchedule } from '../helpers/bookings.ts'
import {
  at,
  booking,
  type Client,
  clientOf,
  type GivenHost,
  givenBooking,
  givenEventType,
  givenHost,
  givenWorld,
  textAt,
  type World,
} from '../helpers/world.ts'

let world: World
let host: GivenHost
let eventType = ''
let scheduleId = ''

const FIELDS = `metadata schedule { id name } scheduleId scheduleDatabaseId
  locations { kind address phone text url provider note isPublic } questions { key isHidden }`

/** What somebody sees of the event type, by each way that leads to it. */
async function sees(client: Client) {
  const byLink = await client.run(
    `query ($ref: EventTypeRef!) { publicEventType(ref: $ref) { ${FIELDS} } }`,
    {
      ref: { page: host.slug, slug: 'talk' },
    },
  )
  const onPage = await client.run(
    `query ($slug: String!) { bookingPage(slug: $slug) { eventTypes { edges { node { ${FIELDS} } } } } }`,
    {
      slug: host.slug,
    },
  )
  return {
    byLink: byLink.publicEventType,
    onPage: at(onPage, 'bookingPage.eventTypes.edges.0.node'),
  }
}

const all = {
  metadata: { internal: 'a secret of the host' },
  locations: [
    { kind: 'IN_PERSON', address: 'Secret Street 1', note: 'Ring twice', isPublic: false },
    { kind: 'VIDEO', provider: 'zoom', url: 'https://zoom.example/j/1', isPublic: false },
    { kind: 'LINK', url: 'https://example.org/open', isPublic: true },
  ],
  questions: [
    { key: 'open', label: 'Open?', kind: 'TEXT' },
    { key: 'hidden', label: 'Hidden?', kind: 'TEXT', isHidden: true },
  ],
}
const nothing = { address: null, phone: null, text: null, url: null, provider: null, note: null }
const asHost = () => ({
  metadata: all.metadata,
  schedule: { id: scheduleId, name: 'Private hours' },
  scheduleId,
  scheduleDatabaseId: expect.any(Number),
  locations: all.locations.map(each => ({ ...nothing, ...each })),
  questions: [
    { key: 'open', isHidden: false },
    { key: 'hidden', isHidden: true },
  ],
})
const asOthers = {
  metadata: null,
  schedule: null,
  scheduleId: null,
  scheduleDatabaseId: null,
  locations: [
    { ...nothing, kind: 'IN_PERSON', isPublic: false },
    { ...nothing, kind: 'VIDEO', provider: 'zoom', isPublic: false },
    { ...nothing, kind: 'LINK', url: 'https://example.org/open', isPublic: true },
  ],
  questions: [{ key: 'open', isHidden: false }],
}

beforeAll(async () => {
  world = await givenWorld()
  host = await givenHost(world)
  scheduleId = await givenSchedule(host, { name: 'Private hours' })
  eventType = await givenEventType(host, { slug: 'talk', scheduleId, ...all })
})
afterAll(() => world.end())

async function withKey(scopes: string[]): Promise<Client> {
  const data = await host.run(
    'mutation ($scopes: [String!]) { createApiKey(input: { label: "Key", scopes: $scopes }) { secret } }',
    { scopes },
  )
  return clientOf(world.url, { 'x-api-key': textAt(data, 'createApiKey.secret') })
}

describe('what is the owner’s of an event type', () => {
  it('is seen by its host', async () => {
    expect(await sees(host)).toEqual({ byLink: asHost(), onPage: asHost() })
  })

  it('is hidden from visitors and from other hosts', async () => {
    for (const somebody of [world.visitor, await givenHost(world)]) {
      expect(await sees(somebody)).toEqual({ byLink: asOthers, onPage: asOthers })
    }
  })

  it('is hidden from a key of the host that may not read event types', async () => {
    expect(await sees(await withKey(['bookings:read', 'availability:read']))).toEqual({
      byLink: asOthers,
      onPage: asOthers,
    })
  })

  it('tells a key without a scope for schedules their ids, and not their hours', async () => {
    const key = await withKey(['event_types:read'])
    const asked =
      'query ($ref: EventTypeRef!) { publicEventType(ref: $ref) { metadata scheduleId } }'
    expect((await key.run(asked, { ref: { id: eventType } })).publicEventType).toEqual({
      metadata: all.metadata,
      scheduleId,
    })
    expect(
      await key.codeOf(asked.replace('scheduleId', 'schedule { name }'), {
        ref: { id: eventType },
      }),
    ).toBe('INSUFFICIENT_SCOPE')
  })

  it('stays hidden on the way over a booking, whose own place its invitee sees', async () => {
    const { token } = await givenBooking(world.visitor, eventType, '2026-03-03T09:00:00Z', {
      answers: { hidden: 'from a link' },
    })
    const asked = `query ($token: String) { booking(token: $token) {
      location { kind address note } invitees { answers }
      eventType { ${FIELDS} schedulingUrl host { name bookingPage { slug } } }
    } }`
    for (const somebody of [world.visitor, await givenHost(world)]) {
      const data = await somebody.run(asked, { token })
      expect(data.booking).toEqual({
        location: { kind: 'IN_PERSON', address: 'Secret Street 1', note: 'Ring twice' },
        invitees: [{ answers: { hidden: 'from a link' } }],
        eventType: {
          ...asOthers,
          schedulingUrl: `${world.url}/${host.slug}/talk`,
          host: { name: expect.any(String), bookingPage: { slug: host.slug } },
        },
      })
    }
  })

  it('does not keep who books from seeing what everyone sees, in the answer to the booking itself', async () => {
    const data = await world.visitor.run(
      `mutation ($input: BookInput!) { book(input: $input) { booking { eventType { schedulingUrl scheduleId } } } }`,
      booking(eventType, '2026-03-03T11:00:00Z'),
    )
    expect(at(data, 'book.booking.eventType')).toEqual({
      schedulingUrl: `${world.url}/${host.slug}/talk`,
      scheduleId: null,
    })
  })

  it('does not keep a key that may only write from what everyone sees of what it made', async () => {
    const key = await withKey(['event_types:write'])
    const data = await key.run(
      `mutation { createEventType(input: { name: "By key", durationMinutes: 30 }) {
        eventType { name metadata schedulingUrl host { id: userId } }
      } }`,
    )
    expect(at(data, 'createEventType.eventType')).toEqual({
      name: 'By key',
      metadata: null,
      schedulingUrl: `${world.url}/${host.slug}/by-key`,
      host: { id: host.id },
    })
    const asked = 'query ($id: ID!) { eventType(id: $id) { id } }'
    expect(await key.codeOf(asked, { id: eventType })).toBe('INSUFFICIENT_SCOPE')
    expect(await world.visitor.codeOf(asked, { id: eventType })).toBe('UNAUTHENTICATED')
  })
})
