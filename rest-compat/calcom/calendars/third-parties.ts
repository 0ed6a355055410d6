// What takes a third party: calendars and conferences of others, payments, mails and messages.
// There are none here, so each route answers as to a user who has connected nothing.

import { z } from 'zod'
import { graphql } from '../../../src/graph/typed.ts'
import { type Route, route } from '../../dialect.ts'
import { enveloped, success } from '../envelope.ts'
import { exception, type Status } from '../errors.ts'

type Place = [method: Route['method'], path: string, name: string]

const GetSelf = graphql('query CalcomThirdParty { viewer { databaseId } }')

const group = 'Third parties'

/** A route with nothing to tell. */
const nothing = <T>([method, path, name]: Place, summary: string, data: z.ZodType<T>, answer: T) =>
  route({
    method,
    path,
    name,
    summary,
    group,
    request: {},
    response: enveloped(data),
    document: GetSelf,
    variables: () => ({}),
    reply: () => success(answer),
  })

/** A route that cannot do what it is for. */
const refusing = (status: Status, message: string, summary: string, ...places: Place[]): Route[] =>
  places.map(([method, path, name]) =>
    route({
      method,
      path,
      name,
      summary,
      group,
      request: {},
      response: enveloped(z.null()),
      document: GetSelf,
      variables: () => ({}),
      reply() {
        throw exception(status, message)
      },
    }),
  )

const calendars = ['google', 'office365', 'apple'].flatMap(calendar =>
  refusing(
    400,
    `Credentials for ${calendar}_calendar not found.`,
    'Takes a calendar that was connected.',
    ['GET', `/calendars/${calendar}/check`, `check_${calendar}`],
    ['POST', `/calendars/${calendar}/disconnect`, `disconnect_${calendar}`],
  ),
)

const connecting = refusing(
  400,
  'The app is not set up on this server.',
  'Would connect a third party.',
  ['GET', '/calendars/google/connect', 'connectGoogle'],
  ['GET', '/calendars/google/save', 'saveGoogle'],
  ['GET', '/calendars/office365/connect', 'connectOffice365'],
  ['GET', '/calendars/office365/save', 'saveOffice365'],
  ['POST', '/calendars/apple/credentials', 'saveApple'],
  ['POST', '/conferencing/:app/connect', 'connectConferencing'],
  ['GET', '/conferencing/:app/oauth/auth-url', 'getConferencingAuthUrl'],
  ['GET', '/conferencing/:app/oauth/callback', 'saveConferencing'],
  ['GET', '/stripe/connect', 'connectStripe'],
  ['GET', '/stripe/save', 'saveStripe'],
)

const unconnected = refusing(
  400,
  'The app is not connected.',
  'Takes an app that was connected.',
  ['POST', '/conferencing/:app/default', 'setDefaultConferencing'],
  ['DELETE', '/conferencing/:app/disconnect', 'disconnectConferencing'],
  ['GET', '/stripe/check', 'checkStripe'],
)

const missing = refusing(
  404,
  'There is no such connected calendar.',
  'Takes a calendar that was connected.',
  ['GET', '/calendars/google/event/:eventUid', 'getCalendarEvent'],
  ['PATCH', '/calendars/google/events/:eventUid', 'updateCalendarEvent'],
  ['POST', '/selected-calendars', 'selectCalendar'],
  ['DELETE', '/selected-calendars', 'unselectCalendar'],
  ['PUT', '/destination-calendars', 'setDestinationCalendar'],
)

const kinds = [
  ['emails', '', ''],
  ['phones', '', ''],
  ['emails', '/teams/:teamId', 'OfTeam'],
  ['phones', '/teams/:teamId', 'OfTeam'],
].flatMap(([kind = '', base = '', of = '']) => [
  nothing(
    ['GET', `${base}/verified-resources/${kind}`, `listVerified_${kind}${of}`],
    'What was verified: nothing.',
    z.array(z.never()),
    [],
  ),
  ...refusing(404, 'Nothing was verified.', 'One that was verified.', [
    'GET',
    `${base}/verified-resources/${kind}/:id`,
    `getVerified_${kind}${of}`,
  ]),
  ...refusing(
    400,
    'This server sends no mails and no messages.',
    'Would verify an address.',
    [
      'POST',
      `${base}/verified-resources/${kind}/verification-code/request`,
      `requestCode_${kind}${of}`,
    ],
    [
      'POST',
      `${base}/verified-resources/${kind}/verification-code/verify`,
      `verifyCode_${kind}${of}`,
    ],
  ),
])

export const thirdParties = [
  ...['cal-video', 'daily-video'].map(app =>
    nothing(
      ['POST', `/conferencing/${app}/default`, `setDefault_${app.replace('-', '_')}`],
      'Makes the only app the default, which it is already.',
      z.object({}),
      {},
    ),
  ),
  nothing(
    ['GET', '/conferencing', 'listConferencing'],
    'Apps for conferences: none.',
    z.array(z.never()),
    [],
  ),
  nothing(
    ['GET', '/conferencing/default', 'getDefaultConferencing'],
    'The usual one: none.',
    z.object({}),
    {},
  ),
  ...calendars,
  ...connecting,
  ...unconnected,
  ...missing,
  ...kinds,
]
