import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openSocket } from '../helpers/socket.ts'
import { at, givenWorld, type World } from '../helpers/world.ts'

const QUERY = '{ __typename }'
const extensions = {
  persistedQuery: { version: 1, sha256Hash: createHash('sha256').update(QUERY).digest('hex') },
}
const NOT_SUPPORTED = {
  message: 'PersistedQueryNotSupported',
  extensions: { code: 'PERSISTED_QUERY_NOT_SUPPORTED' },
}

let world: World

beforeAll(async () => {
  world = await givenWorld()
})
afterAll(() => world.end())

const ACCEPTS = [
  '*/*',
  'application/json',
  'application/graphql-response+json, application/json;q=0.9',
]

async function post(body: unknown, accept = '*/*') {
  const response = await fetch(`${world.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept },
    body: JSON.stringify(body),
  })
  return { status: response.status, body: await response.json() }
}

describe('a request that names its document by a hash alone', () => {
  it.each(ACCEPTS)(
    'is answered with 200 and PersistedQueryNotSupported by POST, for %s',
    async accept => {
      for (const request of [
        { extensions },
        { operationName: 'A', variables: {}, extensions },
        { query: '', extensions },
      ]) {
        const { status, body } = await post(request, accept)
        expect({ status, errors: at(body, 'errors') }).toEqual({
          status: 200,
          errors: [NOT_SUPPORTED],
        })
      }
    },
  )

  it.each(ACCEPTS)(
    'is answered with 200 and PersistedQueryNotSupported by GET, for %s',
    async accept => {
      const search = new URLSearchParams({
        operationName: 'A',
        extensions: JSON.stringify(extensions),
      })
      const response = await fetch(`${world.url}/graphql?${search}`, { headers: { accept } })
      expect(response.status).toBe(200)
      expect(at(await response.json(), 'errors')).toEqual([NOT_SUPPORTED])
    },
  )

  it('is refused alone in a batch', async () => {
    const { body } = await post([{ extensions }, { query: QUERY }])
    expect(at(body, '0.errors')).toEqual([NOT_SUPPORTED])
    expect(at(body, '1.data')).toEqual({ __typename: 'Query' })
  })

  it('is refused alone on a websocket, which stays open', async () => {
    const socket = await openSocket(world.url, { init: {} })
    socket.send({ type: 'subscribe', id: '1', payload: { operationName: 'A', extensions } })
    expect(await socket.nextOf('1')).toEqual({ type: 'error', id: '1', payload: [NOT_SUPPORTED] })
    socket.send({ type: 'subscribe', id: '2', payload: { query: QUERY, extensions } })
    expect(at((await socket.nextOf('2')).payload, 'data')).toEqual({ __typename: 'Query' })
    await socket.close()
  })
})

it('ignores the hash of a request that has the text too', async () => {
  for (const accept of ACCEPTS) {
    expect(at((await post({ query: QUERY, extensions }, accept)).body, 'data')).toEqual({
      __typename: 'Query',
    })
  }
})

it('still rejects a request without a text and without a hash', async () => {
  for (const request of [{}, { extensions: {} }, { extensions: { persistedQuery: null } }]) {
    expect(at((await post(request)).body, 'errors.0.extensions.code')).toBe('INVALID_QUERY')
  }
})
