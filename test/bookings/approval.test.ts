import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  APPROVE,
  approve,
  bookingRefused,
  CANCEL,
  cancel,
  DENY,
  deny,
  hold,
  isOffered,
  look,
  move,
  refusal,
  statusOf,
  unavailable,
  who,
} from '../helpers/bookings.ts'
import {
  type GivenHost,
  givenBooking,
  givenEventType,
  givenHost,
  givenWorld,
  MONDAY,
  type World,
} from '../helpers/world.ts'

let world: World
let host: GivenHost
let eventType = ''

const TEN = '2026-03-03T10:00:00Z'
const ELEVEN = '2026-03-03T11:00:00Z'

beforeAll(async () => {
  world = await givenWorld()
})
afterAll(() => world.end())
beforeEach(() => world.clock.set(MONDAY))

const request = (start = TEN, name = 'Ann') =>
  givenBooking(world.visitor, eventType, start, who(name))
const free = (start = TEN) => isOffered(world.visitor, eventType, start)

describe('an event type whose bookings the host approves', () => {
  beforeEach(async () => {
    host = await givenHost(world, { name: 'Hanna Host' })
    eventType = await givenEventType(host, { confirmation: 'ALWAYS' })
  })

  it('lets a booking wait, and keeps its time meanwhile', async () => {
    const { id } = await request()
    expect(await statusOf(host, id)).toBe('PENDING')
    expect(await free()).toBe(false)
    expect(await bookingRefused(world.visitor, eventType, TEN, who('Ben'))).toEqual(
      unavailable('taken'),
    )
  })

  it('confirms a booking that the host approves, once', async () => {
    const { id, token } = await request()
    expect(await approve(host, id)).toMatchObject({ status: 'CONFIRMED', cancellation: null })
    expect((await look(world.visitor, { token }))?.status).toBe('CONFIRMED')
    expect((await refusal(host, APPROVE, { id })).code).toBe('CONFLICT')
    expect((await refusal(host, DENY, { input: { id } })).code).toBe('CONFLICT')
    expect(await free()).toBe(false)
  })

  it('ends a booking that the host denies, with the reason, and frees its time', async () => {
    const { id, token } = await request()
    expect(await deny(host, id, 'Away')).toMatchObject({
      status: 'DENIED',
      cancellation: { by: 'HOST', name: 'Hanna Host', reason: 'Away' },
      invitees: [{ status: 'CANCELLED' }],
    })
    expect(await look(world.visitor, { token })).toMatchObject({
      status: 'DENIED',
      cancellation: { reason: 'Away' },
    })
    expect(await free()).toBe(true)
    for (const again of [
      refusal(host, APPROVE, { id }),
      refusal(host, DENY, { input: { id } }),
      refusal(host, CANCEL, { input: { id } }),
    ]) {
      expect((await again).code).toBe('CONFLICT')
    }
    await request()
  })

  it('can be cancelled by the invitee while it waits', async () => {
    const { id, token } = await request()
    expect((await cancel(world.visitor, { token })).status).toBe('CANCELLED')
    expect((await refusal(host, APPROVE, { id })).code).toBe('CONFLICT')
    expect(await free()).toBe(true)
  })

  it('cannot be approved or denied when the meeting is over', async () => {
    const { id } = await request()
    world.clock.set('2026-03-03T10:30:00Z')
    expect((await refusal(host, APPROVE, { id })).code).toBe('CONFLICT')
    expect((await refusal(host, DENY, { input: { id } })).code).toBe('CONFLICT')
    expect(await statusOf(host, id)).toBe('PENDING')
  })

  it('is approved and denied by its host alone', async () => {
    const { id } = await request()
    const stranger = await givenHost(world)
    expect(await refusal(stranger, APPROVE, { id })).toEqual({
      code: 'NOT_FOUND',
      paths: ['input.id'],
    })
    expect(await refusal(stranger, DENY, { input: { id } })).toEqual({
      code: 'NOT_FOUND',
      paths: ['input.id'],
    })
    expect((await refusal(world.visitor, APPROVE, { id })).code).toBe('UNAUTHENTICATED')
  })

  it('waits again when the invitee moves it, and not when the host does', async () => {
    const { id, token } = await request()
    await approve(host, id)
    const byInvitee = await move(world.visitor, { token, start: ELEVEN })
    expect(byInvitee.status).toBe('PENDING')
    const stillWaiting = await move(host, { id: byInvitee.id, start: '2026-03-03T12:00:00Z' })
    expect(stillWaiting.status).toBe('PENDING')
    await approve(host, stillWaiting.id)
    expect((await move(host, { id: stillWaiting.id, start: '2026-03-03T13:00:00Z' })).status).toBe(
      'CONFIRMED',
    )
  })
})

