import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import {
  atOnce,
  CANCEL,
  cancel,
  isOffered,
  look,
  move,
  RESCHEDULE,
  refusal,
  statusOf,
  tally,
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

beforeAll(async () => {
  world = await givenWorld()
})
afterAll(() => world.end())
beforeEach(async () => {
  world.clock.set(MONDAY)
  host = await givenHost(world, { name: 'Hanna Host' })
  eventType = await givenEventType(host)
})

const free = () => isOffered(world.visitor, eventType, TEN)
const given = () => givenBooking(world.visitor, eventType, TEN)

it('lets the host cancel, with a reason that the invitee sees, and frees the time', async () => {
  const { id, token } = await given()
  expect(await free()).toBe(false)

  expect(await cancel(host, { id, reason: 'Ill' })).toMatchObject({
    id,
    status: 'CANCELLED',
    cancellation: { by: 'HOST', name: 'Hanna Host', reason: 'Ill' },
    invitees: [{ name: 'Ann', status: 'CANCELLED' }],
    rescheduledTo: null,
  })
  expect(await look(world.visitor, { token })).toMatchObject({
    cancellation: { by: 'HOST', reason: 'Ill' },
  })
  expect(await free()).toBe(true)
  await given()
})

it('lets the invitee cancel by the token of their link', async () => {
  const { id, token } = await given()
  expect(await cancel(world.visitor, { token })).toMatchObject({
    status: 'CANCELLED',
    cancellation: { by: 'INVITEE', name: 'Ann', reason: null },
  })
  expect(await statusOf(host, id)).toBe('CANCELLED')
  expect(await free()).toBe(true)
})

it('answers CONFLICT when it is done twice, by whichever side', async () => {
  const { id, token } = await given()
  await cancel(host, { id })
  expect((await refusal(host, CANCEL, { input: { id } })).code).toBe('CONFLICT')
  expect((await refusal(world.visitor, CANCEL, { input: { token } })).code).toBe('CONFLICT')
  expect((await look(host, { id }))?.cancellation?.by).toBe('HOST')
})

it('cancels once when both sides and many clicks come at once', async () => {
  const { id, token } = await given()
  const answers = await atOnce(20, index =>
    index % 2
      ? host.answer(CANCEL, { input: { id } })
      : world.visitor.answer(CANCEL, { input: { token } }),
  )
  expect(tally(answers)).toEqual({ ok: 1, CONFLICT: 19 })
})

it('lets one side win when one cancels and the other moves at the same time', async () => {
  const { id, token } = await given()
  const answers = await Promise.all([
    host.answer(CANCEL, { input: { id } }),
    world.visitor.answer(RESCHEDULE, { input: { token, start: '2026-03-03T11:00:00Z' } }),
  ])
  expect(tally(answers)).toEqual({ ok: 1, CONFLICT: 1 })
})

it('is still possible while the meeting runs, and not any more when it has ended', async () => {
  const running = await given()
  const over = await givenBooking(world.visitor, eventType, '2026-03-03T09:00:00Z')
  world.clock.set('2026-03-03T10:29:00Z')
  expect((await cancel(host, { id: running.id })).status).toBe('CANCELLED')
  expect((await refusal(host, CANCEL, { input: { id: over.id } })).code).toBe('CONFLICT')
  expect((await refusal(world.visitor, CANCEL, { input: { token: over.token } })).code).toBe(
    'CONFLICT',
  )
  expect(await statusOf(host, over.id)).toBe('CONFIRMED')
})

it('answers NOT_FOUND to a token that is not quite right, and to the id of a booking of another host', async () => {
  const { id, token } = await given()
  const stranger = await givenHost(world)
  const [uid, signature] = token.split('.')
  for (const wrong of [
    `${token}x`,
    token.slice(0, -1),
    `${uid}.`,
    `${uid}`,
    `.${signature}`,
    '',
    'nonsense',
  ]) {
    expect(await refusal(world.visitor, CANCEL, { input: { token: wrong } })).toEqual({
      code: 'NOT_FOUND',
      paths: ['input.token'],
    })
  }
  const missing = { code: 'NOT_FOUND', paths: ['input.id'] }
  expect(await refusal(stranger, CANCEL, { input: { id } })).toEqual(missing)
  expect(await refusal(stranger, CANCEL, { input: { id: 'bk_none' } })).toEqual(missing)
  expect(await statusOf(host, id)).toBe('CONFIRMED')
})

it('does not take the token of one seat for another', async () => {
  const ann = await given()
  const ben = await givenBooking(world.visitor, eventType, '2026-03-03T11:00:00Z')
  const [annsUid] = ann.token.split('.')
  const [, bensSignature] = ben.token.split('.')
  const forged = `${annsUid}.${bensSignature}`
  expect((await refusal(world.visitor, CANCEL, { input: { token: forged } })).code).toBe(
    'NOT_FOUND',
  )
})

it('asks for either the id or the token', async () => {
  const { id, token } = await given()
  const either = { code: 'INVALID_INPUT', paths: ['input.id'] }
  expect(await refusal(host, CANCEL, { input: { id, token } })).toEqual(either)
  expect(await refusal(host, CANCEL, { input: {} })).toEqual(either)
})

it('takes no id from a visitor', async () => {
  const { id } = await given()
  expect((await refusal(world.visitor, CANCEL, { input: { id } })).code).toBe('UNAUTHENTICATED')
})

it('takes no reason that is empty or too long', async () => {
  const { id } = await given()
  for (const reason of [' ', 'x'.repeat(10_001)]) {
    expect(await refusal(host, CANCEL, { input: { id, reason } })).toEqual({
      code: 'INVALID_INPUT',
      paths: ['input.reason'],
    })
  }
})

it('gives up no booking that moved: the new one has its own link', async () => {
  const { token } = await given()
  const moved = await move(world.visitor, { token, start: '2026-03-03T11:00:00Z' })
  expect((await refusal(world.visitor, CANCEL, { input: { token } })).code).toBe('CONFLICT')
  expect((await cancel(world.visitor, { token: moved.token })).status).toBe('CANCELLED')
})
