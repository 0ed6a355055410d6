// Things are known by their URIs: its contract, "Identity". They are built from the address of this
// gateway; one that is taken is read by the end of its path, whatever stands before, so that
// clients may go on sending those of Calendly itself.

import { z } from 'zod'

const nouns = {
  users: 'a user',
  organizations: 'an organization',
  groups: 'a group',
  event_types: 'an event type',
  scheduled_events: 'an event',
  invitees: 'an invitee',
  user_availability_schedules: 'a schedule',
  routing_forms: 'a routing form',
  contacts: 'a contact',
  organization_memberships: 'a membership',
} as const

type Collection = keyof typeof nouns

/** Places of things that are only told of, or named in a path. */
type Place =
  | Exclude<Collection, 'invitees'>
  | 'activity_log_entries'
  | 'teams'
  | 'group_relationships'
  | 'event_type_memberships'
  | 'invitee_no_shows'
  | 'routing_form_submissions'
  | 'webhook_subscriptions'

/**
 * An id as this dialect writes it: `bk-3J9…` for `bk_3J9…`. Calendly's ids are letters, digits and
 * hyphens, and many clients cut them out of URIs by that.
 */
export const publicId = (id: string): string => id.replaceAll('_', '-')

/**
 * The id that is meant by one that this dialect wrote. Earlier versions wrote ids with their
 * underscore.
 */
export const idOf = (text: string): string => text.replace(/^([a-z]+)-(?=[0-9A-Za-z]+$)/, '$1_')

export const uriOf = (publicUrl: string, place: Place, id: string): string =>
  `${publicUrl}/${place}/${publicId(id)}`

export const inviteeUri = (publicUrl: string, eventId: string, inviteeId: string): string =>
  `${uriOf(publicUrl, 'scheduled_events', eventId)}/invitees/${publicId(inviteeId)}`

// The guide has invitees at `/scheduled_event_invitees/…`, and examples of the documents schedules
// in the singular.
const ends: Partial<Record<Collection, string[]>> = {
  invitees: ['invitees', 'scheduled_event_invitees'],
  user_availability_schedules: ['user_availability_schedules', 'user_availability_schedule'],
}

/** The last segment of a URI, behind one of the names; undefined when it is none of theirs. */
function idAtEnd(uri: string, names: string[]): string | undefined {
  const segments = uri.split('/')
  if (segments.at(-1) === '') segments.pop()
  const id = segments.at(-1) ?? ''
  const name = segments.at(-2) ?? ''
  return segments.length > 2 && names.includes(name) && /^[\w-]+$/.test(id) ? idOf(id) : undefined
}

/** The beginning of what is said of a text that is no URI of the kind. */
export const NO_URI = 'must be the URI of'

/** A URI, which comes out as the id in it. */
export const reference = (collection: Collection) =>
  z
    .string()
    .transform((uri, refine) => {
      const id = idAtEnd(uri, ends[collection] ?? [collection])
      if (id === undefined)
        refine.addIssue({ code: 'custom', message: `${NO_URI} ${nouns[collection]}` })
      return id ?? z.NEVER
    })
    .meta({ format: 'uri', description: `URI of ${nouns[collection]}.` })

/** The last segment of a URI, which comes out as the id in it. */
export const segment = (what: string) =>
  z
    .string()
    .transform(idOf)
    .meta({ description: `Last segment of the URI of ${what}.` })

/** The parameter of routes that name one thing. */
export const uuid = (what: string) => z.object({ uuid: segment(what) })

export const Uri = z.string().meta({ format: 'uri' })
