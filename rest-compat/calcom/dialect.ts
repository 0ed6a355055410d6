import type { Dialect } from '../dialect.ts'
import { apiKeys } from './api-keys.ts'
import { atoms } from './atoms/index.ts'
import { newBookings } from './book.ts'
import { bookingActs } from './booking-acts.ts'
import { cancellations } from './booking-cancel.ts'
import { bookingCompany } from './booking-company.ts'
import { bookingLinks } from './booking-links.ts'
import { bookingLists } from './booking-lists.ts'
import { bookings } from './bookings.ts'
import { oldBookings } from './bookings-old.ts'
import { calendars } from './calendars.ts'
import { common, withOtherNames } from './common.ts'
import { presented } from './credentials.ts'
import { refusal, refusalForm, refusalStatuses } from './errors.ts'
import { eventTypes } from './event-types.ts'
import { oldEventTypes } from './event-types-old.ts'
import { managedUsers } from './managed-users.ts'
import { profile } from './me.ts'
import { memberships } from './memberships.ts'
import { oauthApp } from './oauth-app.ts'
import { oauthClients } from './oauth-clients.ts'
import { privateLinks } from './private-links.ts'
import { reservations } from './reservations.ts'
import { routingForms } from './routing-forms.ts'
import { schedules } from './schedules.ts'
import { oldSchedules } from './schedules-old.ts'
import { slots } from './slots.ts'
import { oldSlots } from './slots-old.ts'
import { teamEventTypes } from './team-event-types.ts'
import { teamExtras } from './team-extras.ts'
import { teams } from './teams.ts'
import { thirdParties } from './third-parties.ts'
import { timeZones } from './timezones.ts'
import { versionHeader } from './versions.ts'
import { webhookRoutes } from './webhook-routes.ts'
import { withoutCause } from './without-cause.ts'

const perMinute = (requests: number) => ({ requests, seconds: 60 })

export const calcom: Dialect = {
  title: 'Cal.com',
  version: 'v2',
  description: [
    'Send an API key, an access token of OAuth or the access token of a managed user with every request: Authorization: Bearer …. A platform client sends x-cal-client-id and x-cal-secret-key, the second alone where the path names the client. Routes for invitees need none; a credential that is not valid is refused there too.',
    'The header cal-api-version chooses the shape of bookings, event types, schedules and slots; without it, or with a version that is not known, it is 2024-04-15. Where a route has several, each stands here with its versions.',
    'Answers are {"status":"success","data":…}, refusals {"status":"error","timestamp","path","error":{"code","message","details"}}. Ids are integers.',
    '120 requests a minute for an API key and for an address without a credential, 500 for an access token. X-RateLimit-Limit-Default, X-RateLimit-Remaining-Default and X-RateLimit-Reset-Default (seconds left) stand on every answer.',
  ].join('\n\n'),
  bases: ['/v2', '/api/v2', '/v2/ee'],
  presented,
  security: {
    bearer: { type: 'http', scheme: 'bearer' },
    clientSecret: { type: 'apiKey', in: 'header', name: 'x-cal-secret-key' },
  },
  versionHeader,
  limit: perMinute(120),
  credentialLimits: {
    apiKey: perMinute(120),
    session: perMinute(120),
    accessToken: perMinute(500),
    platformClient: perMinute(500),
    managedToken: perMinute(500),
  },
  limitHeaders: ({ limit, remaining, resetsAt }, now) => ({
    'X-RateLimit-Limit-Default': limit.toString(),
    'X-RateLimit-Remaining-Default': remaining.toString(),
    'X-RateLimit-Reset-Default': Math.ceil((resetsAt.getTime() - now.getTime()) / 1_000).toString(),
  }),
  limitHeaderMeanings: {
    'X-RateLimit-Limit-Default': 'Requests that are allowed in a window.',
    'X-RateLimit-Remaining-Default': 'How many of them are left.',
    'X-RateLimit-Reset-Default': 'Seconds until the window ends.',
  },
  refusal,
  refusalForm,
  refusalStatuses,
  // Add routes of a new file here; of one path the more special goes first.
  routes: [
    ...profile,
    ...schedules,
    ...oldSchedules,
    ...apiKeys,
    ...timeZones,
    ...eventTypes,
    ...teams,
    ...memberships,
    ...teamEventTypes,
    ...webhookRoutes,
    ...oldEventTypes,
    ...privateLinks,
    ...slots,
    ...oldSlots,
    ...reservations,
    ...oauthClients,
    ...managedUsers,
    ...oauthApp,
    ...newBookings,
    ...bookingLists,
    ...bookings,
    ...bookingActs,
    ...cancellations,
    ...bookingCompany,
    ...bookingLinks,
    ...oldBookings,
    ...calendars,
    ...thirdParties,
    ...routingForms,
    ...teamExtras,
    ...withoutCause,
    ...atoms,
  ]
    .flatMap(withOtherNames)
    .map(common),
}
