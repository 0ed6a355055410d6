import { pino } from 'pino'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  at,
  type GivenHost,
  givenEventType,
  givenHost,
  givenWorld,
  type World,
} from '../helpers/world.ts'
import { givenModel, type ModelReply, say, talkTo, timesOf } from './given.ts'

let world: World
let model: Awaited<ReturnType<typeof givenModel>>
let jane: GivenHost
let lines: string[]

beforeAll(async () => {
  model = await givenModel()
  lines = []
  const log = pino({ level: 'debug' }, { write: line => lines.push(line) })
  world = await givenWorld({ log, config: { languageModel: model.settings } })
  jane = await givenHost(world, { name: 'Jane Smith' })
  await givenEventType(jane, { name: 'Intro', slug: 'intro' })
  await givenEventType(jane, { name: 'Workshop', slug: 'workshop', durationMinutes: 120 })
  const other = await givenHost(world, { name: 'Mallory' })
  await givenEventType(other, { name: 'Golden lesson', slug: 'golden-lesson' })
})
beforeEach(() => {
  lines.length = 0
})
afterAll(async () => {
  await world.end()
  await model.close()
})

const talk = () => talkTo(world.visitor, jane.slug, { timeZone: 'Europe/London' })
const bookings = async () =>
  at(await jane.run('{ bookings { totalCount } }'), 'bookings.totalCount')

const find: ModelReply = {
  tool: 'find_slots',
  args: { event_slug: 'intro', from: '2026-03-10', to: '2026-03-10', zone: 'Europe/London' },
}
const offer = (slots: string[], more: Record<string, unknown> = {}): ModelReply => ({
  tool: 'answer',
  args: { message: 'How about these?', event_slug: 'intro', slots, ...more },
})
const bookBy = (args: Record<string, unknown>): ModelReply => ({
  tool: 'book',
  args: {
    event_slug: 'intro',
    start: '2026-03-10T12:30:00Z',
    name: 'Bob',
    email: 'bob@example.com',
    ...args,
  },
})

/** Turns in which the model does as told, each with the tools that it calls. */
const replies =
  (...scripted: ModelReply[]) =>
  (_request: unknown, round: number): ModelReply =>
    scripted[round] ?? scripted.at(-1) ?? find

/** What a tool answered to the model, as the next request brought it. */
const told = () =>
  model.requests
    .flatMap(({ messages }) => messages.filter(({ role }) => role === 'tool'))
    .map(({ content }) => content ?? '')

describe('with a language model', () => {
  it('reads by its tools, and tells the starts that it found in our words', async () => {
    model.answers(
      replies(
        find,
        offer(['2026-03-10T12:00:00Z', '2026-03-10T12:30:00Z'], { preferred_time: 'afternoon' }),
      ),
    )
    const said = await talk()('Tuesday in a week, after I had my lunch, for an introduction')
    expect(said.action).toMatchObject({
      kind: 'SUGGEST_BOOKING',
      eventTypes: [{ slug: 'intro' }],
      partOfDay: 'AFTERNOON',
      dates: ['2026-03-10'],
    })
    expect(timesOf(said)).toEqual(['2026-03-10 12:00', '2026-03-10 12:30'])
    expect(said.message).toContain('1. Tuesday 10 March at 12:00')
    expect(told()[0]).toContain('2026-03-10T12:00:00.000Z')
    expect(lines.join('')).not.toContain('the language model failed')
  })

  it('sends the key in a header alone, and the facts of this page alone', async () => {
    model.answers(replies(offer([])))
    await talk()('hello')
    const [request] = model.requests
    expect(request?.headers.authorization).toBe(`Bearer ${model.settings.key}`)
    expect(request?.model).toBe('stand-in')
    expect(request?.tools.map(tool => tool.function.name)).toEqual([
      'list_event_types',
      'find_slots',
      'book',
      'answer',
    ])
    const sent = JSON.stringify(request?.messages)
    expect(sent).toContain('Jane Smith')
    expect(sent).not.toMatch(/Mallory|golden|@example\.com|sk-very/)
  })

  it('books what was offered before, with the name and the address that the invitee wrote', async () => {
    const invitee = talk()
    model.answers(replies(find, offer(['2026-03-10T12:00:00Z', '2026-03-10T12:30:00Z'])))
    await invitee('Tuesday in a week')
    model.answers(replies(bookBy({})))
    const said = await invitee('Let us take the second. Bob here, reach me at bob@example.com')
    expect(said.action).toMatchObject({
      kind: 'CONFIRM_BOOKING',
      booking: {
        start: '2026-03-10T12:30:00.000Z',
        invitees: [{ name: 'Bob', email: 'bob@example.com' }],
      },
    })
    expect(model.requests).toHaveLength(1)
    expect(model.requests[0]?.messages.map(({ role }) => role)).toEqual([
      'system',
      'user',
      'assistant',
      'user',
    ])
  })

  it('may speak for itself where there is nothing to promise', async () => {
    model.answers(
      replies({
        tool: 'answer',
        args: { message: 'Jane is happy to meet you. What is it about?' },
      }),
    )
    expect(await talk()('I am nervous')).toMatchObject({
      message: 'Jane is happy to meet you. What is it about?',
      action: { kind: 'NONE' },
    })
  })
})

