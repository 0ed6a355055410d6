// What is told of things other than invitees: one message for each event.

import { z } from 'zod'
import { type ExecuteDocument, graphql, type ResultOf } from '../../../src/graph/typed.ts'
import { found } from '../../dialect.ts'
import { eventType } from '../event-types/event-type.ts'
import { GetEventType } from '../event-types/event-types.ts'
import { ContactParts, contact } from '../organization/contact.ts'
import { type ShownSubmission, submission } from '../routing-forms/routing-form.ts'
import { GetSubmission } from '../routing-forms/routing-forms.ts'
import { time } from '../time.ts'
import { publicId, uriOf } from '../uris.ts'

export const ThingParts = graphql(
  `fragment CalendlyThing on BookingEvent {
    kind occurredAt data
    contactSnapshot { id: contactId email name phone timeZone firstBookingAt }
    contact { ...CalendlyContact }
  }`,
  [ContactParts],
)

type Logged = ResultOf<typeof ThingParts>

const byKind = {
  ROUTING_FORM_SUBMITTED: 'routing_form_submission.created',
  EVENT_TYPE_CREATED: 'event_type.created',
  EVENT_TYPE_UPDATED: 'event_type.updated',
  EVENT_TYPE_ARCHIVED: 'event_type.deleted',
  CONTACT_CREATED: 'contact.created',
  CONTACT_UPDATED: 'contact.updated',
  CONTACT_DELETED: 'contact.deleted',
} as const

type ThingKind = keyof typeof byKind

/** A message about a thing. */
export type ThingEvent = (typeof byKind)[ThingKind]

const isThingKind = (kind: string): kind is ThingKind => Object.hasOwn(byKind, kind)

export const thingKinds: readonly ThingKind[] = Object.keys(byKind).filter(isThingKind)

export const thingNames: readonly ThingEvent[] = thingKinds.map(kind => byKind[kind])

/** The message of an event; undefined for one that is not told so. */
export const thingNameOf = (kind: string): ThingEvent | undefined =>
  isThingKind(kind) ? byKind[kind] : undefined

const Named = z.object({ id: z.string() })

/**
 * What is told of a thing. Contacts and submissions as they were then; event types as they are when
 * it is told, since the log keeps only their names.
 */
export async function thingPayload(
  execute: ExecuteDocument,
  logged: Logged,
  owner: string,
  publicUrl: string,
): Promise<unknown> {
  switch (thingNameOf(logged.kind)) {
    case 'routing_form_submission.created': {
      const shown = await submittedIn(execute, logged)
      return shown === null ? undefined : submission(shown, publicUrl)
    }
    case 'event_type.created':
    case 'event_type.updated':
    case 'event_type.deleted':
      return eventTypeTold(execute, logged, publicUrl)
    case 'contact.created':
    case 'contact.updated':
      return contactTold(logged, owner, publicUrl)
    case 'contact.deleted': {
      const { id } = found(logged.contactSnapshot, 'contact')
      const tombstone = {
        uri: uriOf(publicUrl, 'contacts', id),
        deleted_at: time(logged.occurredAt),
      }
      return { user_uuid: publicId(owner), contact: tombstone }
    }
    default:
      return undefined
  }
}

/** What is told of an event type: all but its description as HTML. */
export function eventTypePayload(shown: Parameters<typeof eventType>[0], publicUrl: string) {
  const { description_html: _, ...told } = eventType(shown, publicUrl)
  return told
}

async function eventTypeTold(
  execute: ExecuteDocument,
  { kind, occurredAt, data }: Logged,
  publicUrl: string,
): Promise<unknown> {
  const { eventType: shown } = await execute(GetEventType, { id: Named.parse(data).id })
  if (shown === null) return undefined
  const archivedAt = kind === 'EVENT_TYPE_ARCHIVED' ? occurredAt : null
  return eventTypePayload({ ...shown, archivedAt, updatedAt: occurredAt }, publicUrl)
}

function contactTold(
  { contactSnapshot, contact: known, occurredAt }: Logged,
  owner: string,
  publicUrl: string,
) {
  const { firstBookingAt, ...shown } = found(contactSnapshot, 'contact')
  const createdAt = known?.createdAt ?? firstBookingAt
  return {
    user_uuid: publicId(owner),
    contact: contact({ ...shown, createdAt, updatedAt: occurredAt }, publicUrl),
  }
}

const Submitted = z.object({ submission: Named })

/** What was submitted, as it was then: nobody had booked by it yet. */
async function submittedIn(
  execute: ExecuteDocument,
  { data }: Logged,
): Promise<ShownSubmission | null> {
  const { routingSubmission } = await execute(GetSubmission, {
    id: Submitted.parse(data).submission.id,
  })
  return (
    routingSubmission && {
      ...routingSubmission,
      inviteeId: null,
      bookingId: null,
      updatedAt: routingSubmission.createdAt,
    }
  )
}
