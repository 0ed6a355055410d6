import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { cancel } from '../../helpers/bookings.ts'
import { follow } from '../../helpers/live.ts'
import { at, givenWorld, type World } from '../../helpers/world.ts'
import { changeHook, givenHook, givenHooked, type Hooked, holding, receiverThat } from './given.ts'

const DAY_MINUTES = 24 * 60

let world: World
/** When the test began. */
let start: Date

beforeAll(async () => {
  world = await givenWorld()
})
afterAll(() => world.end())
beforeEach(() => {
  world.clock.forward(1)
  start = world.clock.now()
})

const daysLater = (days: number): Date => new Date(start.getTime() + days * DAY_MINUTES * 60_000)

/** Waits until the hook stands so. */
const untilSeen = ({ seen }: Hooked, expected: object) =>
  vi.waitFor(async () => expect(await seen()).toMatchObject(expected), { timeout: 10_000 })

/** Books once on each of so many days, from now on; all that is due is sent. */
async function bookDaily({ book, turn }: Hooked, days: number): Promise<void> {
  for (let day = 0; day < days; day++) {
    if (day > 0) world.clock.forward(DAY_MINUTES)
    await book()
    await turn()
  }
}

const isOn = { isActive: true, disabledReason: null }

describe('a receiver that answers 410 Gone', () => {
  it('has its hook switched off at once, and gets nothing more', async () => {
    const hooked = await givenHooked(world, { how: 410 })
    const { receiver, book, until, turn } = hooked
    await book()
    await untilSeen(hooked, { isActive: false, disabledReason: 'GONE', failingSince: null })
    const [delivery] = await until('FAILED')
    expect(delivery).toMatchObject({ attemptCount: 1, nextAttemptAt: null })
    expect(delivery?.attempts).toMatchObject([{ responseStatus: 410, problem: 'answered 410' }])

    await book()
    world.clock.forward(DAY_MINUTES)
    await turn()
    expect(receiver.all).toHaveLength(1)
    await until('FAILED')
  })

  it('gives up what waits: what was to be tried again, and what was not sent yet', async () => {
    const held = holding()
    const hooked = await givenHooked(world, { how: 500 })
    const { receiver, book, cancel, until, hook, host } = hooked
    await changeHook(host, hook.id, { events: ['BOOKING_CREATED', 'BOOKING_CANCELLED'] })
    await book()
    await until('RETRYING')
    receiver.answer(held.behaviour)
    const { id } = await book()
    await cancel(id)
    await vi.waitFor(() => expect(held.open).toHaveLength(1))
    await until('RETRYING', 'PENDING', 'PENDING')
    held.open[0]?.answer(410)

    await untilSeen(hooked, { isActive: false, disabledReason: 'GONE' })
    const all = await until('FAILED', 'FAILED', 'FAILED')
    expect(all.map(({ attempts }) => attempts.map(({ responseStatus }) => responseStatus))).toEqual(
      [[500], [410], []],
    )
    expect([all[0]?.problem, all[2]?.problem]).toEqual([
      'the hook was switched off',
      'the hook was switched off',
    ])
    for (const { nextAttemptAt, finishedAt } of all) {
      expect(nextAttemptAt).toBeNull()
      expect(finishedAt).toEqual(world.clock.now())
    }
  })

  it('has its host told: by another hook, and live', async () => {
    const { host, hook, book, receiver } = await givenHooked(world, {
      how: 410,
      hook: { label: 'Old CRM' },
    })
    const other = await receiverThat()
    await givenHook(host, { url: other.url, events: ['HOOK_DISABLED'] })
    const feed = await follow(
      host.url,
      'subscription { bookingEvents(types: [HOOK_DISABLED]) { kind booking { id } snapshot { id: bookingId } data } }',
      { headers: host.headers },
    )
    await book()

    const data = {
      reason: 'GONE',
      hook: { id: hook.id, url: receiver.url, label: 'Old CRM', dialect: 'STANDARD' },
    }
    expect((await other.next()).json).toMatchObject({ type: 'hook.disabled', data })
    expect((await feed.next()).bookingEvents).toEqual({
      kind: 'HOOK_DISABLED',
      booking: null,
      snapshot: null,
      data,
    })
    await feed.stop()
    expect(receiver.all).toHaveLength(1)
  })

  it('is switched off once, however many of its requests are open', async () => {
    const held = holding()
    const hooked = await givenHooked(world, { how: held.behaviour })
    const other = await receiverThat()
    await givenHook(hooked.host, { url: other.url, events: ['HOOK_DISABLED'] })
    for (let index = 0; index < 5; index++) await hooked.book()
    await vi.waitFor(() => expect(held.open).toHaveLength(5))
    for (const { answer } of [...held.open]) answer(410)

    await untilSeen(hooked, { isActive: false, disabledReason: 'GONE' })
    await other.next()
    await hooked.turn()
    const all = await hooked.until('FAILED', 'FAILED', 'FAILED', 'FAILED', 'FAILED')
    expect(all.map(({ attemptCount, attempts }) => [attemptCount, attempts.length])).toEqual(
      all.map(() => [1, 1]),
    )
    expect(other.all).toHaveLength(1)
  })

  it('changes nothing of a hook that its host switched off meanwhile, and nobody is told', async () => {
    const held = holding()
    const { host, hook, book, seen, deliveries, turn } = await givenHooked(world, {
      how: held.behaviour,
    })
    const other = await receiverThat()
    await givenHook(host, { url: other.url, events: ['HOOK_DISABLED', 'BOOKING_CANCELLED'] })
    const { id } = await book()
    await vi.waitFor(() => expect(held.open).toHaveLength(1))
    await changeHook(host, hook.id, { isActive: false })
    held.open[0]?.answer(410)
    await vi.waitFor(async () =>
      expect(await deliveries()).toMatchObject([{ status: 'FAILED', attemptCount: 1 }]),
    )
    await turn()
    expect(await seen()).toMatchObject({ isActive: false, disabledReason: null })
    await cancel(host, { id })
    expect((await other.next()).json).toMatchObject({ type: 'booking.cancelled' })
  })

  it('is tried again as any that fails, by Calendo', async () => {
    const hooked = await givenHooked(world, { how: 410, hook: { dialect: 'CALENDO' } })
    await hooked.book()
    const [delivery] = await hooked.until('RETRYING')
    expect(delivery?.nextAttemptAt).toEqual(new Date(start.getTime() + 60_000))
    await untilSeen(hooked, { ...isOn, failingSince: start })
  })

  it('is off for CalendarPA too', async () => {
    const hooked = await givenHooked(world, { how: 410, hook: { dialect: 'CALENDARPA' } })
    await hooked.book()
    await untilSeen(hooked, { isActive: false, disabledReason: 'GONE' })
  })
})

