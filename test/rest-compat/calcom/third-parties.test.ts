// Cal.com v2: what takes a third party answers as to a user who has connected nothing.

import { afterAll, beforeAll, expect, it } from 'vitest'
import { thirdParties } from '../../../rest-compat/calcom/calendars/third-parties.ts'
import { givenHost, givenWorld, type World } from '../../helpers/world.ts'
import { anyone, type Calcom, givenCalcom, refused, success } from './calcom.ts'

let world: World
let api: Calcom

beforeAll(async () => {
  world = await givenWorld()
  api = await givenCalcom(world, await givenHost(world))
})
afterAll(() => world.end())

it('is connected to nothing', async () => {
  expect((await api.get('/conferencing')).body).toEqual(success([]))
  expect((await api.get('/conferencing/default')).body).toEqual(success({}))
  expect((await api.get('/verified-resources/emails')).body).toEqual(success([]))
  expect(await api.get('/calendars/google/check')).toMatchObject(
    refused(400, 'Credentials for google_calendar not found.'),
  )
  expect(await api.get('/stripe/check')).toMatchObject(refused(400, 'The app is not connected.'))
  expect(await api.put('/destination-calendars', {})).toMatchObject({ status: 404 })
})

it('is told to nobody without a credential', async () => {
  const visitor = anyone(world)
  const send = {
    GET: visitor.get,
    POST: visitor.post,
    PUT: visitor.put,
    PATCH: visitor.patch,
    DELETE: visitor.delete,
  }
  for (const { method, path } of thirdParties) {
    expect((await send[method](path.replace(/:\w+/g, '1'))).status, path).toBe(401)
  }
})
