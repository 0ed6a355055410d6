import { afterAll, beforeAll, expect, it } from 'vitest'
import {
  at,
  BOOK,
  booking,
  type GivenHost,
  givenEventType,
  givenHost,
  givenWorld,
  type World,
} from '../helpers/world.ts'

let world: World
let host: GivenHost

beforeAll(async () => {
  world = await givenWorld()
  host = await givenHost(world)
})
afterAll(() => world.end())

it('returns answers and campaign parameters of an invitee, and of its snapshot, as typed fields', async () => {
  const questions = [
    { key: 'topic', label: 'Topic', kind: 'TEXT' },
    { key: 'days', label: 'Days', kind: 'CHECKBOXES', options: ['Monday', 'Tuesday', 'Friday'] },
    { key: 'unanswered', label: 'Anything else', kind: 'TEXT' },
  ]
  const eventType = await givenEventType(host, { questions })
  await world.visitor.run(
    BOOK,
    booking(eventType, '2026-03-03T09:00:00Z', {
      answers: { topic: 'Pricing', days: ['Monday', 'Friday'] },
      tracking: { utm_source: 'newsletter', utm_term: '', other: 1 },
    }),
  )
  const typed = 'answerList { key values } campaign { utmSource utmMedium utmTerm }'
  const shown = await host.run(
    `{ bookings { nodes { invitees { ${typed} } } } pastEvents(types: [BOOKING_CREATED]) { nodes { snapshot { invitees { ${typed} } } } } }`,
  )
  const expected = [
    {
      answerList: [
        { key: 'days', values: ['Monday', 'Friday'] },
        { key: 'topic', values: ['Pricing'] },
      ],
      campaign: { utmSource: 'newsletter', utmMedium: null, utmTerm: '' },
    },
  ]
  expect(at(shown, 'bookings.nodes.0.invitees')).toEqual(expected)
  expect(at(shown, 'pastEvents.nodes.0.snapshot.invitees')).toEqual(expected)
})
