import type { Dialect } from '../dialect.ts'
import { common } from './common.ts'
import { withoutCause } from './empty-lists.ts'
import { errorSchema, errorStatuses, refusal } from './errors.ts'
import { availability } from './event-types/availability.ts'
import { eventTypeMemberships } from './event-types/event-type-memberships.ts'
import { eventTypeSchedules } from './event-types/event-type-schedules.ts'
import { eventTypes } from './event-types/event-types.ts'
import { meetingLimits } from './event-types/meeting-limits.ts'
import { oneOffEventTypes } from './event-types/one-off-event-types.ts'
import { schedules } from './event-types/schedules.ts'
import { schedulingLinks } from './event-types/scheduling-links.ts'
import { shares } from './event-types/shares.ts'
import { booking } from './events/book.ts'
import { events } from './events/events.ts'
import { invitees } from './events/invitees.ts'
import { noShows } from './events/no-shows.ts'
import { activityLog } from './organization/activity-log.ts'
import { contacts } from './organization/contacts.ts'
import { dataCompliance } from './organization/data-compliance.ts'
import { groups } from './organization/groups.ts'
import { invitations } from './organization/invitations.ts'
import { memberships } from './organization/memberships.ts'
import { organizations } from './organization/organizations.ts'
import { teams } from './organization/teams.ts'
import { users } from './organization/users.ts'
import { routingForms } from './routing-forms/routing-forms.ts'
import { sampleData } from './webhooks/sample.ts'
import { subscriptions } from './webhooks/subscriptions.ts'

const scopes = {
  'bookings:read': 'Read events and invitees',
  'bookings:write': 'Book, cancel and mark invitees as absent',
  'event_types:read': 'Read event types and available times',
  'event_types:write': 'Create and change event types',
  'availability:read': 'Read schedules and busy times',
  'contacts:read': 'Read contacts',
  'contacts:write': 'Create, change and delete contacts',
  'routing_forms:read': 'Read routing forms and what was submitted',
  'teams:read': 'Read the organization, its members and its groups',
  'teams:write': 'Invite to the organization, and remove members',
  'activity:read': 'Read the activity log',
  'data:erase': 'Erase data of invitees, and past events',
  'webhooks:manage': 'Subscribe and unsubscribe webhooks',
}

export const calendly: Dialect = {
  title: 'Calendly',
  version: 'v2',
  description: [
    'Send an access token, or an API key as a personal access token, with every request: Authorization: Bearer ….',
    'Things are known by their URIs; those of api.calendly.com are read too, by the end of their path. Times are UTC, with six digits after the second. Lists answer 20 rows unless count says 1 to 100; next_page and previous_page work as they are.',
    '500 requests a minute for each user. X-RateLimit-Limit, X-RateLimit-Remaining and X-RateLimit-Reset (seconds left) stand on every answer, Retry-After on 429.',
  ].join('\n\n'),
  bases: ['/calendly', '/'],
  presented: header => ({ authorization: header('authorization') }),
  security: {
    token: {
      type: 'oauth2',
      flows: {
        authorizationCode: {
          authorizationUrl: '/oauth/authorize',
          tokenUrl: '/oauth/token',
          scopes,
        },
      },
    },
  },
  limit: { requests: 500, seconds: 60 },
  limitHeaders: ({ limit, remaining, resetsAt }, now) => ({
    'X-RateLimit-Limit': limit.toString(),
    'X-RateLimit-Remaining': remaining.toString(),
    'X-RateLimit-Reset': Math.ceil((resetsAt.getTime() - now.getTime()) / 1_000).toString(),
  }),
  readsForms: true,
  refusal,
  errorSchema,
  errorStatuses,
  routes: [
    ...users,
    ...organizations,
    ...memberships,
    ...invitations,
    ...groups,
    ...teams,
    ...eventTypes,
    ...oneOffEventTypes,
    ...eventTypeMemberships,
    ...availability,
    ...meetingLimits,
    ...schedules,
    ...eventTypeSchedules,
    ...events,
    ...invitees,
    ...booking,
    ...noShows,
    ...schedulingLinks,
    ...shares,
    ...contacts,
    ...routingForms,
    ...subscriptions,
    ...sampleData,
    ...dataCompliance,
    ...activityLog,
    ...withoutCause,
  ].map(common),
}
