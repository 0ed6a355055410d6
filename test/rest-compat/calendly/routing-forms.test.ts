// Calendly v2: routing forms, what was submitted to them, and the webhook that tells of it.

import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { givenReceiver } from '../../helpers/receiver.ts'
import {
  at,
  BOOK,
  booking,
  type GivenHost,
  givenEventType,
  givenHost,
  givenWorld,
  MONDAY,
  textAt,
  type World,
} from '../../helpers/world.ts'
import { type Calendly, denied, givenCalendly, idsIn, notFound } from './calendly.ts'
import { objectionsTo } from './official.ts'

let world: World
let host: GivenHost
let api: Calendly
let eventType: string

const NOW = '2026-03-02T07:00:00.000000Z'
const SUBMIT =
  'mutation ($input: SubmitRoutingFormInput!) { submitRoutingForm(input: $input) { submissionId } }'

beforeAll(async () => {
  world = await givenWorld()
})
afterAll(() => world.end())
beforeEach(async () => {
  world.clock.set(MONDAY)
  host = await givenHost(world)
  api = await givenCalendly(world, host)
  eventType = await givenEventType(host)
})

async function givenForm(more: Record<string, unknown> = {}): Promise<string> {
  const made = await host.run(
    'mutation ($input: CreateRoutingFormInput!) { createRoutingForm(input: $input) { form { id } } }',
    {
      input: {
        name: 'Who are you?',
        isPublished: true,
        questions: [
          { key: 'mail', label: 'Your e-mail?', kind: 'EMAIL', required: true },
          { key: 'size', label: 'How many?', kind: 'SELECT', options: ['Few', 'Many'] },
        ],
        routes: [{ questionKey: 'size', answer: 'Many', result: { eventTypeId: eventType } }],
        fallback: { headline: 'Thank you', body: 'We write.' },
        ...more,
      },
    },
  )
  return textAt(made, 'createRoutingForm.form.id')
}

async function submitted(formId: string, size: string): Promise<string> {
  const input = {
    formId,
    answers: { mail: 'ann@example.org', size },
    tracking: { utm_source: 'ad' },
  }
  return textAt(await world.visitor.run(SUBMIT, { input }), 'submitRoutingForm.submissionId')
}

it('forms are told, listed both ways and paged', async () => {
  const [one, two] = [await givenForm(), await givenForm({ isPublished: false })]
  const { status, body } = await api.get(`/routing_forms/${one}`)
  expect(status).toBe(200)
  expect(at(body, 'resource')).toMatchObject({
    uri: api.uri(`/routing_forms/${one}`),
    organization: api.organization,
    name: 'Who are you?',
    status: 'published',
    questions: [
      { name: 'Your e-mail?', type: 'email', required: true, answer_choices: null },
      { name: 'How many?', type: 'select', required: false, answer_choices: ['Few', 'Many'] },
    ],
    created_at: NOW,
  })
  expect((await api.get(`/routing_forms/${one}`)).body).toEqual(body)
  expect(at((await api.get(`/routing_forms/${two}`)).body, 'resource.status')).toBe('draft')
  const asked = `/routing_forms?organization=${api.organization}`
  expect(idsIn((await api.get(asked)).body)).toEqual([two, one])
  const first = await api.get(`${asked}&sort=created_at:asc&count=1`)
  expect(idsIn(first.body)).toEqual([one])
  expect(
    idsIn((await api.get(textAt(first.body, 'pagination.next_page').slice(world.url.length))).body),
  ).toEqual([two])
  const other = await givenCalendly(world, await givenHost(world))
  expect(await other.get(asked)).toMatchObject({
    status: 403,
    body: denied('You do not have permission to access this resource.'),
  })
  expect(await other.get(`/routing_forms/${one}`)).toMatchObject({ status: 404, body: notFound })
})

it('submissions are told with their result, and with who booked by them', async () => {
  const form = await givenForm()
  const [few, many] = [await submitted(form, 'Few'), await submitted(form, 'Many')]
  const list = await api.get(`/routing_form_submissions?form=${api.uri(`/routing_forms/${form}`)}`)
  expect(list.status).toBe(200)
  expect(idsIn(list.body)).toEqual([many, few])
  const message = { type: 'custom_message', value: { headline: 'Thank you', body: 'We write.' } }
  expect(at(list.body, 'collection.1')).toMatchObject({
    result: message,
    tracking: { utm_source: 'ad' },
    submitter: null,
  })
  const made = await world.visitor.run(
    BOOK,
    booking(eventType, '2026-03-03T09:00:00Z', { routingSubmissionId: many }),
  )
  const invitee = `/scheduled_events/${textAt(made, 'book.booking.id')}/invitees/${textAt(made, 'book.invitee.id')}`
  const { body } = await api.get(`/routing_form_submissions/${many}`)
  const form200 = at((await api.get(`/routing_forms/${form}`)).body, 'resource.questions.1.uuid')
  expect(at(body, 'resource')).toMatchObject({
    routing_form: api.uri(`/routing_forms/${form}`),
    result: { type: 'event_type', value: api.uri(`/event_types/${eventType}`) },
    submitter: api.uri(invitee),
    submitter_type: 'Invitee',
    questions_and_answers: [
      { answer: 'ann@example.org' },
      { question: 'How many?', answer: 'Many', question_uuid: form200 },
    ],
  })
  expect(at((await api.get(invitee)).body, 'resource.routing_form_submission')).toBe(
    api.uri(`/routing_form_submissions/${many}`),
  )
  const other = await givenCalendly(world, await givenHost(world))
  expect(await other.get(`/routing_form_submissions/${many}`)).toMatchObject({
    status: 404,
    body: notFound,
  })
  expect(
    (await other.get(`/routing_form_submissions?form=${api.uri(`/routing_forms/${form}`)}`)).status,
  ).toBe(404)
})

it('a subscription is told when a form was submitted, as the sample says', async () => {
  const receiver = await givenReceiver()
  const name = 'routing_form_submission.created'
  await api.post('/webhook_subscriptions', {
    url: receiver.url,
    events: [name],
    scope: 'organization',
  })
  const id = await submitted(await givenForm(), 'Many')
  const { json } = await receiver.next()
  const payload = at((await api.get(`/routing_form_submissions/${id}`)).body, 'resource')
  expect(json).toEqual({ created_at: NOW, created_by: api.user, event: name, payload })
  const sample = await api.get(`/sample_webhook_data?event=${name}`)
  expect(objectionsTo('RoutingFormSubmission', at(sample.body, 'payload'))).toEqual([])
  await receiver.close()
})
