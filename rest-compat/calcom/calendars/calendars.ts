// Calendars elsewhere: its contract, 12. Those that are read at an address are followed; of the
// others nobody has any.

import { z } from 'zod'
import { graphql, type ResultOf } from '../../../src/graph/typed.ts'
import { DAY_MS } from '../../../src/time.ts'
import { route } from '../../dialect.ts'
import { Done, done, enveloped, success } from '../envelope.ts'
import { exception, saying } from '../errors.ts'
import { Instant, id, listOf, text, truth } from '../values.ts'

const group = 'Calendars'
const read = 'calendars:read'
const write = 'calendars:write'
const TYPE = 'ics-feed_calendar'

const FeedParts = graphql(
  'fragment CalcomFeed on CalendarFeed { databaseId hostDatabaseId urls isReadOnly problem }',
)

type Feed = ResultOf<typeof FeedParts>

const Credential = z
  .object({
    id,
    type: z.literal(TYPE),
    userId: id,
    teamId: z.null(),
    appId: z.literal('ics-feed'),
    invalid: z.boolean().meta({ description: 'Whether it cannot be read at present.' }),
  })
  .meta({ id: 'CalendarCredential' })

const credential = ({ databaseId, hostDatabaseId, problem }: Feed): z.input<typeof Credential> => ({
  id: databaseId,
  type: TYPE,
  userId: hostDatabaseId,
  teamId: null,
  appId: 'ics-feed',
  invalid: problem !== null,
})

const save = route({
  method: 'POST',
  path: '/calendars/ics-feed/save',
  name: 'followCalendars',
  summary: 'Follows calendars at addresses: what they say is taken is offered to nobody.',
  group,
  scope: write,
  status: 201,
  request: {
    body: z.object({
      urls: listOf(text).meta({ description: 'http, https or webcal, 10 at most.' }),
      readOnly: truth.optional().meta({ description: 'Kept; nothing is written there.' }),
    }),
  },
  response: enveloped(Credential),
  document: graphql(
    `mutation CalcomAddFeed($input: AddCalendarFeedInput!) {
      addCalendarFeed(input: $input) { feed { ...CalcomFeed } }
    }`,
    [FeedParts],
  ),
  variables: ({ body: { urls, readOnly } }) => ({ input: { urls, isReadOnly: readOnly } }),
  reply: ({ addCalendarFeed }) => success(credential(addCalendarFeed.feed)),
  names: { 'input.urls': 'urls.', 'input.isReadOnly': 'readOnly' },
})

const ListFeeds = graphql('query CalcomFeeds { calendarFeeds { ...CalcomFeed } }', [FeedParts])

const check = route({
  method: 'GET',
  path: '/calendars/ics-feed/check',
  name: 'checkCalendars',
  summary: 'Whether calendars at addresses are followed, and can be read.',
  group,
  scope: read,
  request: {},
  response: Done,
  document: ListFeeds,
  variables: () => ({}),
  reply({ calendarFeeds }) {
    if (calendarFeeds.length === 0) throw exception(400, `Credentials for ${TYPE} not found.`)
    const failing = calendarFeeds.find(({ problem }) => problem !== null)
    if (failing !== undefined)
      throw exception(400, `Invalid ${TYPE} credentials: ${failing.problem}`)
    return done
  },
})

const disconnect = saying(
  { NOT_FOUND: [400, `Credentials for ${TYPE} not found.`] },
  route({
    method: 'POST',
    path: '/calendars/ics-feed/disconnect',
    name: 'unfollowCalendars',
    summary: 'Follows calendars no more.',
    group,
    scope: write,
    request: { body: z.object({ id: z.int('must be an integer number') }) },
    response: enveloped(Credential),
    document: graphql(
      'mutation CalcomRemoveFeed($id: ID!) { removeCalendarFeed(input: { id: $id }) { feed { ...CalcomFeed } } }',
      [FeedParts],
    ),
    variables: ({ body }) => ({ id: body.id.toString() }),
    reply: ({ removeCalendarFeed }) => success(credential(removeCalendarFeed.feed)),
  }),
)

const Calendar = z.object({
  externalId: z.string(),
  integration: z.literal(TYPE),
  name: z.string(),
  primary: z.boolean(),
  readOnly: z.boolean(),
  isSelected: z.literal(true),
  email: z.string(),
  credentialId: id,
})

