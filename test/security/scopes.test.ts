import { getDirective } from '@graphql-tools/utils'
import { isInterfaceType, isObjectType } from 'graphql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { activityEntryId, managedAccountId, platformClientId } from '../../src/graph/object-ids.ts'
import { schema } from '../../src/graph/schema.ts'
import { allScopes, keyScopes, type Scope } from '../../src/scopes.ts'
import { sql } from '../helpers/postgres.ts'
import { overSocket } from '../helpers/socket.ts'
import { stream } from '../helpers/sse.ts'
import {
  Answer,
  at,
  type Client,
  clientOf,
  type GivenHost,
  givenBooking,
  givenHost,
  givenWorld,
  listAt,
  textAt,
  type World,
} from '../helpers/world.ts'
import { type Attempt, attempts, givenThings, type Things } from './attempts.ts'

let world: World
let host: GivenHost
let things: Things

beforeAll(async () => {
  // Nobody sends what is made here, so that it stays as it is.
  world = await givenWorld({ config: { roles: new Set(['web']) } })
  host = await givenHost(world)
  things = await givenThings(host, world.visitor, '2026-03-03T09:00:00Z', '2026-03-04T09:00:00Z')
  world.clock.set('2026-03-03T09:10:00Z')
})
afterAll(() => world.end())

const Directive = z.object({ scope: z.string() })

/** Every field of the graph that asks for a scope, with the scope. */
const guarded = new Map(
  Object.values(schema.getTypeMap()).flatMap(type =>
    isObjectType(type)
      ? Object.values(type.getFields()).flatMap((field): [string, string][] => {
          const directive = getDirective(schema, field, 'requiresScope')?.[0]
          return directive === undefined
            ? []
            : [[`${type.name}.${field.name}`, Directive.parse(directive).scope]]
        })
      : [],
  ),
)

const isRoot = (field: string) => /^(Query|Mutation|Subscription)\./.test(field)

/** One operation on each of them. */
const samples: Attempt[] = [...guarded.keys()].filter(isRoot).flatMap(field => {
  const attempt = attempts.find(each => each.field === field)
  return attempt === undefined ? [] : [attempt]
})

// An account has fifty keys, and the same are asked for again and again.
const keys = new Map<string, Promise<Client>>()

function keyWith(scopes: Iterable<Scope>): Promise<Client> {
  const wanted = [...scopes].sort()
  const key = keys.get(wanted.join()) ?? makeKey(wanted)
  keys.set(wanted.join(), key)
  return key
}

async function makeKey(scopes: Scope[]): Promise<Client> {
  const made = await host.run(
    'mutation ($scopes: [String!]) { createApiKey(input: { label: "Some scopes", scopes: $scopes }) { secret } }',
    { scopes },
  )
  return clientOf(host.url, { 'x-api-key': textAt(made, 'createApiKey.secret') })
}

const keyWithout = (scope: string) => keyWith([...keyScopes].filter(each => each !== scope))

type Transport = (
  who: Client,
  payload: { query: string; variables: Record<string, unknown> },
) => Promise<Answer>

const transports: Record<string, Transport> = {
  HTTP: async ({ url, headers }, payload) => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(payload),
    })
    return Answer.parse(await response.json())
  },
  'server-sent events': async ({ url, headers }, { query, variables }) => {
    const answer = await stream(url, query, { headers, variables })
    try {
      return Answer.parse(await answer.next())
    } finally {
      answer.stop()
    }
  },
  'a websocket': async ({ url, headers }, payload) =>
    Answer.parse(await overSocket(url, payload, { headers })),
}

describe.each(Object.entries(transports))('over %s', (_name, transport) => {
  const payloadOf = ({ query, variables }: Attempt) => ({
    query,
    variables: variables?.(things, things) ?? {},
  })

  it('a credential with every other scope is told which one it lacks, at every field', async () => {
    expect(samples.length).toBe([...guarded.keys()].filter(isRoot).length)
    for (const sample of samples) {
      const scope = guarded.get(sample.field) ?? ''
      const { data, errors } = await transport(await keyWithout(scope), payloadOf(sample))
      expect(errors?.[0]?.extensions, sample.field).toEqual({ code: 'INSUFFICIENT_SCOPE', scope })
      expect(Object.values(data ?? {}).every(value => value === null)).toBe(true)
    }
  })

  it('a visitor has to log in, at every field', async () => {
    for (const sample of samples) {
      const { errors } = await transport(world.visitor, payloadOf(sample))
      expect(errors?.[0]?.extensions, sample.field).toEqual({ code: 'UNAUTHENTICATED' })
    }
  })
})

