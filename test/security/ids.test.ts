// Ids of bookings and submissions are shown to callers that may not read what they name. They give
// no access to it.

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { daysOffered, who } from '../helpers/bookings.ts'
import {
  at,
  BOOK,
  booking,
  type Client,
  clientOf,
  type GivenHost,
  givenBooking,
  givenEventType,
  givenHost,
  givenWorld,
  listAt,
  textAt,
  type World,
} from '../helpers/world.ts'

const DAY = '2026-03-03'
const ANN = {
  name: 'Ann Secret',
  email: 'ann.secret@example.org',
  timeZone: 'Europe/Berlin',
  phone: '+4915112345678',
}
const HOLDS_NOTHING_OF_ANN = /Secret|secret@|4915112345678|A private note/

let world: World
let host: GivenHost
let other: GivenHost
let key: Client
let eventType: string

beforeAll(async () => {
  world = await givenWorld()
  other = await givenHost(world)
  const data = await other.run(
    'mutation { createApiKey(input: { label: "All", scopes: ["availability:read", "bookings:read"] }) { secret } }',
  )
  key = clientOf(world.url, { 'x-api-key': textAt(data, 'createApiKey.secret') })
})
beforeEach(async () => {
  host = await givenHost(world)
  eventType = await givenEventType(host)
})
afterAll(() => world.end())

const strangers = () => ({
  visitor: world.visitor,
  'another account': other,
  'a key of another account': key,
})

const startsOf = async (client: Client, more: Record<string, string> = {}): Promise<string[]> =>
  (await daysOffered(client, eventType, DAY, more)).flatMap(({ slots }) =>
    slots.map(({ start }) => start),
  )

describe('the id of a booking', () => {
  it('as `reschedule` of `slots` shows that its time is free, and nothing else', async () => {
    const free = await startsOf(world.visitor)
    const start = `${DAY}T10:00:00Z`
    const { id } = await givenBooking(world.visitor, eventType, start, {
      invitee: ANN,
      notes: 'A private note',
    })
    const query = `query ($id: ID!, $reschedule: ID) {
      slots(eventType: { id: $id }, start: "${DAY}", end: "${DAY}", reschedule: $reschedule) {
        slots { start end seatsLeft bookingId }
      }
    }`
    for (const [name, client] of Object.entries(strangers())) {
      const data = await client.run(query, { id: eventType, reschedule: id })
      const slots = listAt(data, 'slots.0.slots')
      expect(
        slots.map(slot => Date.parse(textAt(slot, 'start'))),
        name,
      ).toEqual(free.map(each => Date.parse(each)))
      expect(JSON.stringify(data), name).not.toMatch(HOLDS_NOTHING_OF_ANN)
      expect(slots.map(slot => at(slot, 'bookingId')).filter(each => each !== null)).toEqual([])
    }
    // The time is free for the move alone: nobody books it, with the id or without.
    const codes = []
    for (const client of Object.values(strangers())) {
      const moves =
        'mutation ($input: RescheduleBookingInput!) { rescheduleBooking(input: $input) { booking { id } } }'
      const cancels =
        'mutation ($input: CancelBookingInput!) { cancelBooking(input: $input) { booking { id } } }'
      codes.push(await client.codeOf(BOOK, booking(eventType, start, who('Bob'))))
      codes.push(await client.codeOf(moves, { input: { id, start: `${DAY}T12:00:00Z` } }))
      codes.push(await client.codeOf(cancels, { input: { id } }))
      const seen = await client.answer(
        'query ($id: ID) { booking(id: $id) { invitees { name } } }',
        { id },
      )
      expect(seen.data?.booking ?? null).toBeNull()
    }
    expect(new Set(codes)).not.toContain('no code')
    expect(
      await world.visitor.codeOf(query, { id: await givenEventType(host), reschedule: id }),
    ).toBe('NOT_FOUND')
  })

  it('that `slots` shows of an event type with seats gives no access to those who have them', async () => {
    eventType = await givenEventType(host, { seats: 3 })
    const taken = await givenBooking(world.visitor, eventType, `${DAY}T10:00:00Z`, { invitee: ANN })
    const query = `query ($id: ID!) {
      slots(eventType: { id: $id }, start: "${DAY}", end: "${DAY}") { slots { bookingId } }
    }`
    const shown = listAt(await world.visitor.run(query, { id: eventType }), 'slots.0.slots')
    const ids = shown.map(slot => at(slot, 'bookingId')).filter(each => each !== null)
    expect(ids).toEqual([taken.id])
    const whole = 'query ($id: ID) { booking(id: $id) { id invitees { name email } } }'
    for (const client of Object.values(strangers())) {
      expect((await client.answer(whole, { id: taken.id })).data?.booking ?? null).toBeNull()
    }
    const dialect = await fetch(`${world.url}/v2/bookings/${taken.id}`, {
      headers: { 'cal-api-version': '2024-08-13' },
    })
    expect(await dialect.text()).not.toMatch(HOLDS_NOTHING_OF_ANN)
  })
})

describe('the id of a submission', () => {
  it('as `routingSubmissionId` of a booking shows nothing of the answers, and is used once', async () => {
    const form = await host.run(
      `mutation ($eventTypeId: ID!) { createRoutingForm(input: {
        name: "Form", isPublished: true, questions: [{ key: "note", label: "Note", kind: TEXT }],
        fallback: { eventTypeId: $eventTypeId }
      }) { form { id } } }`,
      { eventTypeId: eventType },
    )
    const submitted = await world.visitor.run(
      'mutation ($input: SubmitRoutingFormInput!) { submitRoutingForm(input: $input) { submissionId } }',
      {
        input: {
          formId: textAt(form, 'createRoutingForm.form.id'),
          answers: { note: 'A private note' },
        },
      },
    )
    const routingSubmissionId = textAt(submitted, 'submitRoutingForm.submissionId')
    const answers =
      'query ($id: ID!) { routingSubmission(id: $id) { answers { answer } inviteeId } }'

    // On the page of another host it is unknown, and not linked.
    const theirs = await givenEventType(other)
    await world.visitor.run(
      BOOK,
      booking(theirs, `${DAY}T09:00:00Z`, { ...who('Bob'), routingSubmissionId }),
    )
    expect(
      at(await host.run(answers, { id: routingSubmissionId }), 'routingSubmission.inviteeId'),
    ).toBeNull()

    const book = (start: string, name: string) =>
      world.visitor.run(
        `mutation ($input: BookInput!) { book(input: $input) {
          booking { id invitees { routingSubmissionId answers notes } } invitee { id routingSubmissionId answers notes }
        } }`,
        booking(eventType, `${DAY}T${start}:00Z`, { ...who(name), routingSubmissionId }),
      )
    const first = await book('10:00', 'Cid')
    const second = await book('11:00', 'Dan')
    for (const data of [first, second])
      expect(JSON.stringify(data)).not.toMatch(HOLDS_NOTHING_OF_ANN)
    expect(at(second, 'book.invitee.routingSubmissionId')).toBeNull()
    expect(at(await host.run(answers, { id: routingSubmissionId }), 'routingSubmission')).toEqual({
      answers: [{ answer: 'A private note' }],
      inviteeId: textAt(first, 'book.invitee.id'),
    })
    for (const [name, client] of Object.entries(strangers())) {
      const seen = await client.answer(answers, { id: routingSubmissionId })
      expect([name, seen.data?.routingSubmission ?? null]).toEqual([name, null])
    }
  })
})