const Integration = z.object({
  name: z.string(),
  title: z.string(),
  description: z.string(),
  type: z.literal(TYPE),
  variant: z.string(),
  category: z.string(),
  categories: z.array(z.string()),
  logo: z.string(),
  publisher: z.string(),
  slug: z.string(),
  dirName: z.string(),
  url: z.string(),
  email: z.string(),
  installed: z.boolean(),
  locationOption: z.null(),
})

const integration = (publicUrl: string): z.input<typeof Integration> => ({
  name: 'ICS Feed',
  title: 'ICS Feed',
  description: 'Keeps the times of calendars that are read at an address.',
  type: TYPE,
  variant: 'calendar',
  category: 'calendar',
  categories: ['calendar'],
  logo: '',
  publisher: 'Meridian',
  slug: 'ics-feed',
  dirName: 'ics-feedcalendar',
  url: publicUrl,
  email: '',
  installed: true,
  locationOption: null,
})

const calendarsOf = ({ databaseId, urls, isReadOnly }: Feed): z.input<typeof Calendar>[] =>
  urls.map((url, index) => ({
    externalId: url,
    integration: TYPE,
    name: new URL(url).hostname,
    primary: index === 0,
    readOnly: isReadOnly,
    isSelected: true,
    email: '',
    credentialId: databaseId,
  }))

const list = route({
  method: 'GET',
  path: '/calendars',
  name: 'listCalendars',
  summary: 'Calendars that are followed.',
  group,
  scope: read,
  request: {},
  response: enveloped(
    z.object({
      connectedCalendars: z.array(
        z.object({
          integration: Integration,
          credentialId: id,
          primary: Calendar.optional(),
          calendars: z.array(Calendar),
        }),
      ),
      destinationCalendar: z
        .object({})
        .meta({ description: 'Empty: nothing is written to calendars.' }),
    }),
  ),
  document: ListFeeds,
  variables: () => ({}),
  reply: ({ calendarFeeds }, { arrival }) =>
    success({
      connectedCalendars: calendarFeeds.map(feed => {
        const calendars = calendarsOf(feed)
        const [primary] = calendars
        return {
          integration: integration(arrival.publicUrl),
          credentialId: feed.databaseId,
          primary,
          calendars,
        }
      }),
      destinationCalendar: {},
    }),
})

const isDay = (value: string) => /^\d{4}-\d\d-\d\d$/.test(value)

const date = text.refine(
  value => !Number.isNaN(Date.parse(value)),
  'must be a valid ISO 8601 date string',
)

const busyTimes = route({
  method: 'GET',
  path: '/calendars/busy-times',
  name: 'listCalendarBusyTimes',
  summary: 'When followed calendars say that their owner is busy.',
  group,
  scope: read,
  request: {
    query: z.object({
      dateFrom: date.meta({ description: 'The first day, UTC, or an instant.' }),
      dateTo: date.meta({ description: 'The last day, UTC, or an instant.' }),
      timeZone: text.optional().meta({ description: 'Answers are UTC whatever it is.' }),
      loggedInUsersTz: text.optional().meta({ description: 'The old name of `timeZone`.' }),
      calendarsToLoad: z
        .array(z.looseObject({ credentialId: z.coerce.number(), externalId: text }))
        .optional()
        .meta({ description: '`calendarsToLoad[0][credentialId]=…`: of these alone.' }),
    }),
  },
  response: enveloped(z.array(z.object({ start: Instant, end: Instant, source: z.string() }))),
  document: graphql(
    `query CalcomCalendarTimes($start: DateTime!, $end: DateTime!, $feedIds: [ID!]) {
      calendarTimes(start: $start, end: $end, feedIds: $feedIds) { start end }
    }`,
  ),
  variables: ({ query: { dateFrom, dateTo, calendarsToLoad } }) => ({
    start: new Date(dateFrom).toISOString(),
    end: new Date(Date.parse(dateTo) + (isDay(dateTo) ? DAY_MS : 0)).toISOString(),
    feedIds: calendarsToLoad?.map(({ credentialId }) => credentialId.toString()),
  }),
  reply: ({ calendarTimes }) =>
    success(calendarTimes.map(({ start, end }) => ({ start, end, source: TYPE }))),
  names: { start: 'dateFrom', end: 'dateTo', feedIds: 'calendarsToLoad' },
})

export const calendars = [save, check, disconnect, list, busyTimes]
