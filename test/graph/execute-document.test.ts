import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Context } from '../../src/context.ts'
import { CallError } from '../../src/graph/call-error.ts'
import { checkDocuments, executeDocument } from '../../src/graph/execute-document.ts'
import { graphql, type ResultOf } from '../../src/graph/typed.ts'
import { allScopes, type Scope } from '../../src/scopes.ts'
import { sql } from '../helpers/postgres.ts'
import {
  type GivenHost,
  givenBooking,
  givenEventType,
  givenHost,
  givenWorld,
  type World,
} from '../helpers/world.ts'

const BookingParts = graphql(
  'fragment BookingParts on Booking { id start eventType { name } invitees { email } }',
)
const GetBooking = graphql('query GetBooking($id: ID!) { booking(id: $id) { ...BookingParts } }', [
  BookingParts,
])
const ListBookings = graphql(
  'query ListBookings($first: Int = 1) { bookings(first: $first) { edges { node { ...BookingParts } } } }',
  [BookingParts],
)
const Book = graphql(
  'mutation Book($input: BookInput!) { book(input: $input) { booking { ...BookingParts status } invitee { id } } }',
  [BookingParts],
)
const GetPage = graphql('query GetPage($slug: String!) { bookingPage(slug: $slug) { slug } }')

/** As a dialect would: it takes what the fragment selects. */
const serialize = ({ start, eventType, invitees }: ResultOf<typeof BookingParts>) =>
  [start, eventType.name, ...invitees.map(({ email }) => email)].join(' ')

let world: World
let host: GivenHost
let eventType: string
let userId: number

beforeAll(async () => {
  world = await givenWorld()
  host = await givenHost(world)
  eventType = await givenEventType(host)
  userId = (await world.gateway.deps.db.user.findFirstOrThrow({ where: { email: host.email } })).id
})
afterAll(() => world.end())

const contextOf = (viewer: Context['viewer']): Context => ({
  ...world.gateway.deps,
  viewer,
  requestId: 'the-request',
  clientAddress: '127.0.0.1',
  setCookie: undefined,
})
const asVisitor = () => contextOf(null)
const asHost = (scopes: ReadonlySet<Scope> = allScopes) =>
  contextOf({ userId, credential: { kind: 'apiKey', id: 1 }, scopes })

async function apiErrorOf(asked: Promise<unknown>): Promise<CallError> {
  const refused = await asked.then(
    data => new Error(`was not refused: ${JSON.stringify(data)}`),
    error => error,
  )
  if (refused instanceof CallError) return refused
  throw refused
}

const ann = { name: 'Ann', email: 'ann@example.org', timeZone: 'Europe/Berlin' }
const given = (start: string) => givenBooking(world.visitor, eventType, start)

describe('a typed document', () => {
  it('reads and changes the graph as the viewer', async () => {
    const input = { eventType: { id: eventType }, start: '2026-03-03T09:00:00+00:00', invitee: ann }
    const { book } = await executeDocument(asVisitor(), Book, { input })
    expect(book.booking.status).toBe('CONFIRMED')
    const { booking } = await executeDocument(asHost(), GetBooking, { id: book.booking.id })
    expect(booking && serialize(booking)).toBe('2026-03-03T09:00:00.000Z Intro ann@example.org')
  })

  it('answers the same when it comes back and is compiled', async () => {
    const { id } = await given('2026-03-03T10:00:00Z')
    const answers: unknown[] = []
    for (let time = 0; time < 6; time++)
      answers.push(await executeDocument(asHost(), GetBooking, { id }))
    expect(new Set(answers.map(answer => JSON.stringify(answer))).size).toBe(1)
  })

  it('takes a variable that is undefined as not given', async () => {
    await given('2026-03-03T11:00:00Z')
    await given('2026-03-03T12:00:00Z')
    for (let time = 0; time < 5; time++) {
      expect(
        (await executeDocument(asHost(), ListBookings, { first: undefined })).bookings.edges,
      ).toHaveLength(1)
      expect(
        (await executeDocument(asHost(), ListBookings, { first: 2 })).bookings.edges,
      ).toHaveLength(2)
    }
  })
})