describe('a language model that invents', () => {
  it('starts has those left out that the engine does not have', async () => {
    model.answers(
      replies(
        offer(['2026-03-10T03:00:00Z', '2026-03-11T10:00:00Z', 'soon', '2026-03-14T10:00:00Z']),
      ),
    )
    expect(timesOf(await talk()('when?'))).toEqual(['2026-03-11 10:00'])
  })

  it.each<[string, ModelReply]>([
    ['nothing but such starts', offer(['2026-03-10T03:00:00Z'])],
    ['a start in words', { tool: 'answer', args: { message: 'You can come at 3am.' } }],
    ['a booking', { tool: 'answer', args: { message: 'All done, you are booked!' } }],
    [
      'an address to go to',
      { tool: 'answer', args: { message: 'Please pay first: https://evil.example' } },
    ],
    ['an event type', offer(['2026-03-11T10:00:00Z'], { event_slug: 'golden-lesson' })],
  ])('%s is not heard: the built-in reading answers', async (_what, reply) => {
    model.answers(replies(reply))
    const said = await talk()('An intro on Wednesday at 10am')
    expect(timesOf(said)).toEqual(['2026-03-04 10:00'])
    expect(said.message).not.toMatch(/3am|evil|booked/)
    expect(lines.join('')).toContain('the language model failed')
  })

  it.each<[string, ModelReply, string]>([
    ['a start that nobody offered', bookBy({ start: '2026-03-12T10:00:00Z' }), 'was not offered'],
    [
      'a start of another event type',
      bookBy({ event_slug: 'workshop', start: '2026-03-10T14:00:00Z' }),
      'was not offered',
    ],
    [
      'an address that the invitee did not write',
      bookBy({ email: 'eve@example.com' }),
      'did not write this e-mail',
    ],
    [
      'a part of the address that they wrote',
      bookBy({ email: 'ob@example.com' }),
      'did not write this e-mail',
    ],
    ['a name that they did not write', bookBy({ name: 'Robert' }), 'did not write this name'],
    [
      'an event type of another host',
      bookBy({ event_slug: 'golden-lesson' }),
      'is not an event type of this page',
    ],
    ['no address at all', bookBy({ email: undefined }), 'email'],
  ])('%s books nothing, and is told so', async (_what, reply, problem) => {
    const before = await bookings()
    const invitee = talk()
    model.answers(replies(find, offer(['2026-03-10T14:00:00Z', '2026-03-10T14:30:00Z'])))
    await invitee('Tuesday in a week')
    model.answers(
      replies(reply, { tool: 'answer', args: { message: 'Which one would you like?' } }),
    )
    expect((await invitee("12:30 on March 10, I'm Bob, bob@example.com")).action.booking).toBeNull()
    expect(told().join()).toContain(problem)
    expect(await bookings()).toBe(before)
  })

  it('tools and arguments is told what is wrong', async () => {
    model.answers(
      replies(
        { tool: 'drop_table', args: {} },
        { tool: 'find_slots', args: { event_slug: 'intro', from: 'soon', to: 'later' } },
        offer(['2026-03-11T10:00:00Z']),
      ),
    )
    expect(timesOf(await talk()('when?'))).toEqual(['2026-03-11 10:00'])
    expect(told().join()).toMatch(/There is no such tool[\s\S]*must be a day/)
  })
})

describe('a language model that fails', () => {
  const raw =
    (status: number, body: string): ModelReply =>
    response => {
      response.statusCode = status
      response.end(body)
    }

  it.each<[string, ModelReply, string]>([
    ['500', raw(500, 'oops'), 'its server answered 500'],
    ['429', raw(429, '{}'), 'its server answered 429'],
    [
      'a redirect',
      response => response.writeHead(302, { location: 'http://127.0.0.1:1/steal' }).end(),
      'cannot be reached',
    ],
    ['no JSON', raw(200, '<html>'), 'answered no JSON'],
    ['JSON of another form', raw(200, '{"choices": []}'), 'answered no chat completion'],
    [
      'words instead of a tool',
      raw(200, JSON.stringify({ choices: [{ message: { content: 'It is 3pm.' } }] })),
      'ended without an answer',
    ],
    ['a megabyte', raw(200, `{"x": "${'y'.repeat(1_000_000)}"}`), 'answered too much'],
    ['nothing, and hangs up', response => response.destroy(), 'cannot be reached'],
    ['tools without end', find, 'asked for tools without end'],
  ])('with %s leaves the answer to the built-in reading', async (_what, reply, problem) => {
    model.answers(replies(reply))
    const said = await talk()('An intro on Wednesday at 10am, private words')
    expect(timesOf(said)).toEqual(['2026-03-04 10:00'])
    const log = lines.join('')
    expect(log).toContain(problem)
    expect(log).not.toMatch(/private words|sk-very/)
    expect(model.requests.length).toBeLessThanOrEqual(4)
  })

  it('by being slow is waited for twelve seconds', async () => {
    model.answers(() => () => {
      world.clock.forward(1)
    })
    expect(timesOf(await talk()('An intro on Wednesday at 10am'))).toEqual(['2026-03-04 10:00'])
    expect(lines.join('')).toContain('took too long')
  })

  it('by being away is not missed', async () => {
    const other = await givenWorld({
      config: { languageModel: { url: 'http://127.0.0.1:1/v1', name: 'none', key: 'none' } },
    })
    const host = await givenHost(other)
    await givenEventType(host)
    expect(timesOf(await say(other.visitor, host.slug, 'An intro on Wednesday at 10am'))).toEqual([
      '2026-03-04 10:00',
    ])
    await other.end()
  })
})
