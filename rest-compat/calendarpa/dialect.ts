import type { Dialect } from '../dialect.ts'
import { bookings } from './bookings.ts'
import { contacts } from './contacts.ts'
import { errorSchema, errorStatuses, refusal } from './errors.ts'
import { eventTypes } from './event-types.ts'
import { events } from './events.ts'
import { hooks } from './hooks.ts'
import { me } from './me.ts'
import { requirePro } from './plan.ts'

const scopes = {
  'bookings:read': 'List and get bookings',
  'bookings:write': 'Create and cancel bookings',
  'event_types:read': 'List and get event types',
  'contacts:read': 'List and search contacts',
  'webhooks:manage': 'Subscribe and unsubscribe webhooks',
}

export const calendarpa: Dialect = {
  title: 'CalendarPA',
  version: 'v1',
  description: [
    'The API needs the plan Pro. Send an access token, or an API key, with every request: Authorization: Bearer cpa_at_…',
    'Bodies and answers are JSON. Times are UTC, ISO 8601. A list answers 25 rows unless limit says 1 to 100; its cursor leads to the next page, which stays right while rows are added.',
    '1,000 requests a minute for each account, and 10 that make or end a subscription. X-RateLimit-Limit, X-RateLimit-Remaining and X-RateLimit-Reset (Unix seconds) stand on every answer, Retry-After on 429.',
    'Webhooks carry X-CalendarPA-Signature: sha256= and the hex HMAC-SHA256 of the body with the secret of the subscription. An account has at most 25 active ones.',
  ].join('\n\n'),
  bases: ['/api/v1', '/v1'],
  presented: header => ({ authorization: header('authorization') }),
  security: {
    token: {
      type: 'oauth2',
      flows: {
        authorizationCode: {
          authorizationUrl: '/oauth/authorize',
          tokenUrl: '/api/oauth/token',
          scopes,
        },
      },
    },
  },
  limit: { requests: 1_000, seconds: 60 },
  admit: requirePro,
  refusal,
  errorSchema,
  errorStatuses,
  routes: [me, ...bookings, ...eventTypes, ...contacts, ...hooks, ...events],
}