describe('a field further in', () => {
  const inner: Record<string, { query: string; path: string; other: Scope }> = {
    'User.defaultSchedule': {
      query: '{ viewer { defaultSchedule { id } } }',
      path: 'viewer',
      other: 'bookings:read',
    },
    'Invitee.contact': {
      query: '{ bookings { edges { node { invitees { contact { id } } } } } }',
      path: 'bookings.edges.0.node.invitees.0',
      other: 'bookings:read',
    },
    'EventType.bookingLinks': {
      query:
        '{ bookings { edges { node { eventType { bookingLinks { edges { node { token } } } } } } } }',
      path: 'bookings.edges.0.node.eventType',
      other: 'bookings:read',
    },
    'Team.bookings': {
      query: '{ bookingPage(slug: "private-team") { team { bookings { totalCount } } } }',
      path: 'bookingPage.team',
      other: 'teams:read',
    },
    'Team.eventTypes': {
      query: '{ bookingPage(slug: "private-team") { team { eventTypes { totalCount } } } }',
      path: 'bookingPage.team',
      other: 'teams:read',
    },
    'Team.invitations': {
      query: '{ bookingPage(slug: "private-team") { team { invitations { totalCount } } } }',
      path: 'bookingPage.team',
      other: 'teams:write',
    },
    'Team.members': {
      query: '{ bookingPage(slug: "private-team") { team { members { totalCount } } } }',
      path: 'bookingPage.team',
      other: 'teams:write',
    },
    'Team.membership': {
      query: '{ bookingPage(slug: "private-team") { team { membership { id } } } }',
      path: 'bookingPage.team',
      other: 'teams:write',
    },
    'Delivery.event': {
      query: '{ deliveries { edges { node { event { id } } } } }',
      path: 'deliveries.edges.0.node',
      other: 'webhooks:manage',
    },
  }

  it('is listed here when it asks for a scope', () => {
    expect(Object.keys(inner).sort()).toEqual(
      [...guarded.keys()].filter(field => !isRoot(field)).sort(),
    )
  })

  it.each(Object.entries(inner))(
    '%s asks for its scope, and the rest of the answer stays',
    async (field, given) => {
      const scope = guarded.get(field) ?? ''
      const { data, errors } = await (await keyWith([given.other])).answer(given.query)
      expect(errors?.[0]?.extensions).toEqual({ code: 'INSUFFICIENT_SCOPE', scope })
      expect(at(data, given.path)).toEqual({ [field.split('.')[1] ?? '']: null })
      expect((await (await keyWith(keyScopes)).answer(given.query)).errors).toBeUndefined()
    },
  )
})

describe('node(id)', () => {
  interface Guarded {
    scope: Scope
    id: () => string
    /** What else it takes; `session` for scopes that no key can have. */
    also?: readonly Scope[] | 'session'
  }
  const scopeOf: Record<string, Guarded> = {
    ActivityEntry: { scope: 'activity:read', id: () => activityEntryId.of({ uid: things.event }) },
    ApiKey: { scope: 'keys:manage', id: () => things.apiKey },
    AuthorizedApp: { scope: 'apps:manage', id: () => things.authorization, also: 'session' },
    BookingEvent: { scope: 'bookings:read', id: () => things.event },
    BookingLink: { scope: 'event_types:read', id: () => things.bookingLinkId },
    CalendarFeed: { scope: 'calendars:read', id: () => things.calendarFeed },
    Invitee: { scope: 'bookings:read', id: () => things.invitee },
    // Whoever reads a client has its secret, and with it all that it may do.
    ManagedAccount: {
      scope: 'platform:manage',
      id: () => managedAccountId.of({ uid: things.managedAccount }),
      also: [...keyScopes],
    },
    OAuthClient: { scope: 'apps:manage', id: () => things.oauthClient, also: 'session' },
    PlatformClient: {
      scope: 'platform:manage',
      id: () => platformClientId.of({ uid: things.platformClient }),
      also: [...keyScopes],
    },
    RoutingForm: { scope: 'routing_forms:read', id: () => things.routingForm },
    RoutingSubmission: { scope: 'routing_forms:read', id: () => things.routingSubmission },
    TeamInvitation: { scope: 'teams:read', id: () => things.invitation },
    TeamMember: { scope: 'teams:read', id: () => things.teamMember },
    Booking: { scope: 'bookings:read', id: () => things.booking },
    Contact: { scope: 'contacts:read', id: () => things.contact },
    Delivery: { scope: 'webhooks:manage', id: () => things.delivery },
    Team: { scope: 'teams:read', id: () => things.team },
    Hook: { scope: 'webhooks:manage', id: () => things.hook },
    Schedule: { scope: 'availability:read', id: () => things.schedule },
  }
  const query = 'query ($id: ID!) { node(id: $id) { __typename } }'

  it.each(Object.entries(scopeOf))(
    'asks for the scope that reading a %s takes',
    async (type, { scope, id, also = [] }) => {
      const refused = await (await keyWithout(scope)).refused(query, { id: id() })
      expect(refused[0]?.extensions).toEqual({ code: 'INSUFFICIENT_SCOPE', scope })
      const allowed = also === 'session' ? host : await keyWith([scope, ...also])
      expect(await allowed.run(query, { id: id() })).toEqual({ node: { __typename: type } })
    },
  )

  it('answers null for what is no id of a node, and asks for no scope', async () => {
    const nothing = ['7', 'bk', 'bkX', `bk${things.booking.slice(3)}`, 'xx_1', '']
    for (const client of [host, world.visitor, await keyWithout('bookings:read')]) {
      for (const id of nothing)
        expect(await client.answer(query, { id }), id).toEqual({ data: { node: null } })
    }
  })

  it('knows no other types but the viewer and what is public', () => {
    const node = schema.getType('Node')
    const types = isInterfaceType(node) ? schema.getPossibleTypes(node).map(({ name }) => name) : []
    // There is no attempt of a delivery here, since nothing is sent.
    const others = ['BookingPage', 'DeliveryAttempt', 'EventType', 'Reservation', 'User']
    expect(types.toSorted()).toEqual([...Object.keys(scopeOf), ...others].sort())
  })
})

