// Calendly v2: the form of ids. Calendly's are letters, digits and hyphens, and clients cut them
// out of URIs by that.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { givenReceiver } from '../../helpers/receiver.ts'
import { givenMember, givenTeam, givenTeamEventType, invite } from '../../helpers/teams.ts'
import {
  at,
  BOOK,
  booking,
  type GivenHost,
  givenEventType,
  givenHost,
  givenWorld,
  listAt,
  MONDAY,
  textAt,
  type World,
} from '../../helpers/world.ts'
import { type Calendly, givenCalendly, idAt } from './calendly.ts'

let world: World
let host: GivenHost
let api: Calendly
/** Every answer of the dialect: lists first, then what they name. */
const answers = new Map<string, unknown>()

const FORM =
  'mutation ($input: CreateRoutingFormInput!) { createRoutingForm(input: $input) { form { id } } }'
const SUBMIT =
  'mutation ($input: SubmitRoutingFormInput!) { submitRoutingForm(input: $input) { submissionId } }'

/** URIs of things that are named, and have no route of their own. */
const withoutRoute = /\/(activity_log_entries|event_type_memberships)\//

beforeAll(async () => {
  world = await givenWorld()
  world.clock.set(MONDAY)
  const receiver = await givenReceiver()
  host = await givenHost(world, { name: 'Ann' })
  const other = await givenHost(world)
  api = await givenCalendly(world, host)
  const eventType = await givenEventType(host)
  const team = await givenTeam(host)
  await givenMember(host, team, other)
  await invite(host, team, 'newcomer@example.org')
  await givenMember(other, await givenTeam(other, { name: 'Sales' }), host, 'ADMIN')
  await givenTeamEventType(host, team, 'COLLECTIVE', [host, other])
  for (const event of ['invitee.created', 'contact.created', 'event_type.updated']) {
    await api.post('/webhook_subscriptions', {
      url: `${receiver.url}/${event}`,
      events: [event],
      scope: 'user',
    })
  }
  const formId = textAt(
    await host.run(FORM, {
      input: {
        name: 'Who?',
        isPublished: true,
        questions: [{ key: 'size', label: 'How many?', kind: 'TEXT' }],
        routes: [],
        fallback: { eventTypeId: eventType },
      },
    }),
    'createRoutingForm.form.id',
  )
  const routingSubmissionId = textAt(
    await world.visitor.run(SUBMIT, { input: { formId, answers: { size: 'Few' } } }),
    'submitRoutingForm.submissionId',
  )
  await world.visitor.run(BOOK, booking(eventType, '2026-03-03T09:00:00Z', { routingSubmissionId }))
  const made = await api.post('/invitees', {
    event_type: api.uri(`/event_types/${eventType}`),
    start_time: '2026-03-03T10:00:00Z',
    invitee: { name: 'Ada', email: 'ada@example.org', timezone: 'UTC' },
  })
  await api.post('/shares', { event_type: api.uri(`/event_types/${eventType}`) })
  for (let each = 0; each < 3; each++) {
    const { path, json } = await receiver.next()
    answers.set(`webhook ${path}`, json)
  }
  world.clock.set('2026-03-03T10:05:00Z')
  await api.post('/invitee_no_shows', { invitee: textAt(made.body, 'resource.uri') })

  const range = 'start_time=2026-03-03T11:00:00Z&end_time=2026-03-05T00:00:00Z'
  const paths = [
    ...listsIn((await api.get('/calendly/openapi.json')).body),
    `/event_type_available_times?event_type=${api.uri(`/event_types/${eventType}`)}&${range}`,
    `/user_busy_times?${range}`,
    '/webhook_subscriptions?scope=user',
    `/event_type_memberships?event_type=${api.uri(`/event_types/${eventType}`)}`,
    `/event_type_availability_schedules?event_type=${api.uri(`/event_types/${eventType}`)}`,
    `/routing_form_submissions?form=${api.uri(`/routing_forms/${formId}`)}`,
    ...[
      'invitee.canceled',
      'contact.deleted',
      'event_type.created',
      'routing_form_submission.created',
    ].map(event => `/sample_webhook_data?event=${event}`),
  ]
  const queue = [...paths, ...[...answers.values()].flatMap(body => urisIn(body)).flatMap(pathsOf)]
  for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
    if (answers.has(path)) continue
    const { status, body } = await api.get(path)
    expect([path, status]).toEqual([path, 200])
    answers.set(path, body)
    if (path.startsWith('/sample_webhook_data')) continue
    queue.push(...urisIn(body).flatMap(pathsOf))
  }
  await receiver.close()
})
afterAll(() => world.end())

