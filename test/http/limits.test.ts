import { request } from 'node:http'
import { getIntrospectionQuery } from 'graphql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { limits } from '../../src/graph/document-limits.ts'
import { openSocket, overSocket } from '../helpers/socket.ts'
import { stream } from '../helpers/sse.ts'
import {
  at,
  type GivenHost,
  givenEventType,
  givenHost,
  givenWorld,
  listAt,
  type World,
} from '../helpers/world.ts'

let world: World
let host: GivenHost

beforeAll(async () => {
  world = await givenWorld()
  host = await givenHost(world)
  await givenEventType(host)
})
afterAll(() => world.end())

async function post(body: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(`${world.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...host.headers, ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  return { status: response.status, body: await response.json() }
}

interface Payload {
  query: string
  variables?: Record<string, unknown>
  operationName?: string
}

type Transport = (payload: Payload) => Promise<unknown>

const transports: Record<string, Transport> = {
  HTTP: async payload => (await post(payload)).body,
  'HTTP, for a client that takes other answers too': async payload =>
    (await post(payload, { accept: 'application/graphql-response+json, application/json' })).body,
  'a GET': async ({ query, variables, operationName }) => {
    const search = new URLSearchParams({ query, ...(operationName && { operationName }) })
    if (variables !== undefined) search.set('variables', JSON.stringify(variables))
    return (await fetch(`${world.url}/graphql?${search}`, { headers: host.headers })).json()
  },
  'a batch': async payload => {
    const { body } = await post([payload, { query: '{ __typename }' }])
    expect(at(body, '1')).toMatchObject({ data: { __typename: 'Query' } })
    return at(body, '0')
  },
  'server-sent events': async ({ query, variables }) => {
    const answer = await stream(world.url, query, {
      headers: host.headers,
      variables: variables ?? {},
    })
    const first = await answer.next()
    answer.stop()
    return first
  },
  'a websocket': payload => overSocket(world.url, payload, { headers: host.headers }),
}

/** So many levels of fields. */
function nested(depth: number): string {
  let query = '{ __typename }'
  let wraps = ['bookingPage', 'host']
  for (let level = depth - 1; level > 1; level--) {
    query = `{ ${wraps[0]} ${query} }`
    wraps = wraps.toReversed()
  }
  return query.startsWith('{ host') ? `{ bookingPage(slug: "x") ${query} }` : `{ viewer ${query} }`
}

const aliased = (count: number) =>
  Array.from({ length: count }, (_, n) => `a${n}: __typename`).join(' ')

/** Lists in lists: a page of deliveries, each with a hundred attempts and some fields. */
const costly = `query Costly($first: Int) {
  deliveries(first: $first) { edges { node { attempts(first: 100) { edges { node {
    number startedAt durationMs responseStatus problem } } } } } }
}`

const refusals: [
  name: string,
  payload: Payload,
  limit: keyof typeof limits,
  asked: number | 'more',
][] = [
  ['fields that lie too deep', { query: nested(15) }, 'depth', 15],
  ['too many aliases', { query: `{ ${aliased(61)} }` }, 'aliases', 61],
  ['too many tokens', { query: `{ ${'__typename '.repeat(6_000)} }` }, 'tokens', 6_002],
  ['what costs too much', { query: costly, variables: { first: 100 } }, 'cost', 'more'],
  [
    'aliases in a fragment',
    { query: `query { ...F viewer { id } } fragment F on Query { ${aliased(61)} }` },
    'aliases',
    61,
  ],
  [
    'depth in a fragment',
    { query: `query { ...F } fragment F on Query ${nested(15)}` },
    'depth',
    15,
  ],
  [
    'cost in a fragment within a fragment',
    {
      query: `query ($first: Int) { ...A } fragment A on Query { ...B }
        fragment B on Query ${costly.slice(costly.indexOf('{'))}`,
      variables: { first: 100 },
    },
    'cost',
    'more',
  ],
  [
    'the second operation of a document',
    {
      query: `query First { __typename } query Second { ${aliased(61)} }`,
      operationName: 'Second',
    },
    'aliases',
    61,
  ],
]

describe.each(Object.entries(transports))('over %s', (name, transport) => {
  it.each(refusals)(
    'refuses %s, and names the limit, what is allowed and what was asked',
    async (...[, payload, limit, asked]) => {
      // An event stream is asked for by whoever subscribes; this one sends no name of an operation,
      // nor does the GET of a long document.
      if (name === 'server-sent events' && payload.operationName !== undefined) return
      if (name === 'a GET' && payload.query.length > 8_000) return
      for (let time = 0; time < 5; time++) {
        const answer = await transport(payload)
        expect(at(answer, 'data') ?? null).toBeNull()
        const refusal = at(answer, 'errors.0.extensions')
        expect(refusal).toMatchObject({
          code: 'QUERY_TOO_EXPENSIVE',
          limit,
          allowed: limits[limit],
        })
        if (asked === 'more') expect(at(refusal, 'asked')).toBeGreaterThan(limits[limit])
        else expect(at(refusal, 'asked')).toBe(asked)
      }
    },
  )

  it('answers what keeps to them', async () => {
    const fine: Payload[] = [
      { query: nested(14) },
      { query: `{ ${aliased(60)} }` },
      { query: costly, variables: { first: 20 } },
      {
        query: `query First { __typename } query Second { ${aliased(61)} }`,
        operationName: 'First',
      },
    ]
    for (const payload of fine) {
      if (name === 'server-sent events' && payload.operationName !== undefined) continue
      expect(at(await transport(payload), 'errors'), payload.query.slice(0, 60)).toBeUndefined()
    }
  })

  it('counts the values of variables anew each time', async () => {
    const first = async (count: number) =>
      at(
        await transport({ query: costly, variables: { first: count } }),
        'errors.0.extensions.code',
      )
    for (const [count, code] of [
      [20, undefined],
      [100, 'QUERY_TOO_EXPENSIVE'],
      [21, undefined],
      [99, 'QUERY_TOO_EXPENSIVE'],
    ] as const) {
      expect(await first(count), `${count}`).toBe(code)
    }
  })
})

describe.each(Object.entries(transports))(
  'a variable that has a default, over %s',
  (_name, transport) => {
    // Compiled code took such a variable for missing: from the fourth time on the same document was
    // refused.
    it('is not needed, however often its document comes, and is checked when it is there', async () => {
      const query = 'query ($first: Int! = 1) { bookings(first: $first) { totalCount } }'
      const answered = { data: { bookings: { totalCount: 0 } } }
      for (let time = 0; time < 5; time++)
        expect(await transport({ query }), `time ${time}`).toMatchObject(answered)
      expect(await transport({ query, variables: { first: 2 } })).toMatchObject(answered)
      for (const first of ['two', null]) {
        expect(
          at(await transport({ query, variables: { first } }), 'errors.0.extensions.code'),
        ).toBe('INVALID_INPUT')
      }
    })
  },
)

describe('a page', () => {
  const connections = ['apiKeys', 'bookings', 'contacts', 'deliveries', 'eventTypes', 'hooks']

  it.each(connections)('of %s has 1 to 100 edges, from one side', async field => {
    const asked = (args: string) => host.refused(`{ ${field}(${args}) { totalCount } }`)
    for (const way of ['first', 'last']) {
      const [over] = await asked(`${way}: 101`)
      expect(over?.extensions).toMatchObject({
        code: 'QUERY_TOO_EXPENSIVE',
        limit: 'pageSize',
        allowed: 100,
        asked: 101,
        fields: [{ path: way }],
      })
      for (const size of [0, -1]) {
        const [under] = await asked(`${way}: ${size}`)
        expect(under?.extensions).toMatchObject({ code: 'INVALID_INPUT', fields: [{ path: way }] })
      }
      await host.run(`{ ${field}(${way}: 100) { totalCount } }`)
    }
    const [both] = await asked('first: 1, last: 1')
    expect(both?.extensions).toMatchObject({ code: 'INVALID_INPUT', fields: [{ path: 'last' }] })
    const [twoCursors] = await asked('after: "a", before: "b"')
    expect(twoCursors?.extensions).toMatchObject({
      code: 'INVALID_INPUT',
      fields: [{ path: 'before' }],
    })
    const [cursor] = await asked('after: "nonsense"')
    expect(cursor?.extensions).toMatchObject({ code: 'INVALID_INPUT', fields: [{ path: 'after' }] })
  })
})

describe('a batch', () => {
  it('answers up to ten operations in their order, each by itself', async () => {
    const batch = [
      { query: '{ viewer { id } }' },
      { query: '{ nope }' },
      { query: '{' },
      { query: 'query ($id: ID!) { node(id: $id) { id } }' },
      { query: '{ schedules { name } }' },
      ...Array.from({ length: 5 }, (_, n) => ({ query: `{ a${n}: __typename }` })),
    ]
    const { status, body } = await post(batch)
    expect(status).toBe(200)
    const answers = listAt({ body }, 'body')
    expect(answers).toHaveLength(10)
    expect(answers[0]).toMatchObject({ data: { viewer: { id: host.id } } })
    expect(answers.slice(1, 4).map(answer => at(answer, 'errors.0.extensions.code'))).toEqual([
      'INVALID_QUERY',
      'INVALID_QUERY',
      'INVALID_INPUT',
    ])
    expect(answers[4]).toMatchObject({ data: { schedules: [{ name: 'Working hours' }] } })
    expect(answers[9]).toMatchObject({ data: { a4: 'Query' } })
  })

  it('of eleven is refused whole', async () => {
    const { body } = await post(Array.from({ length: 11 }, () => ({ query: '{ __typename }' })))
    expect(at(body, 'errors.0.extensions')).toEqual({
      code: 'QUERY_TOO_EXPENSIVE',
      limit: 'batch',
      allowed: 10,
      asked: 11,
    })
    expect(at(body, 'data')).toBeUndefined()
  })
})

describe('a body', () => {
  const limit = { code: 'QUERY_TOO_EXPENSIVE', limit: 'bodyBytes', allowed: limits.bodyBytes }
  const bodyOf = (bytes: number) => {
    const body = JSON.stringify({ query: '{ __typename }', variables: { filler: '' } })
    return body.replace('""', `"${'x'.repeat(bytes - body.length)}"`)
  }

  it('has at most 256 KiB', async () => {
    expect((await post(bodyOf(limits.bodyBytes))).body).toMatchObject({
      data: { __typename: 'Query' },
    })
    const { status, body } = await post(bodyOf(limits.bodyBytes + 1))
    expect(status).toBe(413)
    expect(at(body, 'errors.0.extensions')).toEqual({ ...limit, asked: limits.bodyBytes + 1 })
  })

  /** Sends a body in pieces, without saying how long it is. */
  const inPieces = (pieces: string[], headers: Record<string, string> = {}) =>
    new Promise<{ status: number | undefined; text: string }>((resolve, reject) => {
      const sent = request(`${world.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'transfer-encoding': 'chunked', ...headers },
      })
      sent.on('response', response => {
        let text = ''
        response.on('data', chunk => {
          text += chunk
        })
        response.on('end', () => resolve({ status: response.statusCode, text }))
      })
      sent.on('error', reject)
      for (const piece of pieces) sent.write(piece)
      sent.end()
    })

  it.each<Record<string, string>>([{}, { accept: 'text/event-stream' }])(
    'is measured as well when its length is not said: %o',
    async headers => {
      const fine = await inPieces(['{"query":', '"{ __typename }"}'], headers)
      expect(fine.text).toContain('{"data":{"__typename":"Query"}')
      const piece = 'x'.repeat(64 * 1024)
      const over = await inPieces(
        ['{"query":"{ __typename }","variables":{"filler":"', piece, piece, piece, piece, '"}}'],
        headers,
      )
      expect(over.status).toBe(413)
      expect(at(JSON.parse(over.text), 'errors.0.extensions')).toEqual(limit)
    },
  )
})

