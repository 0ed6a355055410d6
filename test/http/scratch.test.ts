import { expect, it } from 'vitest'
import { givenWorld, givenHost, givenEventType, givenBooking, clientOf } from '../helpers/world.ts'
import { follow } from '../helpers/live.ts'
import WebSocket from 'ws'
it('scratch', async () => {
  const world = await givenWorld()
  const host = await givenHost(world)
  const other = await givenHost(world)
  const post = async (body: unknown, headers = {}) => {
    const r = await fetch(`${world.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: typeof body === 'string' ? body : JSON.stringify(body) })
    const t = await r.text(); return `${r.status} ${t.slice(0, 600)}`
  }
  console.log('batch err', await post([{ query: '{ nope }' }, { query: '{ __typename }' }, {query: '{'}]))
  console.log('batch 11', await post(Array.from({ length: 11 }, () => ({ query: '{ __typename }' }))))
  console.log('tokens', await post({ query: `{ ${'__typename '.repeat(6001)} }` }))
  let s = performance.now()
  console.log('dup fields', await post({ query: `{ ${'__typename '.repeat(5990)} }` }), performance.now() - s)
  s = performance.now()
  console.log('dup fields2', (await post({ query: `{ ${'bookingPage(slug: "x") { slug } '.repeat(600)} }` })).slice(0, 200), performance.now() - s)
  console.log('bad json', await post('{'))
  console.log('empty', await post({}))
  console.log('null body', await post('null'))
  console.log('extra', await post({ query: '{ __typename }', foo: 1 }))
  console.log('nul', await post({ query: '{ bookingPage(slug: "\\u0000") { slug } }' }))
  console.log('argnull', await post({ query: 'query ($id: ID = "x") { node(id: $id) { id } }', variables: { id: null } }))
  console.log('node other user', await post({ query: 'query ($id: ID!) { node(id: $id) { id } }', variables: { id: other.id } }, host.headers))
  console.log('node none user', await post({ query: 'query ($id: ID!) { node(id: $id) { id } }', variables: { id: 'usr_xxxxxxxxxxxxxxxxxxxxxx' } }, host.headers))
  console.log('node key', await post({ query: 'query ($id: ID!) { node(id: $id) { id } }', variables: { id: 'key_xxxxxxxxxxxxxxxxxxxxxx' } }, host.headers))
  console.log('node junk', await post({ query: 'query ($id: ID!) { node(id: $id) { id } }', variables: { id: 'junk' } }, host.headers))
  console.log('get mut', await (await fetch(`${world.url}/graphql?query=${encodeURIComponent('mutation { logOut { ok } }')}`)).text())
  console.log('sse err', await post({ query: 'subscription { bookingEvents { kind } }' }, { accept: 'text/event-stream' }))
  console.log('sse bad', await post({ query: 'subscription { bookingEvents { nope } }' }, { accept: 'text/event-stream' }))
  console.log('put', (await fetch(`${world.url}/graphql`, { method: 'PUT' })).status)
  console.log('text', await post('{ __typename }', { 'content-type': 'text/plain' }))
  console.log('graphql', await post('{ __typename }', { 'content-type': 'application/graphql' }))
  console.log('accept gr', await post({ query: '{ nope }' }, { accept: 'application/graphql-response+json' }))
  // ws raw
  const raw = async (messages: object[], waitMs = 400) => {
    const ws = new WebSocket(`${world.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws')
    const got: string[] = []
    ws.on('message', m => got.push(String(m)))
    ws.on('close', (c, r) => got.push(`CLOSE ${c} ${r}`))
    await new Promise(r => ws.once('open', r))
    ws.send(JSON.stringify({ type: 'connection_init' }))
    await new Promise(r => setTimeout(r, 100))
    for (const m of messages) ws.send(JSON.stringify(m))
    await new Promise(r => setTimeout(r, waitMs))
    ws.close()
    return got.map(g => g.slice(0, 300)).slice(-4)
  }
  console.log('ws syntax', await raw([{ type: 'subscribe', id: '1', payload: { query: '{' } }]))
  console.log('ws unknown', await raw([{ type: 'subscribe', id: '1', payload: { query: '{ nope }' } }]))
  console.log('ws vars', await raw([{ type: 'subscribe', id: '1', payload: { query: 'query($a: ID!) { node(id: $a) { id } }' } }]))
  console.log('ws deep', await raw([{ type: 'subscribe', id: '1', payload: { query: `{ ${Array.from({ length: 70 }, (_, i) => `a${i}: __typename`).join(' ')} }` } }]))
  console.log('ws noop', await raw([{ type: 'subscribe', id: '1', payload: { query: 'query A { __typename } query B { __typename }', operationName: 'C' } }]))
  console.log('ws 101 errs', await raw(Array.from({ length: 102 }, (_, i) => ({ type: 'subscribe', id: String(i), payload: { query: '{ nope }' } }))))
  const key = await host.run('mutation { createApiKey(input: {label: "x"}) { secret apiKey { id } } }')
  console.log(JSON.stringify(key))
  s = performance.now()
  await world.end()
  console.log('end', performance.now() - s)
})
