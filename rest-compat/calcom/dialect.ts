import type { Dialect } from '../dialect.ts'
import { apiKeys } from './access/api-keys.ts'
import { presented } from './access/credentials.ts'
import { managedUsers } from './access/managed-users.ts'
import { profile } from './access/me.ts'
import { oauthApp } from './access/oauth-app.ts'
import { oauthClients } from './access/oauth-clients.ts'
import { atoms } from './atoms/index.ts'
import { bookingActs } from './bookings/actions.ts'
import { bookingCompany } from './bookings/attendees.ts'
import { cancellations } from './bookings/cancel.ts'
import { newBookings } from './bookings/create.ts'
import { bookingLinks } from './bookings/links.ts'
import { bookingLists } from './bookings/list.ts'
import { bookings } from './bookings/read.ts'
import { oldBookings } from './bookings/v2024-04-15/routes.ts'
import { calendars } from './calendars/calendars.ts'
import { thirdParties } from './calendars/third-parties.ts'
import { timeZones } from './calendars/timezones.ts'
import { common, withOtherNames } from './common.ts'
import { withoutCause } from './empty-lists.ts'
import { errorSchema, errorStatuses, refusal } from './errors.ts'
import { privateLinks } from './event-types/private-links.ts'
import { eventTypes } from './event-types/routes.ts'
import { oldEventTypes } from './event-types/v2024-04-15/routes.ts'
import { routingForms } from './routing-forms.ts'
import { schedules } from './schedules/routes.ts'
import { oldSchedules } from './schedules/v2024-04-15.ts'
import { reservations } from './slots/reservations.ts'
import { slots } from './slots/routes.ts'
import { oldSlots } from './slots/v2024-04-15.ts'
import { teamEventTypes } from './teams/event-types.ts'
import { teamExtras } from './teams/invitations.ts'
import { memberships } from './teams/memberships.ts'
import { teams } from './teams/routes.ts'
import { versionHeader } from './versions.ts'
import { webhookRoutes } from './webhooks/routes.ts'

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
  errorSchema,
  errorStatuses,
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
