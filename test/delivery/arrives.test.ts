import { createHmac } from 'node:crypto'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { givenReceiver, type Receiver } from '../helpers/receiver.ts'
import { givenBooking, givenEventType, givenHost, givenWorld, textAt, type World } from '../helpers/world.ts'

let world: World
let receiver: Receiver

beforeAll(async () => {
  world = await givenWorld()
  receiver = await givenReceiver()
})
afterAll(async () => {
  await world.end()
  await receiver.close()
})

describe('a delivery', () => {
  it('arrives signed as Standard Webhooks say', async () => {
    const host = await givenHost(world)
    const data = await host.run(
      'mutation ($input: CreateHookInput!) { createHook(input: $input) { hook { id } secret } }',
      { input: { url: receiver.url, events: ['BOOKING_CREATED'] } },
    )
    const secret = textAt(data, 'createHook.secret')
    const eventType = await givenEventType(host)
    const started = performance.now()
    await givenBooking(world.visitor, eventType, '2026-03-03T10:00:00Z')
    const request = await receiver.next()
    console.log(performance.now() - started, request)
    expect(createHmac).toBeDefined()
    new Webhook(secret)
  })
})
