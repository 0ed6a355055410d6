import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { deadlineIn } from '../../src/deadline.ts'
import type { Env } from '../../src/http/app.ts'
import { tokenEndpoints } from '../../src/oauth/routes.ts'
import { type Style, standard } from '../../src/oauth/style.ts'
import { newToken } from '../../src/secrets.ts'
import { codeFor, givenApp, post, redemption, refresh, tokensIn } from '../helpers/oauth.ts'
import { clientOf, type GivenHost, givenHost, givenWorld, type World } from '../helpers/world.ts'

let world: World
let host: GivenHost
beforeAll(async () => {
  world = await givenWorld()
  host = await givenHost(world)
})
afterAll(() => world.end())

it('of a dialect makes its own tokens and says more of them; they are good everywhere', async () => {
  const style: Style = {
    ...standard,
    newAccessToken: () => newToken('eyJ'),
    newRefreshToken: () => newToken('v2_'),
    more: ({ userUid, createdAt }) => ({
      owner: `https://api.example/users/${userUid}`,
      created_at: +createdAt / 1000,
    }),
  }
  const app = new Hono<Env>()
    .use((c, next) => {
      c.set('address', '127.0.0.1')
      c.set('deadline', deadlineIn(20_000))
      return next()
    })
    .route('/', tokenEndpoints(world.gateway.deps, style))
  const server = createServer(getRequestListener(app.fetch))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address: AddressInfo | string | null = server.address()
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`

  const client = await givenApp(host)
  const { body } = await post(url, '/token', redemption(client, await codeFor(host, client)))
  expect(body).toEqual({
    access_token: expect.stringMatching(/^eyJ\w{40}$/),
    token_type: 'Bearer',
    expires_in: 7200,
    refresh_token: expect.stringMatching(/^v2_\w{40}$/),
    scope: 'bookings:read',
    owner: `https://api.example/users/${host.id}`,
    created_at: world.clock.now().getTime() / 1000,
  })
  const { accessToken, refreshToken } = tokensIn(body)
  const asApp = clientOf(world.url, { authorization: `Bearer ${accessToken}` })
  expect(await asApp.run('{ viewer { id } }')).toEqual({ viewer: { id: host.id } })
  const next = await refresh(world.url, client, refreshToken)
  expect(tokensIn(next.body).accessToken).toMatch(/^cpa_at_/)
  await new Promise(resolve => server.close(resolve))
})