describe('an event of a contact', () => {
  const ASK = 'query ($ids: [ID!]!) { events(ids: $ids) { kind contactSnapshot { email } } }'
  const ofContact = { kind: 'CONTACT_CREATED', contactSnapshot: { email: 'ann@example.org' } }
  const ofBooking = { kind: 'BOOKING_CREATED', contactSnapshot: null }

  async function idOf(kind: string): Promise<string> {
    const [row] = await sql(
      world.databaseUrl,
      'select e."uid" from "Event" e join "User" u on u."id" = e."hostId" where u."uid" = $1 and e."kind" = $2 order by e."id"',
      [host.id, kind],
    )
    return String(row?.uid)
  }

  it('is told by its id to who may read contacts alone; others get what is left', async () => {
    const ids = [await idOf('CONTACT_CREATED'), things.event]
    expect(await (await keyWith(['bookings:read', 'contacts:read'])).run(ASK, { ids })).toEqual({
      events: [ofContact, ofBooking],
    })
    expect(await (await keyWithout('contacts:read')).run(ASK, { ids })).toEqual({
      events: [ofBooking],
    })
  })

  it('is told by its delivery to who may read contacts alone', async () => {
    const made = await host.run(
      'mutation { createHook(input: { url: "https://crm.example", events: [CONTACT_UPDATED, BOOKING_CREATED] }) { hook { id } } }',
    )
    const ann = { invitee: { name: 'Ann', email: 'ann@example.org', timeZone: 'Europe/Berlin' } }
    await givenBooking(world.visitor, things.eventType, '2026-03-06T09:00:00Z', ann)
    const query = `query ($filter: DeliveryFilter) {
      deliveries(filter: $filter) { edges { node { kind event { kind data contactSnapshot { email } contact { id } } } } }
    }`
    const seenBy = async (who: Client) => {
      const data = await who.run(query, { filter: { hookId: textAt(made, 'createHook.hook.id') } })
      return listAt(data, 'deliveries.edges').map(edge => [
        at(edge, 'node.kind'),
        at(edge, 'node.event.kind'),
        at(edge, 'node.event.contactSnapshot.email'),
      ])
    }
    const booked = ['BOOKING_CREATED', 'BOOKING_CREATED', undefined]
    expect(await seenBy(await keyWithout('contacts:read'))).toEqual([
      booked,
      ['CONTACT_UPDATED', undefined, undefined],
    ])
    expect(await seenBy(await keyWith(keyScopes))).toEqual([
      booked,
      ['CONTACT_UPDATED', 'CONTACT_UPDATED', 'ann@example.org'],
    ])
  })
})

describe('a key', () => {
  it('can never manage apps, and manages keys only where the owner names that', async () => {
    const create =
      'mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { apiKey { scopes } } }'
    const [apps] = await host.refused(create, { input: { label: 'Root', scopes: ['apps:manage'] } })
    expect(apps?.extensions?.code).toBe('INVALID_INPUT')
    const [unknown] = await host.refused(create, {
      input: { label: 'Root', scopes: ['everything'] },
    })
    expect(unknown?.extensions?.code).toBe('INVALID_INPUT')

    const most = await host.run(create, { input: { label: 'Most' } })
    expect(listAt(most, 'createApiKey.apiKey.scopes').toSorted()).toEqual([...keyScopes].sort())
    expect([...allScopes].filter(scope => !keyScopes.has(scope))).toEqual([
      'keys:manage',
      'apps:manage',
    ])
    const key = await keyWith(keyScopes)
    expect(await key.codeOf(create, { input: { label: 'From a key' } })).toBe('INSUFFICIENT_SCOPE')
    expect(await key.codeOf('{ oauthClients { totalCount } }')).toBe('INSUFFICIENT_SCOPE')
  })

  it('may always read whose it is', async () => {
    const { viewer } = await (await keyWith(['contacts:read'])).run('{ viewer { id email } }')
    expect(viewer).toEqual({ id: host.id, email: host.email })
  })
})
