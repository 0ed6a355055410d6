import type { Dialect } from '../dialect.ts'
import { accounts } from './accounts.ts'
import { ai } from './ai.ts'
import { apiKeys } from './api-keys.ts'
import { bookingPage } from './booking-page.ts'
import { bookings } from './bookings.ts'
import { deliveries } from './deliveries.ts'
import { errorSchema, errorStatuses, refusal } from './errors.ts'
import { eventTypes } from './event-types.ts'
import { forInvitees } from './for-invitees.ts'
import { hooks } from './hooks.ts'
import { schedules } from './schedules.ts'

export const calendo: Dialect = {
  title: 'Calendo',
  version: 'v1',
  description: [
    'Browsers log in and send the cookie `session`; programs send an API key, X-API-Key: cal_…. The routes for invitees need neither. A page of another site cannot use the session of its visitor, unless the operator trusts its origin.',
    'Bodies and answers are JSON; fields that are not known are ignored, and PUT changes only what it names. Ids are integers, times YYYY-MM-DD HH:MM:SS in UTC, yes and no 1 and 0.',
    '300 requests a minute for each user; for invitees, and to log in, 60 a minute for each address. X-RateLimit-Limit, X-RateLimit-Remaining and X-RateLimit-Reset (Unix seconds) stand on every answer, Retry-After on 429.',
    'Webhooks carry X-Calendo-Signature: the hex HMAC-SHA256 of the body, with the secret as the key. Any 2xx within 10 seconds is a success; retries come 1, 5 and 30 minutes after the attempt before.',
  ].join('\n\n'),
  bases: ['/api'],
  presented: header => ({
    apiKey: header('x-api-key'),
    cookie: header('cookie'),
    origin: header('origin'),
    host: header('host'),
    fetchSite: header('sec-fetch-site'),
    contentType: header('content-type'),
  }),
  security: {
    session: { type: 'apiKey', in: 'cookie', name: 'session' },
    apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
  },
  limit: { requests: 300, seconds: 60 },
  publicLimit: { requests: 60, seconds: 60 },
  refusal,
  errorSchema,
  errorStatuses,
  routes: [
    ...accounts,
    ...eventTypes,
    ...schedules,
    ...forInvitees,
    ...ai,
    ...bookings,
    ...bookingPage,
    ...hooks,
    ...deliveries,
    ...apiKeys,
  ],
}