describe('what does not fit a document', () => {
  it('does not compile, and is refused', async () => {
    // @ts-expect-error a variable of another type
    expect((await apiErrorOf(executeDocument(asHost(), GetBooking, { id: true }))).first.code).toBe(
      'INVALID_INPUT',
    )
    // @ts-expect-error no variable
    const withoutId = executeDocument(asHost(), GetBooking, {})
    expect((await apiErrorOf(withoutId)).first.fields).toMatchObject([{ path: 'id' }])
    // @ts-expect-error a field that is required and missing
    const withoutStart = executeDocument(asHost(), Book, { input: { invitee: ann } })
    expect((await apiErrorOf(withoutStart)).first.code).toBe('INVALID_INPUT')
  })

  it('does not compile where a variable or field is unknown', async () => {
    const { id } = await given('2026-03-03T14:00:00Z')
    // @ts-expect-error a variable that the document does not have
    const { booking } = await executeDocument(asHost(), GetBooking, { id, nope: 1 })
    // @ts-expect-error a field that the document does not ask for
    expect(booking?.status).toBeUndefined()
    // @ts-expect-error a date is text in an answer
    const start: Date | undefined = booking?.start
    expect(start).toBe('2026-03-03T14:00:00.000Z')
  })
})

describe('a refusal', () => {
  it('carries its code, its words and the invalid fields', async () => {
    const input = {
      eventType: { id: eventType },
      start: '2026-03-03T15:00:00Z',
      invitee: { ...ann, email: 'nobody' },
    }
    const refused = await apiErrorOf(executeDocument(asVisitor(), Book, { input }))
    expect(refused.first.code).toBe('INVALID_INPUT')
    expect(refused.first.fields).toEqual([
      { path: 'input.invitee.email', message: expect.any(String) },
    ])
    expect(refused.errors).toEqual([refused.first])
    expect(refused.message).toContain('INVALID_INPUT: input.invitee.email')
  })

  it('comes to a visitor, and to a credential without the scope, as over HTTP', async () => {
    expect(
      (await apiErrorOf(executeDocument(asVisitor(), GetBooking, { id: 'x' }))).first.code,
    ).toBe('UNAUTHENTICATED')
    const { first } = await apiErrorOf(
      executeDocument(asHost(new Set(['contacts:read'])), GetBooking, { id: 'x' }),
    )
    expect(first).toMatchObject({ code: 'INSUFFICIENT_SCOPE', details: { scope: 'bookings:read' } })
  })

  it('comes of a document that passes a limit', async () => {
    const { first } = await apiErrorOf(
      executeDocument(asHost(), ListBookings, { first: 1_000_000 }),
    )
    expect(first).toMatchObject({ code: 'QUERY_TOO_EXPENSIVE', details: { limit: 'pageSize' } })
  })

  it('comes of any error, though there are data beside it', async () => {
    await sql(world.databaseUrl, 'alter table "BookingPage" rename to "Elsewhere"')
    try {
      const { errors } = await apiErrorOf(
        executeDocument(asVisitor(), GetPage, { slug: host.slug }),
      )
      const message = 'Something failed on our side.'
      expect(errors).toEqual([
        { code: 'INTERNAL', message, fields: [], details: { requestId: 'the-request' } },
      ])
    } finally {
      await sql(world.databaseUrl, 'alter table "Elsewhere" rename to "BookingPage"')
    }
    expect(await executeDocument(asVisitor(), GetPage, { slug: host.slug })).toEqual({
      bookingPage: { slug: host.slug },
    })
  })
})

describe('the check of documents at start', () => {
  it('passes those that fit the graph', () => {
    expect(() => checkDocuments([GetBooking, ListBookings, Book, GetPage])).not.toThrow()
  })

  it('names each document that does not, and why', () => {
    const wrong = [
      graphql('query Unknown { nope }'),
      graphql('query Twice($id: Nope!) { booking(id: $id) { id wrong } }'),
      graphql('subscription Live { bookingEvents { kind } }'),
      graphql('query A { viewer { name } } query B { viewer { name } }'),
      graphql('{ viewer { nope } }'),
      BookingParts,
    ]
    expect(() => checkDocuments([GetBooking, ...wrong])).toThrowErrorMatchingInlineSnapshot(`
      [Error: These documents do not fit the graph:
      Unknown: Cannot query field "nope" on type "Query". Did you mean "node"?
      Twice: Unknown type "Nope". Did you mean "Node"?
      Twice: Cannot query field "wrong" on type "Booking".
      Live: A subscription has no single answer.
      A: It must have one operation.
      A document without a name: Cannot query field "nope" on type "User". Did you mean "name"?
      BookingParts: It must have one operation.]
    `)
  })
})