/** The routes of the document that list things without being told more. */
function listsIn(document: unknown): string[] {
  const needy = /\{|available_times|busy_times|event_type_|routing_form_submissions|sample_webhook/
  return Object.keys(Object(at(document, 'paths'))).flatMap(path => {
    const isGet = Object.hasOwn(Object(at(document, 'paths'))[path], 'get')
    return isGet && !needy.test(path) ? [path] : []
  })
}

/** The URIs of things in an answer; links to pages for people are none. */
function urisIn(value: unknown, key = ''): string[] {
  if (typeof value === 'string') {
    const isPage = /_(url|page)$/.test(key) || !value.startsWith(`${world.url}/`)
    return isPage ? [] : [value]
  }
  if (typeof value !== 'object' || value === null) return []
  // The facts of the log are those of the graph.
  return Object.entries(value).flatMap(([name, inner]) =>
    name === 'details' ? [] : urisIn(inner, Number.isNaN(Number(name)) ? name : key),
  )
}

/** What a URI can be asked for, and the list of what is below it. */
function pathsOf(uri: string): string[] {
  const path = uri.slice(world.url.length)
  if (withoutRoute.test(path)) return []
  if (/^\/scheduled_events\/[^/]+$/.test(path)) return [path, `${path}/invitees`]
  return /^\/organizations\/[^/]+$/.test(path) ? [path, `${path}/invitations`] : [path]
}

describe('a URI', () => {
  it('ends in letters, digits and hyphens, in every answer and webhook', () => {
    const all = [...answers.values()].flatMap(body => urisIn(body))
    expect(all.length).toBeGreaterThan(100)
    expect(all.filter(uri => !/\/[A-Za-z0-9-]+$/.test(uri))).toEqual([])
    const places = new Set(all.map(uri => uri.slice(world.url.length).split('/')[1]))
    expect([...places].toSorted()).toEqual([
      'activity_log_entries',
      'contacts',
      'event_type_memberships',
      'event_types',
      'group_relationships',
      'groups',
      'invitee_no_shows',
      'organization_memberships',
      'organizations',
      'routing_form_submissions',
      'routing_forms',
      'scheduled_events',
      'teams',
      'user_availability_schedules',
      'users',
      'webhook_subscriptions',
    ])
  })

  it('has ids of letters, digits and hyphens beside it', () => {
    const ids = [...answers.values()].flatMap(body => [
      ...JSON.stringify(body).matchAll(/"\w*uuid":"([^"]*)"/g),
    ])
    expect(ids.length).toBeGreaterThan(0)
    expect(ids.filter(([, id = '']) => !/^[A-Za-z0-9-]+$/.test(id))).toEqual([])
  })

  it('in its earlier form, with an underscore, is still read: in a path, a query and a body', async () => {
    const [event] = listAt(answers.get('/scheduled_events'), 'collection')
    const uri = textAt(event, 'uri')
    const old = `/scheduled_events/${idAt(uri)}`
    expect(old).toMatch(/\/bk_\w{22}$/)
    expect(await api.get(old)).toMatchObject({ status: 200, body: { resource: { uri } } })
    const user = `https://api.calendly.com/users/${host.id}`
    expect((await api.get(`/scheduled_events?user=${user}`)).status).toBe(200)
    expect(await api.post('/event_types', { name: 'Old', owner: user })).toMatchObject({
      status: 201,
    })
    for (const place of ['organization_memberships/mem', 'organizations/org']) {
      expect((await api.get(`/${place}${host.id.replace('usr', '')}`)).status).toBe(200)
    }
  })
})
