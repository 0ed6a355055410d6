// A delivery to try a receiver with: invented facts, told by what tells the real ones.

import { z } from 'zod'
import { DEFAULT_COLOR } from '../../../src/bounds.ts'
import { graphql, type ResultOf } from '../../../src/graph/typed.ts'
import { DAY_MS, MINUTE_MS } from '../../../src/time.ts'
import { found, route } from '../../dialect.ts'
import type { EventTypeParts } from '../event-types/event-type.ts'
import { envelope, type InviteeEvent, inviteeNames, payload, type Seat } from '../events/payload.ts'
import { contact, type ShownContact } from '../organization/contact.ts'
import { owner } from '../organization/self.ts'
import { type ShownSubmission, submission } from '../routing-forms/routing-form.ts'
import { Time, time } from '../time.ts'
import { publicId, reference, Uri, uriOf } from '../uris.ts'
import { eventTypePayload, type ThingEvent, thingNames } from './other-payloads.ts'
import { scopes, subjectOf } from './subscriptions.ts'

const LENGTH_MS = 30 * MINUTE_MS

// The hooks are asked for since they take the scope that this takes.
const Asked = graphql(`
  query CalendlySample { viewer { id name email locale bookingPage { url } } hooks(first: 1) { totalCount } }
`)

type Host = NonNullable<ResultOf<typeof Asked>['viewer']>

const id = (prefix: string) => `${prefix}_SAMPLE0000000000000000`

const question = { key: 'topic', label: 'What would you like to talk about?' }

/** Somebody who books the host for tomorrow. */
function seat(name: InviteeEvent, host: Host, now: Date): Seat {
  const at = now.toISOString()
  const start = new Date(now.getTime() + DAY_MS)
  const isOver = name === 'invitee.canceled'
  const cancellation = isOver
    ? { at, by: 'INVITEE' as const, name: 'Ada Sample', reason: 'Something came up' }
    : null
  return {
    id: id('inv'),
    status: isOver ? 'CANCELLED' : 'ACTIVE',
    name: 'Ada Sample',
    email: 'ada@example.com',
    timeZone: 'Europe/London',
    phone: null,
    answers: { topic: 'A sample' },
    tracking: {},
    linkToken: null,
    cancelledAt: isOver ? at : null,
    noShowAt: null,
    routingSubmissionId: null,
    createdAt: at,
    updatedAt: at,
    rescheduledFrom:
      name === 'invitee.rescheduled' ? { id: id('inv'), booking: { id: id('bk') } } : null,
    rescheduledTo: null,
    booking: {
      id: id('bk'),
      status: isOver ? 'CANCELLED' : 'CONFIRMED',
      start: start.toISOString(),
      end: new Date(start.getTime() + LENGTH_MS).toISOString(),
      createdAt: at,
      updatedAt: at,
      metadata: {},
      eventType: {
        id: id('et'),
        name: '30 Minute Meeting',
        seats: 1,
        bufferBeforeMinutes: 0,
        bufferAfterMinutes: 0,
        questions: [question],
      },
      hosts: [host],
      location: null,
      cancellation,
      invitees: [
        { status: isOver ? 'CANCELLED' : 'ACTIVE', guests: [], tracking: {}, createdAt: at },
      ],
    },
  }
}

function shownEventType(name: ThingEvent, host: Host, now: Date): ResultOf<typeof EventTypeParts> {
  const at = now.toISOString()
  return {
    id: id('et'),
    name: '30 Minute Meeting',
    slug: '30-minute-meeting',
    description: null,
    color: DEFAULT_COLOR,
    position: 0,
    isActive: true,
    isSecret: false,
    isOneOff: false,
    durationMinutes: 30,
    durationOptions: [30],
    seats: 1,
    schedulingUrl: host.bookingPage && `${host.bookingPage.url}/30-minute-meeting`,
    createdAt: at,
    updatedAt: at,
    archivedAt: name === 'event_type.deleted' ? at : null,
    host,
    team: null,
    scheduling: null,
    questions: [
      {
        ...question,
        kind: 'LONG_TEXT',
        required: false,
        options: [],
        allowOther: false,
        isHidden: false,
      },
    ],
    locations: [],
  }
}

function sample(
  name: InviteeEvent | ThingEvent,
  host: Host,
  now: Date,
  publicUrl: string,
): unknown {
  switch (name) {
    case 'routing_form_submission.created':
      return submission(submitted(now), publicUrl)
    case 'event_type.created':
    case 'event_type.updated':
    case 'event_type.deleted':
      return eventTypePayload(shownEventType(name, host, now), publicUrl)
    case 'contact.created':
    case 'contact.updated':
      return { user_uuid: publicId(host.id), contact: contact(shownContact(now), publicUrl) }
    case 'contact.deleted': {
      const tombstone = {
        uri: uriOf(publicUrl, 'contacts', id('ct')),
        deleted_at: time(now.toISOString()),
      }
      return { user_uuid: publicId(host.id), contact: tombstone }
    }
    default: {
      const booked = seat(name, host, now)
      const happened = { name, occurredAt: now.toISOString(), status: booked.booking.status }
      return payload(booked, happened, { publicUrl })
    }
  }
}

const shownContact = (now: Date): ShownContact => ({
  id: id('ct'),
  email: 'ada@example.com',
  name: 'Ada Sample',
  phone: null,
  timeZone: 'Europe/London',
  createdAt: now.toISOString(),
  updatedAt: now.toISOString(),
})

/** What somebody answered whom a routing form sent to that event type. */
const submitted = (now: Date): ShownSubmission => ({
  id: id('rfs'),
  formId: id('rf'),
  answers: [{ key: 'topic', question: question.label, answer: 'A sample' }],
  tracking: {},
  result: { kind: 'EVENT_TYPE', eventTypeId: id('et'), url: null, headline: null, body: null },
  inviteeId: null,
  bookingId: null,
  createdAt: now.toISOString(),
  updatedAt: now.toISOString(),
})

const get = route({
  method: 'GET',
  path: '/sample_webhook_data',
  name: 'getSampleWebhookData',
  summary: 'What a receiver would be told of an event, with invented facts.',
  group: 'Webhooks',
  scope: 'webhooks:manage',
  request: {
    query: z.object({
      event: z.enum([...inviteeNames, ...thingNames]),
      ...owner,
      group: reference('groups').optional(),
      scope: z.enum(scopes).optional(),
    }),
  },
  response: z.object({
    created_at: Time,
    created_by: Uri.nullable(),
    event: z.string(),
    payload: z.unknown(),
  }),
  document: Asked,
  async variables({ query }, execute) {
    await subjectOf(execute, query)
    return {}
  },
  reply({ viewer }, { query, arrival: { now, publicUrl } }) {
    const host = found(viewer, 'user')
    const told = sample(query.event, host, now, publicUrl)
    return envelope(query.event, now.toISOString(), uriOf(publicUrl, 'users', host.id), told)
  },
})

export const sampleData = [get]
