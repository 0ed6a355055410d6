import { newUid } from '../ids.ts'
import { slug, slugOf } from '../validation.ts'

// First segments that the gateway's own paths use, or may use: no booking page may stand there.
const reserved = new Set(
  `about account admin ai api api-docs app apps assets auth availability book booking bookings calcom calendar calendarpa
  calendly calendo cancel cancellations connect contacts d dashboard deliveries docs event-types event_types examples
  favicon graphql graphiql groups healthz help hooks invitees login logout me metrics o2 oauth oauth2 openapi
  organization_memberships organizations pricing public readyz reference register reschedule reschedulings robots
  routing_form_submissions routing_forms scheduled_events scheduling_links settings shares signup slots static status
  support teams u user_availability_schedules user_busy_times users v1 v2 webhook webhook_subscriptions webhooks
  well-known www activity_log_entries data_compliance event_type_available_times event_type_availability_schedules
  event_type_memberships group_relationships invitee_no_shows meeting_recaps outgoing_communications locations
  scheduled_event_invitees meeting_limits user_meeting_limits one_off_event_types team-links sample_webhook_data`.split(
    /\s+/,
  ),
)

/** Whether the slug is kept for paths of the gateway. */
export const isReserved = (slug: string): boolean => reserved.has(slug)

/** A slug that a booking page can have. */
export const pageSlug = slug.refine(value => !isReserved(value), 'is reserved')

/**
 * Page slugs of a name, ever less likely to be taken; `fallback` for a name without Latin letters.
 */
export function pageSlugsFor(name: string, fallback: string): string[] {
  const base = slugOf(name, fallback)
  const last = newUid('User').toLowerCase().replace('_', '-')
  return [base, `${base}-${suffix()}`, `${base}-${suffix()}${suffix()}`, last].filter(
    each => !isReserved(each),
  )
}

const suffix = () => Math.floor(1000 + Math.random() * 9000)