describe('a socket', () => {
  it('carries a hundred operations at once, and refuses the next alone', async () => {
    const socket = await openSocket(world.url, { headers: host.headers, init: {} })
    const live = { query: 'subscription { bookingEvents { kind } }' }
    for (let n = 0; n < 100; n++) socket.send({ type: 'subscribe', id: `live${n}`, payload: live })
    socket.send({ type: 'subscribe', id: 'over', payload: live })
    const refused = await socket.nextOf('over')
    expect(refused.type).toBe('error')
    expect(at(refused.payload, '0.extensions')).toEqual({
      code: 'QUERY_TOO_EXPENSIVE',
      limit: 'operations',
      allowed: 100,
      asked: 101,
    })
    socket.send({ type: 'complete', id: 'live0' })
    await askUntilAnswered(socket)
    await socket.close()
  })

  it('does not count what is over: refused, failed or answered', async () => {
    const socket = await openSocket(world.url, { headers: host.headers, init: {} })
    const over = [
      '{',
      '{ nope }',
      `{ ${aliased(61)} }`,
      '{ viewer { id } }',
      'query ($id: ID!) { node(id: $id) { id } }',
    ]
    for (let n = 0; n < 200; n++) {
      socket.send({ type: 'subscribe', id: `${n}`, payload: { query: over[n % over.length] } })
      await socket.nextOf(`${n}`)
    }
    socket.send({ type: 'subscribe', id: 'last', payload: { query: '{ __typename }' } })
    expect((await socket.nextOf('last')).payload).toMatchObject({ data: { __typename: 'Query' } })
    await socket.close()
  })

  it('takes messages of at most 256 KiB', async () => {
    const socket = await openSocket(world.url, { init: {} })
    const filler = 'x'.repeat(limits.bodyBytes - 200)
    const payload = { query: '{ __typename }', variables: { filler } }
    socket.send({ type: 'subscribe', id: '1', payload })
    expect((await socket.nextOf('1')).payload).toMatchObject({ data: { __typename: 'Query' } })
    socket.send({
      type: 'subscribe',
      id: '2',
      payload: { ...payload, variables: { filler: filler + filler } },
    })
    expect((await socket.closed).code).toBe(1009)
  })

  /** A place that was freed is there a moment later. */
  async function askUntilAnswered(socket: Awaited<ReturnType<typeof openSocket>>) {
    for (let n = 0; n < 50; n++) {
      socket.send({ type: 'subscribe', id: `ask${n}`, payload: { query: '{ __typename }' } })
      if ((await socket.nextOf(`ask${n}`)).type === 'next') return
      await new Promise(resolve => setTimeout(resolve, 20))
    }
    throw new Error('no place was freed')
  }
})

