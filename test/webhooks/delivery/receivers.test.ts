// What a receiver can do to a delivery, and what its host reads of it in the log.

import { createServer, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import type { Resolve } from '../../../src/webhooks/receiver-address.ts'
import { cancel } from '../../helpers/bookings.ts'
import type { Behaviour } from '../../helpers/receiver.ts'
import {
  givenBooking,
  givenEventType,
  givenHost,
  givenWorld,
  type World,
} from '../../helpers/world.ts'
import {
  changeHook,
  type Delivery,
  deliveriesOf,
  givenHook,
  givenHooked,
  holding,
  receiverThat,
} from './given.ts'

const KEPT = 4_096

let world: World

beforeAll(async () => {
  world = await givenWorld()
})
afterAll(() => world.end())

/** Books, and answers the delivery when it stands so. */
async function deliveredTo(
  how: number | Behaviour,
  status: 'DELIVERED' | 'RETRYING',
): Promise<Delivery> {
  const { book, until } = await givenHooked(world, { how })
  await book()
  const [delivery] = await until(status)
  return delivery ?? expect.fail()
}

/** The only attempt of a delivery. */
function attemptOf({ attempts: [attempt, ...more] }: Delivery) {
  expect(more).toEqual([])
  return attempt ?? expect.fail()
}

const unanswered = (problem: string) => ({
  responseStatus: null,
  responseHeaders: null,
  responseBody: null,
  problem,
})

/** A server of bytes, without HTTP; answers where it listens. */
async function givenServer(behave: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>()
  const server = createServer(socket => {
    sockets.add(socket.on('error', () => {}))
    behave(socket)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const address = server.address()
  return typeof address === 'object' ? `http://127.0.0.1:${address?.port}/` : expect.fail()
}

describe('a receiver that gives no answer', () => {
  it('and takes the request is given up after the time limit, and its connection closed', async () => {
    const held = holding()
    const { receiver, book, until } = await givenHooked(world, { how: held.behaviour })
    await book()
    await receiver.next()
    world.clock.forward(0.25)
    const [delivery] = await until('RETRYING')
    expect(delivery).toMatchObject({ attemptCount: 1, problem: 'did not answer within 15 s' })
    expect(delivery?.attempts).toMatchObject([unanswered('did not answer within 15 s')])
    await vi.waitFor(() => expect(held.open).toEqual([]))
  })

  it('but closes the connection has not got it', async () => {
    const delivery = await deliveredTo((_request, response) => response.destroy(), 'RETRYING')
    expect(attemptOf(delivery)).toMatchObject(
      unanswered('closed the connection before it answered'),
    )
  })

  it('but closes it in the middle of the headers has not got it', async () => {
    const { host, book } = await givenHooked(world, {})
    const url = await givenServer(socket =>
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Type: te')),
    )
    const hook = await givenHook(host, { url })
    await book()
    await vi.waitFor(async () => {
      const [delivery] = await deliveriesOf(host, hook.id)
      expect(delivery).toMatchObject({
        status: 'RETRYING',
        problem: 'closed the connection before it answered',
      })
    })
  })

  it('and refuses connections has not got it', async () => {
    const { receiver, host, book, until } = await givenHooked(world, {})
    await receiver.close()
    await book()
    const [delivery] = await until('RETRYING')
    expect(delivery?.attempts).toMatchObject([unanswered('refused the connection')])
    expect(await host.run('{ viewer { id } }')).toMatchObject({ viewer: { id: host.id } })
  })

  it('but something that is no HTTP has not got it', async () => {
    const answers = [
      'SSH-2.0-OpenSSH_9.6\r\n',
      '\x00\x01\x02\xff\xfe\r\n\r\n',
      'HTTP/1.1 two hundred\r\n\r\n',
      'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello',
    ]
    const { host, book } = await givenHooked(world, {})
    for (const answer of answers) {
      const url = await givenServer(socket =>
        socket.once('data', () => socket.write(Buffer.from(answer, 'latin1'))),
      )
      const hook = await givenHook(host, { url })
      await book()
      await vi.waitFor(async () => {
        const [delivery] = await deliveriesOf(host, hook.id)
        expect(delivery?.attempts).toMatchObject([
          unanswered('answered with something that is not HTTP'),
        ])
        expect(delivery?.status).toBe('RETRYING')
      })
    }
  })
})

describe('a receiver that answers', () => {
  it('with a redirect is not followed, and has not got it', async () => {
    const statuses = [301, 302, 303, 307, 308]
    const target = await receiverThat()
    const { receiver, book, until } = await givenHooked(world, {
      how: (_request, response) =>
        void response
          .writeHead(statuses[receiver.all.length - 1] ?? 200, { Location: target.url })
          .end(),
    })
    for (const _ of statuses) {
      await book()
      await receiver.next()
    }
    const all = await until(...statuses.map(() => 'RETRYING'))
    expect(all.map(attemptOf)).toMatchObject(
      statuses.map(status => ({
        responseStatus: status,
        responseHeaders: { location: target.url },
        problem: `answered ${status}; redirects are not followed`,
      })),
    )
    expect(target.all).toEqual([])
  })

  it('200 and closes in the middle of the body has got it', async () => {
    const delivery = await deliveredTo((_request, response) => {
      response
        .writeHead(200, { 'Content-Length': '100' })
        .write('The first half', () => response.destroy())
    }, 'DELIVERED')
    expect(attemptOf(delivery)).toMatchObject({
      responseStatus: 200,
      responseBody: 'The first half',
      problem: null,
    })
  })

  it('200 and dribbles has got it when the time limit comes', async () => {
    const { receiver, book, until, deliveries } = await givenHooked(world, {
      how(_request, response) {
        response.writeHead(200).flushHeaders()
        const dribble = setInterval(() => response.write('.'), 20)
        response.on('close', () => clearInterval(dribble))
      },
    })
    await book()
    await receiver.next()
    await new Promise(resolve => setTimeout(resolve, 200))
    expect(await deliveries()).toMatchObject([{ status: 'PENDING', attempts: [] }])
    world.clock.forward(0.25)
    const [delivery] = await until('DELIVERED')
    expect(delivery?.attempts).toMatchObject([
      { responseStatus: 200, responseBody: expect.stringMatching(/^\.+$/) },
    ])
    expect(delivery?.attempts[0]?.durationMs).toBeGreaterThan(150)
  })

  it('500 and dribbles has not got it', async () => {
    const { receiver, book, until } = await givenHooked(world, {
      how: (_request, response) => void response.writeHead(500).write('Sorry'),
    })
    await book()
    await receiver.next()
    await new Promise(resolve => setTimeout(resolve, 100))
    world.clock.forward(0.25)
    const [delivery] = await until('RETRYING')
    expect(delivery?.attempts).toMatchObject([
      { responseStatus: 500, responseBody: 'Sorry', problem: 'answered 500' },
    ])
  })

  it('with ten megabytes is read for 4 KiB, and its connection closed', async () => {
    const TEN_MB = 10 * 1024 * 1024
    const chunk = Buffer.alloc(64 * 1024, 'x')
    let written = 0
    let isClosed = false
    const delivery = await deliveredTo((_request, response) => {
      const more = () => {
        while (written < TEN_MB && !isClosed) {
          written += chunk.length
          if (!response.write(chunk)) return
        }
      }
      response.on('drain', more).on('close', () => {
        isClosed = true
      })
      more()
    }, 'DELIVERED')
    expect(attemptOf(delivery).responseBody).toBe('x'.repeat(KEPT))
    await vi.waitFor(() => expect(isClosed).toBe(true))
    // What fits into the buffers of two sockets.
    expect(written).toBeLessThan(TEN_MB)
  })

  it('with more than 4 KiB is cut between two characters', async () => {
    const text = `${'€'.repeat(1_364)}ab👋 and more`
    const delivery = await deliveredTo((_request, response) => void response.end(text), 'DELIVERED')
    // 4092 bytes, two more, and the first two of the four of a hand.
    expect(attemptOf(delivery).responseBody).toBe(`${'€'.repeat(1_364)}ab`)
  })

  it('with 4 KiB is kept whole', async () => {
    const text = `${'€'.repeat(1_364)}👋`
    expect(Buffer.byteLength(text)).toBe(KEPT)
    const delivery = await deliveredTo((_request, response) => void response.end(text), 'DELIVERED')
    expect(attemptOf(delivery).responseBody).toBe(text)
  })

  it('with bytes that are no text is kept as well as a text can', async () => {
    const bytes = Buffer.from('before\0\xff\xfeafter', 'latin1')
    const delivery = await deliveredTo(
      (_request, response) => void response.end(bytes),
      'DELIVERED',
    )
    expect(attemptOf(delivery).responseBody).toBe('before\u{FFFD}\u{FFFD}\u{FFFD}after')
  })

  it('with nothing has an empty body in the log', async () => {
    expect(attemptOf(await deliveredTo(204, 'DELIVERED'))).toMatchObject({
      responseStatus: 204,
      responseBody: '',
    })
  })

  it('with a hundred header lines is kept with the first fifty', async () => {
    const delivery = await deliveredTo((_request, response) => {
      for (let line = 1; line <= 100; line++) response.setHeader(`X-Line-${line}`, 'y'.repeat(line))
      response.end()
    }, 'DELIVERED')
    const headers = attemptOf(delivery).responseHeaders ?? {}
    expect(Object.keys(headers)).toHaveLength(50)
    expect(headers).toMatchObject({ 'x-line-1': 'y', 'x-line-50': 'y'.repeat(50) })
  })

  it('with long headers, and several of a name, is kept with the beginning of each', async () => {
    const delivery = await deliveredTo((_request, response) => {
      response.setHeader('X-Long', 'z'.repeat(5_000))
      response.setHeader(
        'Set-Cookie',
        Array.from({ length: 20 }, (_, index) => `a${index}=1`),
      )
      response.end()
    }, 'DELIVERED')
    expect(attemptOf(delivery).responseHeaders).toMatchObject({
      'x-long': 'z'.repeat(1_000),
      'set-cookie': Array.from({ length: 10 }, (_, index) => `a${index}=1`),
    })
  })

  it('with more headers than a client takes has not got it', async () => {
    const delivery = await deliveredTo((_request, response) => {
      response.setHeader('X-Long', 'z'.repeat(100_000))
      response.end()
    }, 'RETRYING')
    expect(attemptOf(delivery)).toMatchObject(
      unanswered('answered with more headers than are read'),
    )
  })

  it('with early hints before has got it by the answer that follows', async () => {
    const delivery = await deliveredTo((_request, response) => {
      response.writeProcessing()
      response.writeEarlyHints(
        { link: '</style.css>; rel=preload' },
        () => void response.writeHead(201).end('Made.'),
      )
    }, 'DELIVERED')
    expect(attemptOf(delivery)).toMatchObject({ responseStatus: 201, responseBody: 'Made.' })
  })

  it('with early hints and then nothing has not got it', async () => {
    const { receiver, book, until } = await givenHooked(world, {
      how: (_request, response) => response.writeProcessing(),
    })
    await book()
    await receiver.next()
    await new Promise(resolve => setTimeout(resolve, 100))
    world.clock.forward(0.25)
    const [delivery] = await until('RETRYING')
    expect(delivery?.attempts).toMatchObject([unanswered('did not answer within 15 s')])
  })

  it('with another protocol to switch to has not got it', async () => {
    const { host, book } = await givenHooked(world, {})
    const switching =
      'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'
    const url = await givenServer(socket => socket.once('data', () => socket.write(switching)))
    const hook = await givenHook(host, { url })
    await book()
    await vi.waitFor(async () => {
      const [delivery] = await deliveriesOf(host, hook.id)
      expect(delivery).toMatchObject({ status: 'RETRYING', attempts: [{ responseStatus: null }] })
    })
  })

  it('with two Retry-After is tried again by the schedule', async () => {
    const { book, until, seen } = await givenHooked(world, {
      how: (_request, response) =>
        void response.writeHead(503, { 'Retry-After': ['600', '900'] }).end(),
    })
    await book()
    const [delivery] = await until('RETRYING')
    expect(Number(delivery?.nextAttemptAt) - world.clock.now().getTime()).toBeLessThanOrEqual(
      11_000,
    )
    expect((await seen()).pausedUntil).toBeNull()
  })

  it('late has the time that it took in the log', async () => {
    const delivery = await deliveredTo(
      (_request, response) => void setTimeout(() => response.end(), 300),
      'DELIVERED',
    )
    expect(attemptOf(delivery).durationMs).toBeGreaterThan(290)
    expect(attemptOf(delivery).durationMs).toBeLessThan(3_000)
  })
})

describe('a receiver that moved', () => {
  it('gets the retries at its new address, and the log says where each attempt went', async () => {
    const { host, receiver, hook, book, until } = await givenHooked(world, { how: 500 })
    const moved = await receiverThat()
    await book()
    await until('RETRYING')
    await changeHook(host, hook.id, { url: moved.url })
    world.clock.forward(1)
    await moved.next()
    const [delivery] = await until('DELIVERED')
    expect(delivery?.attempts).toMatchObject([{ url: receiver.url }, { url: moved.url }])
  })
})

describe('a body of more than 256 KiB', () => {
  it('is not sent, and its delivery has failed, for a reason that names both sizes', async () => {
    const SEATS = 18
    const { host, receiver, eventType, until, seen } = await givenHooked(world, {
      hook: { events: ['BOOKING_CANCELLED'] },
      eventType: { seats: SEATS },
    })
    const day = world.clock.now().toISOString().slice(0, 10)
    const [year, month, date] = day.split('-').map(Number)
    const start = new Date(Date.UTC(year ?? 0, (month ?? 0) - 1, (date ?? 0) + 2, 10)).toISOString()
    let id = ''
    for (let seat = 0; seat < SEATS; seat++) {
      const booked = await givenBooking(world.visitor, eventType, start, {
        invitee: { name: `Guest ${seat}`, email: `guest${seat}@example.org` },
        tracking: { text: 'x'.repeat(16_000) },
      })
      id = booked.id
    }
    await cancel(host, { id })

    const [delivery] = await until('FAILED')
    const [, bytes] =
      /^was not called: the body has (\d+) bytes, and at most 262144 are sent$/.exec(
        delivery?.problem ?? '',
      ) ?? [delivery?.problem]
    expect(Number(bytes)).toBeGreaterThan(SEATS * 16_000)
    expect(delivery).toMatchObject({
      attemptCount: 1,
      nextAttemptAt: null,
      attempts: [{ responseStatus: null, durationMs: 0 }],
    })
    expect(receiver.all).toEqual([])
    // The receiver has no part in it.
    expect(await seen()).toMatchObject({ isActive: true, failingSince: null })
  })
})

describe('a name that leads into the private network', () => {
  const NAME = 'hooks.example.com'
  const PUBLIC = { address: '93.184.215.14', family: 4 }
  const PRIVATE = { address: '127.0.0.1', family: 4 }

  it.each([
    ['alone', [PRIVATE]],
    ['beside a public address', [PUBLIC, PRIVATE]],
  ])('only after the hook was made, %s, is not called', async (_name, addresses) => {
    let answer = [PUBLIC]
    const resolve = vi.fn<Resolve>(async () => answer)
    const strict = await givenWorld({
      config: { receivers: { allowPrivate: false, httpsOnly: false } },
      resolve,
    })
    try {
      const receiver = await receiverThat()
      const host = await givenHost(strict)
      const url = receiver.url.replace('127.0.0.1', NAME)
      const hook = await givenHook(host, { url })
      const eventType = await givenEventType(host)
      answer = addresses
      await givenBooking(strict.visitor, eventType, '2026-03-03T10:00:00Z')

      await vi.waitFor(async () => {
        const [delivery] = await deliveriesOf(host, hook.id)
        expect(delivery).toMatchObject({
          status: 'RETRYING',
          attempts: [{ url, ...unanswered(`must lead to public addresses only (${NAME})`) }],
        })
      })
      expect(receiver.all).toEqual([])
      expect(resolve).toHaveBeenCalledTimes(2)
    } finally {
      await strict.end()
    }
  })
})