describe('a receiver that fails', () => {
  it('has its hook say since when, until it works again', async () => {
    const hooked = await givenHooked(world, { how: 500 })
    const { receiver, book, turn } = hooked
    expect(await hooked.seen()).toMatchObject({ ...isOn, failingSince: null })
    await book()
    await untilSeen(hooked, { ...isOn, failingSince: start })
    world.clock.forward(1)
    await turn()
    await untilSeen(hooked, { ...isOn, failingSince: start })
    receiver.answer(200)
    await book()
    await receiver.next()
    await untilSeen(hooked, { ...isOn, failingSince: null })
  })

  it('counts as failing when it cannot be reached, or does not answer', async () => {
    const hooked = await givenHooked(world, {})
    await hooked.receiver.close()
    await hooked.book()
    await untilSeen(hooked, { ...isOn, failingSince: start })
  })

  it.each(['STANDARD', 'CALENDARPA'])(
    'for five days has its hook switched off (%s)',
    async dialect => {
      const hooked = await givenHooked(world, { how: 500, hook: { dialect } })
      const { host, hook, receiver, book, turn, until } = hooked
      const other = await receiverThat()
      await givenHook(host, { url: other.url, events: ['HOOK_DISABLED'] })
      await bookDaily(hooked, 5)
      world.clock.set(new Date(daysLater(5).getTime() - 1).toISOString())
      await book()
      await turn()
      expect(await hooked.seen()).toMatchObject({ ...isOn, failingSince: start })

      world.clock.set(daysLater(5).toISOString())
      await book()
      await untilSeen(hooked, { isActive: false, disabledReason: 'FAILING' })
      const told = await other.next()
      expect(told.json).toMatchObject({
        type: 'hook.disabled',
        data: { reason: 'FAILING', hook: { id: hook.id } },
      })
      await until(...Array.from({ length: 7 }, () => 'FAILED'))
      const sent = receiver.all.length
      world.clock.forward(3 * DAY_MINUTES)
      await turn()
      expect(receiver.all).toHaveLength(sent)
    },
  )

  it('but worked once in between has five days more', async () => {
    const hooked = await givenHooked(world, { how: 500 })
    await bookDaily(hooked, 4)
    expect(await hooked.seen()).toMatchObject({ ...isOn, failingSince: start })
    hooked.receiver.answer(200)
    await hooked.book()
    await hooked.turn()
    expect(await hooked.seen()).toMatchObject({ ...isOn, failingSince: null })

    hooked.receiver.answer(500)
    await bookDaily(hooked, 5)
    expect(daysLater(7)).toEqual(world.clock.now())
    expect(await hooked.seen()).toMatchObject({ ...isOn, failingSince: daysLater(3) })
  })

  it('once before the clock jumps six days ahead, and again after it, keeps its hook on', async () => {
    const hooked = await givenHooked(world, { how: 500 })
    for (let index = 0; index < 3; index++) await hooked.book()
    await hooked.until('RETRYING', 'RETRYING', 'RETRYING')
    world.clock.forward(6 * DAY_MINUTES)
    await hooked.turn()
    await hooked.book()
    await hooked.turn()
    const all = await hooked.until('RETRYING', 'RETRYING', 'RETRYING', 'RETRYING')
    expect(all.map(({ attemptCount }) => attemptCount)).toEqual([2, 2, 2, 1])
    expect(await hooked.seen()).toMatchObject({ ...isOn, failingSince: start })
  })

  it('for a week keeps its hook on, by Calendo', async () => {
    const hooked = await givenHooked(world, { how: 500, hook: { dialect: 'CALENDO' } })
    await bookDaily(hooked, 7)
    expect(await hooked.seen()).toMatchObject({ ...isOn, failingSince: start })
    await bookDaily(hooked, 1)
    expect(await hooked.seen()).toMatchObject({ ...isOn, failingSince: start })
  })
})