/** What a dashboard shows of a booking. */
const DASHBOARD = `query Dashboard($first: Int) { bookings(first: $first) { totalCount pageInfo { hasNextPage endCursor } edges { cursor node {
  id databaseId status start end timeZone createdAt updatedAt metadata hostNoShowAt seriesId rescheduledFromId
  location { __typename }
  cancellation { __typename }
  rescheduledTo { id start status }
  eventType { id databaseId name slug durationMinutes description color schedulingUrl locations { __typename } }
  hosts { __typename id: userId name email timeZone }
  fellows { __typename }
  invitees { id databaseId name email timeZone phone locale notes answers tracking guests cancelledAt noShowAt createdAt
    updatedAt }
} } } }`

describe('the cost of an operation', () => {
  it.each(Object.entries(transports))(
    'is in extensions.cost of the answer over %s',
    async (name, transport) => {
      if (name === 'server-sent events') return
      for (let time = 0; time < 5; time++) {
        const answer = await transport({ query: '{ viewer { id name } schedules { id } }' })
        expect(at(answer, 'extensions')).toEqual({ cost: { used: 14, limit: limits.cost } })
      }
    },
  )

  it('is in the error of an operation that passes the limit, with the rule', async () => {
    const { body } = await post({ query: costly, variables: { first: 100 } })
    expect(at(body, 'errors.0.message')).toMatch(
      /^The limit on cost is 42000; \d+ were asked for\. Each field costs 1; /,
    )
  })

  it('allows a page of 100 bookings with what a dashboard shows, with room for as much again', async () => {
    const answer = await post({ query: DASHBOARD, variables: { first: 100 } })
    expect(at(answer.body, 'errors')).toBeUndefined()
    expect(at(answer.body, 'extensions.cost.used')).toBeLessThan(limits.cost / 2)
  })

  it('does not allow the expensive fields more often than some times in one document', async () => {
    const many = Array.from(
      { length: 4 },
      (_, n) =>
        `c${n}: commonSlots(pages: ["a", "b"], durationMinutes: 30, start: "2026-03-02", end: "2026-03-02") { date }`,
    )
    const { body } = await post({ query: `{ ${many.join(' ')} }` })
    expect(at(body, 'errors.0.extensions')).toMatchObject({
      code: 'QUERY_TOO_EXPENSIVE',
      limit: 'cost',
    })
  })
})

describe('the tools that people use', () => {
  it('can read the schema, as GraphiQL does', async () => {
    const query = getIntrospectionQuery({
      descriptions: true,
      specifiedByUrl: true,
      directiveIsRepeatable: true,
      schemaDescription: true,
      inputValueDeprecation: true,
    })
    const { body } = await post({ query })
    expect(at(body, 'errors')).toBeUndefined()
    expect(listAt(body, 'data.__schema.types').length).toBeGreaterThan(50)
  })
})
