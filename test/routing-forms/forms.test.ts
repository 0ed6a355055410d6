// Routing forms: questions to visitors, whose answers decide where they are sent.

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  at,
  BOOK,
  booking,
  clientOf,
  type GivenHost,
  givenEventType,
  givenHost,
  givenWorld,
  MONDAY,
  plenty,
  textAt,
  type World,
} from '../helpers/world.ts'

let world: World
let host: GivenHost
let eventType: string

const CREATE =
  'mutation ($input: CreateRoutingFormInput!) { createRoutingForm(input: $input) { form { id isPublished } } }'
const UPDATE =
  'mutation ($input: UpdateRoutingFormInput!) { updateRoutingForm(input: $input) { form { id name } } }'
const SUBMIT = `mutation ($input: SubmitRoutingFormInput!) {
  submitRoutingForm(input: $input) { submissionId result { kind eventTypeId url headline body } }
}`
const result = (given: Record<string, unknown>) => ({
  eventTypeId: null,
  url: null,
  headline: null,
  body: null,
  ...given,
})

beforeAll(async () => {
  world = await givenWorld()
})
afterAll(() => world.end())
beforeEach(async () => {
  world.clock.set(MONDAY)
  host = await givenHost(world)
  eventType = await givenEventType(host)
})

const wanted = (more: Record<string, unknown> = {}) => ({
  name: 'Who are you?',
  isPublished: true,
  questions: [
    {
      key: 'size',
      label: 'How many are you?',
      kind: 'SELECT',
      options: ['Few', 'Many'],
      required: true,
    },
    { key: 'topics', label: 'What about?', kind: 'CHECKBOXES', options: ['Price', 'Help'] },
  ],
  routes: [
    { questionKey: 'size', answer: 'many', result: { eventTypeId: eventType } },
    { questionKey: 'topics', answer: 'Help', result: { url: 'https://help.example' } },
  ],
  fallback: { headline: 'Thank you', body: 'We write to you.' },
  ...more,
})

const given = async (more: Record<string, unknown> = {}) =>
  textAt(await host.run(CREATE, { input: wanted(more) }), 'createRoutingForm.form.id')

const submit = async (formId: string, answers: unknown) =>
  at(await world.visitor.run(SUBMIT, { input: { formId, answers } }), 'submitRoutingForm')