describe('an answer of an address that the hook has left', () => {
  it.each<[string, number, Record<string, string>]>([
    ['410', 410, {}],
    ['503 with Retry-After', 503, { 'Retry-After': '600' }],
    ['500', 500, {}],
  ])('says nothing of the new one (%s)', async (_name, status, headers) => {
    const held = holding()
    const hooked = await givenHooked(world, { how: held.behaviour })
    const moved = await receiverThat()
    await hooked.book()
    await vi.waitFor(() => expect(held.open).toHaveLength(1))
    await changeHook(hooked.host, hooked.hook.id, { url: moved.url })
    held.open[0]?.answer(status, headers)
    await vi.waitFor(async () =>
      expect(await hooked.deliveries()).toMatchObject([{ attemptCount: 1 }]),
    )
    await hooked.turn()
    expect(await hooked.seen()).toMatchObject({ ...isOn, failingSince: null, pausedUntil: null })
    await hooked.book()
    await moved.next()
  })
})

describe('a hook that was switched off for its receiver', () => {
  it('begins anew when its host switches it on again, and sends nothing that was given up', async () => {
    const hooked = await givenHooked(world, { how: 410 })
    const { host, hook, receiver, book, until, turn } = hooked
    await book()
    await untilSeen(hooked, { isActive: false, disabledReason: 'GONE' })
    receiver.answer(200)
    await changeHook(host, hook.id, { isActive: true })
    expect(await hooked.seen()).toMatchObject({ ...isOn, failingSince: null, pausedUntil: null })
    world.clock.forward(DAY_MINUTES)
    await turn()
    expect(receiver.all).toHaveLength(1)

    const { id } = await book()
    await until('FAILED', 'DELIVERED')
    expect(receiver.all.map(({ json }) => at(json, 'data.booking.id')).at(-1)).toBe(id)
  })

  it('can have what it missed sent again then', async () => {
    const hooked = await givenHooked(world, { how: 410 })
    const { host, hook, receiver, book, until } = hooked
    await book()
    await untilSeen(hooked, { isActive: false })
    receiver.answer(200)
    await changeHook(host, hook.id, { isActive: true })
    const data = await host.run(
      'mutation ($input: ReplayFailedInput!) { replayFailedDeliveries(input: $input) { count } }',
      { input: { hookId: hook.id, since: start.toISOString() } },
    )
    expect(z.int().parse(at(data, 'replayFailedDeliveries.count'))).toBe(1)
    const [delivery] = await until('DELIVERED')
    expect(delivery?.attempts.map(({ responseStatus }) => responseStatus)).toEqual([410, 200])
    expect(receiver.all[1]?.body).toBe(receiver.all[0]?.body)
  })

  it('fails for five days from when it fails again', async () => {
    const hooked = await givenHooked(world, { how: 500 })
    await bookDaily(hooked, 6)
    await untilSeen(hooked, { isActive: false, disabledReason: 'FAILING' })
    await changeHook(hooked.host, hooked.hook.id, { isActive: true })
    await hooked.book()
    await hooked.turn()
    expect(await hooked.seen()).toMatchObject({ ...isOn, failingSince: daysLater(5) })
  })
})