describe('an event type whose bookings need approval when they come late', () => {
  beforeEach(async () => {
    host = await givenHost(world)
    eventType = await givenEventType(host, {
      confirmation: 'WITHIN_NOTICE',
      confirmationNoticeMinutes: 24 * 60,
    })
  })

  it('confirms those that start at the notice or later, and lets sooner ones wait', async () => {
    world.clock.set('2026-03-02T10:00:00Z')
    expect(await statusOf(host, (await request(TEN)).id)).toBe('CONFIRMED')
    expect(await statusOf(host, (await request('2026-03-03T09:30:00Z')).id)).toBe('PENDING')
    world.clock.forward(1)
    expect(await statusOf(host, (await request('2026-03-03T10:30:00Z')).id)).toBe('CONFIRMED')
  })

  it('asks anew for a booking that the invitee moves', async () => {
    const { token } = await request('2026-03-04T10:00:00Z')
    const sooner = await move(world.visitor, { token, start: '2026-03-02T10:00:00Z' })
    expect(sooner.status).toBe('PENDING')
    expect(
      (await move(world.visitor, { token: sooner.token, start: '2026-03-04T10:00:00Z' })).status,
    ).toBe('CONFIRMED')
  })
})

describe('bookings that wait without keeping their time', () => {
  beforeEach(async () => {
    host = await givenHost(world)
    eventType = await givenEventType(host, { confirmation: 'ALWAYS', pendingClaimsTime: false })
  })

  it('can be several for one time, of which the host approves one', async () => {
    const ann = await request(TEN, 'Ann')
    expect(await free()).toBe(true)
    const ben = await request(TEN, 'Ben')

    await approve(host, ben.id)
    expect(await free()).toBe(false)
    expect(await refusal(host, APPROVE, { id: ann.id })).toEqual(unavailable('taken', 'id'))
    expect(await statusOf(host, ann.id)).toBe('PENDING')

    await cancel(host, { id: ben.id })
    expect((await approve(host, ann.id)).status).toBe('CONFIRMED')
  })

  it('cannot be approved while somebody holds the time, and can once that is over', async () => {
    const { id } = await request()
    await hold(world.visitor, eventType, TEN)
    expect(await refusal(host, APPROVE, { id })).toEqual(unavailable('taken', 'id'))
    world.clock.forward(5)
    expect((await approve(host, id)).status).toBe('CONFIRMED')
  })

  it('give nothing back that they did not have when they are denied', async () => {
    const ann = await request(TEN, 'Ann')
    const ben = await request(TEN, 'Ben')
    await approve(host, ben.id)
    await deny(host, ann.id)
    expect(await free()).toBe(false)
  })

  it('wait on without their time when the host moves them, and take it when they are approved', async () => {
    const { id } = await request()
    const moved = await move(host, { id, start: ELEVEN })
    expect(moved.status).toBe('PENDING')
    expect(await free(ELEVEN)).toBe(true)
    await approve(host, moved.id)
    expect(await free(ELEVEN)).toBe(false)
  })
})