describe('a routing form', () => {
  it('leads by the first route that fits, else by the fallback', async () => {
    const form = await given()
    const leads = async (answers: unknown) => at(await submit(form, answers), 'result')
    expect(await leads({ size: 'Many', topics: ['Help'] })).toEqual(
      result({ kind: 'EVENT_TYPE', eventTypeId: eventType }),
    )
    expect(await leads({ size: 'Few', topics: ['Price', 'Help'] })).toEqual(
      result({ kind: 'URL', url: 'https://help.example' }),
    )
    expect(await leads({ size: 'Few' })).toEqual(
      result({ kind: 'MESSAGE', headline: 'Thank you', body: 'We write to you.' }),
    )
  })

  it('is seen and submitted by visitors while it is published, without its routes', async () => {
    const form = await given({ isPublished: undefined })
    const look = 'query ($id: ID!) { publicRoutingForm(formId: $id) { name questions { key } } }'
    expect(await world.visitor.run(look, { id: form })).toEqual({ publicRoutingForm: null })
    expect(
      await world.visitor.codeOf(SUBMIT, { input: { formId: form, answers: { size: 'Few' } } }),
    ).toBe('NOT_FOUND')
    await host.run(UPDATE, { input: { id: form, isPublished: true } })
    expect(await world.visitor.run(look, { id: form })).toEqual({
      publicRoutingForm: { name: 'Who are you?', questions: [{ key: 'size' }, { key: 'topics' }] },
    })
    await submit(form, { size: 'Few' })
  })

  it('names what is wrong with it, and with answers', async () => {
    const paths = async (input: Record<string, unknown>) =>
      (await host.refused(CREATE, { input: wanted(input) }))[0]?.extensions?.fields?.map(
        ({ path }) => path,
      )
    const route = { questionKey: 'nothing', answer: 'x', result: { url: 'https://a.example' } }
    expect(await paths({ routes: [route] })).toEqual(['input.routes.0.questionKey'])
    expect(await paths({ fallback: { url: 'https://a.example', headline: 'Both' } })).toEqual([
      'input.fallback',
    ])
    expect(await paths({ fallback: {} })).toEqual(['input.fallback'])
    const theirs = await givenEventType(await givenHost(world))
    expect(
      await host.codeOf(CREATE, { input: wanted({ fallback: { eventTypeId: theirs } }) }),
    ).toBe('NOT_FOUND')
    const form = await given()
    const [refused] = await world.visitor.refused(SUBMIT, {
      input: { formId: form, answers: { topics: ['Other'] } },
    })
    expect(refused?.extensions?.fields?.map(({ path }) => path)).toEqual([
      'input.answers.size',
      'input.answers.topics.0',
    ])
  })

  it('changes without changing what was submitted', async () => {
    const form = await given()
    const id = textAt(
      await submit(form, { size: 'Few', topics: ['Price', 'Help'] }),
      'submissionId',
    )
    const questions = [{ key: 'age', label: 'How old?', kind: 'NUMBER' }]
    const [refused] = await host.refused(UPDATE, { input: { id: form, questions } })
    expect(refused?.extensions?.fields?.[0]?.path).toBe('input.routes.0.questionKey')
    await host.run(UPDATE, { input: { id: form, questions, routes: [] } })
    const seen = await host.run(
      'query ($id: ID!) { routingSubmission(id: $id) { answers { question answer } } }',
      {
        id,
      },
    )
    expect(at(seen, 'routingSubmission.answers')).toEqual([
      { question: 'How many are you?', answer: 'Few' },
      { question: 'What about?', answer: 'Price\nHelp' },
    ])
  })
})

describe('what was submitted', () => {
  it('knows who booked by it, once', async () => {
    const submission = textAt(await submit(await given(), { size: 'Many' }), 'submissionId')
    const book = async (start: string) =>
      textAt(
        await world.visitor.run(
          BOOK,
          booking(eventType, start, { routingSubmissionId: submission }),
        ),
        'book.invitee.id',
      )
    const first = await book('2026-03-03T09:00:00Z')
    await book('2026-03-03T10:00:00Z')
    const seen = await host.run('query ($id: ID!) { routingSubmission(id: $id) { inviteeId } }', {
      id: submission,
    })
    expect(seen).toEqual({ routingSubmission: { inviteeId: first } })
  })

  it('is an event of the log, for who may read routing forms', async () => {
    const submission = textAt(await submit(await given(), { size: 'Many' }), 'submissionId')
    const PAST = '{ pastEvents { edges { node { kind data } } } }'
    const seen = await host.run(PAST)
    expect(at(seen, 'pastEvents.edges.0.node')).toMatchObject({
      kind: 'ROUTING_FORM_SUBMITTED',
      data: { form: { name: 'Who are you?' }, submission: { id: submission } },
    })
    const made = await host.run(
      'mutation { createApiKey(input: { label: "Reader", scopes: ["bookings:read"] }) { secret } }',
    )
    const reader = clientOf(world.url, { 'x-api-key': textAt(made, 'createApiKey.secret') })
    expect(await reader.run(PAST)).toEqual({ pastEvents: { edges: [] } })
    expect(
      await reader.codeOf('{ pastEvents(types: [ROUTING_FORM_SUBMITTED]) { totalCount } }'),
    ).toBe('INSUFFICIENT_SCOPE')
  })

  it('is limited for each address', async () => {
    const strict = await givenWorld({ config: { limits: plenty({ formSubmissions: 1 }) } })
    const answers = { input: { formId: 'rf_0', answers: {} } }
    expect(await strict.visitor.codeOf(SUBMIT, answers)).toBe('NOT_FOUND')
    expect(await strict.visitor.codeOf(SUBMIT, answers)).toBe('RATE_LIMITED')
    await strict.end()
  })
})
