// Event types, in the shape of 2024-06-14 and later: its contract, 5.1.

import { z } from 'zod'
import { type ExecuteDocument, graphql } from '../../../src/graph/typed.ts'
import { route } from '../../dialect.ts'
import { enveloped, success } from '../envelope.ts'
import { exception, saying } from '../errors.ts'
import { id, number } from '../values.ts'
import { eventTypeVersions } from '../versions.ts'
import { CreateEventType, EventTypeParts, type EventTypeShown } from './documents.ts'
import { EventType, eventType } from './event-type.ts'
import { EventTypeChanges, NewEventType } from './form.ts'
import {
  isLimited,
  isRecurring,
  newSettingsIn,
  requireOneAtATime,
  settingsIn,
  settingsNames,
} from './input.ts'
import { listEventTypes } from './list.ts'

const group = 'Event types'
const read = 'event_types:read'
const write = 'event_types:write'
const versions = eventTypeVersions.new

/** Words for a slug that is taken, and for a schedule of somebody else. */
export const saidOfSettings = {
  CONFLICT: [400, 'User already has an event type with this slug.'],
  NOT_FOUND: [404],
} as const

const create = saying(
  saidOfSettings,
  route({
    method: 'POST',
    path: '/event-types',
    versions,
    name: 'createEventType',
    summary: 'Makes an event type.',
    group,
    scope: write,
    status: 201,
    request: { body: NewEventType },
    response: enveloped(EventType),
    document: CreateEventType,
    variables: ({ body }) => ({
      input: { ...newSettingsIn(body), name: body.title, durationMinutes: body.lengthInMinutes },
    }),
    reply: ({ createEventType }, { arrival }) =>
      success(eventType(createEventType.eventType, arrival.publicUrl)),
    names: settingsNames,
  }),
)

export const GetEventType = graphql(
  `query CalcomGetEventType($id: ID!) {
    eventType(id: $id) { ...CalcomEventType }
    publicEventType(ref: { id: $id }) { databaseId }
  }`,
  [EventTypeParts],
)

/**
 * An event type that the caller sees from within.
 * @throws CallError 404 for one that is not there, or hidden; 403 for that of somebody else.
 */
export function ownEventType(
  { eventType, publicEventType }: { eventType: EventTypeShown | null; publicEventType: unknown },
  id: string,
): EventTypeShown {
  if (eventType !== null && eventType.archivedAt === null) return eventType
  if (publicEventType !== null) throw exception(403, `User does not own event type with ID=${id}`)
  throw exception(404, `Event type with id ${id} not found`)
}

const params = z.object({ eventTypeId: number('event type') })

const get = route({
  method: 'GET',
  path: '/event-types/:eventTypeId',
  versions,
  name: 'getEventType',
  summary: 'One event type of the account or of its teams.',
  group,
  scope: read,
  request: { params },
  response: enveloped(EventType),
  document: GetEventType,
  variables: ({ params }) => ({ id: params.eventTypeId }),
  reply: (data, { params, arrival }) =>
    success(eventType(ownEventType(data, params.eventTypeId), arrival.publicUrl)),
})

export const UpdateEventType = graphql(
  `mutation CalcomUpdateEventType($input: UpdateEventTypeInput!) {
    updateEventType(input: $input) { eventType { ...CalcomEventType } }
  }`,
  [EventTypeParts],
)

const update = saying(
  saidOfSettings,
  route({
    method: 'PATCH',
    path: '/event-types/:eventTypeId',
    versions,
    name: 'updateEventType',
    summary: 'Changes what is named of an event type.',
    group,
    scope: write,
    request: { params, body: EventTypeChanges },
    response: enveloped(EventType),
    document: UpdateEventType,
    async variables({ params: { eventTypeId }, body }, execute) {
      const before = ownEventType(await execute(GetEventType, { id: eventTypeId }), eventTypeId)
      requireOneAtATime(
        body.recurrence === undefined ? before.recurrence !== null : isRecurring(body),
        body.bookerActiveBookingsLimit === undefined
          ? before.maxActivePerInvitee !== null
          : isLimited(body),
      )
      const settings = settingsIn(body, before.display)
      return {
        input: {
          id: eventTypeId,
          ...settings,
          name: body.title,
          durationMinutes: body.lengthInMinutes,
        },
      }
    },
    reply: ({ updateEventType }, { arrival }) =>
      success(eventType(updateEventType.eventType, arrival.publicUrl)),
    names: settingsNames,
  }),
)

export const ArchiveEventType = graphql(
  `mutation CalcomDeleteEventType($id: ID!) {
    archiveEventType(input: { id: $id }) { eventType { databaseId durationMinutes slug name } }
  }`,
)

/** @throws CallError unless the caller sees the event type from within. */
export async function requireEventType(
  execute: ExecuteDocument,
  id: string,
): Promise<{ id: string }> {
  ownEventType(await execute(GetEventType, { id }), id)
  return { id }
}

/** What the routes of both versions that delete one have in common. */
export const deletion = {
  method: 'DELETE',
  path: '/event-types/:eventTypeId',
  summary: 'Takes an event type out of use for good; its bookings stay.',
  group,
  scope: write,
  request: { params },
  document: ArchiveEventType,
  variables: ({ params }: { params: { eventTypeId: string } }, execute: ExecuteDocument) =>
    requireEventType(execute, params.eventTypeId),
} as const

const remove = route({
  ...deletion,
  versions,
  name: 'deleteEventType',
  response: enveloped(
    z.object({ id, lengthInMinutes: z.int(), slug: z.string(), title: z.string() }),
  ),
  reply: ({ archiveEventType: { eventType } }) =>
    success({
      id: eventType.databaseId,
      lengthInMinutes: eventType.durationMinutes,
      slug: eventType.slug,
      title: eventType.name,
    }),
})

export const eventTypes = [listEventTypes, create, get, update, remove]
