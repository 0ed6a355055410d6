import type { CalendarFeed as FeedRow } from '../db/generated/client/client.ts'
import { builder } from '../graph/builder.ts'
import { idInput } from '../graph/id-input.ts'
import { ownNode } from '../graph/own-node.ts'
import {
  addCalendarFeed,
  type CalendarTime as CalendarTimeRow,
  calendarTimes,
  listCalendarFeeds,
  removeCalendarFeed,
} from './feeds.ts'
import { FeedProblem } from './read-feed.ts'

const CalendarFeedProblem = builder.objectRef<FeedProblem>('CalendarFeedProblem').implement({
  description:
    'A part of a calendar file that could not be read as RFC 5545 says. The rest of the file counts.',
  fields: t => ({
    url: t.exposeString('url', { description: 'Address of the file.' }),
    line: t.exposeInt('line', {
      nullable: true,
      description:
        'Number of the line in the file, from 1. Null when the problem concerns the whole file.',
    }),
    uid: t.exposeString('uid', {
      nullable: true,
      description: 'UID of the event. Null when the file gives none.',
    }),
    message: t.exposeString('message', { description: 'What is wrong, and how it is read.' }),
  }),
})

const CalendarFeed = builder.prismaObject('CalendarFeed', {
  description:
    'Calendars of the viewer elsewhere, whose events keep time from being booked. They are read every ten minutes.',
  fields: t => ({
    databaseId: t.exposeInt('id', { description: 'Integer id, for dialects that document one.' }),
    hostDatabaseId: t.exposeInt('hostId', {
      description: 'Integer id of whose calendars they are.',
    }),
    urls: t.exposeStringList('urls', {
      description: 'Where they are read, as iCalendar (RFC 5545).',
    }),
    isReadOnly: t.exposeBoolean('isReadOnly', {
      description: 'What the client said of it; nothing is written there.',
    }),
    createdAt: t.expose('createdAt', {
      type: 'DateTime',
      description: 'Since when they are followed.',
    }),
    readAt: t.expose('readAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When they were last read.',
    }),
    problem: t.exposeString('problem', {
      nullable: true,
      description: 'Why they could not be read since; what they said before counts until they can.',
    }),
    problems: t.field({
      type: [CalendarFeedProblem],
      description:
        'Parts of the files that could not be read the last time, at most 20. An event whose start can be read is busy, others are skipped.',
      resolve: ({ problems }) => FeedProblem.array().parse(problems),
    }),
  }),
})

builder.nodeRef(CalendarFeed, {
  id: { resolve: (feed: FeedRow) => feed.uid, description: 'Starts with `cf_`.' },
  loadWithoutCache: (id, ctx) =>
    ctx.db.calendarFeed.findUnique({ where: ownNode('calendars:read')(String(id), ctx) }),
})

const CalendarTime = builder.objectRef<CalendarTimeRow>('CalendarTime').implement({
  description: 'Time that a calendar feed says is taken.',
  fields: t => ({
    start: t.expose('startAt', { type: 'DateTime', description: 'When it begins.' }),
    end: t.expose('endAt', { type: 'DateTime', description: 'When it ends.' }),
    feedId: t.id({ description: 'Id of the feed.', resolve: ({ feed }) => feed.uid }),
    feedDatabaseId: t.int({
      description: 'Integer id of the feed.',
      resolve: ({ feed }) => feed.id,
    }),
  }),
})

const CalendarFeedPayload = builder.objectRef<{ feed: FeedRow }>('CalendarFeedPayload').implement({
  description: 'A calendar feed that was added or removed.',
  fields: t => ({
    feed: t.field({
      type: CalendarFeed,
      description: 'The feed.',
      resolve: payload => payload.feed,
    }),
  }),
})

const AddCalendarFeedInput = builder.inputType('AddCalendarFeedInput', {
  description: 'Calendars to follow.',
  fields: t => ({
    urls: t.stringList({
      required: true,
      description:
        'Where they are read, 1 to 10 http, https or webcal addresses, each with at most 5 MB.',
    }),
    isReadOnly: t.boolean({ description: 'Stored for the client. Default true.' }),
  }),
})

const read = { requiresScope: { scope: 'calendars:read' } } as const
const write = { requiresScope: { scope: 'calendars:write' } } as const

builder.queryFields(t => ({
  calendarFeeds: t.field({
    type: [CalendarFeed],
    description: 'All calendar feeds of the viewer, oldest first, at most 20.',
    directives: read,
    resolve: (_root, _args, ctx) => listCalendarFeeds(ctx),
  }),
  calendarTimes: t.field({
    type: [CalendarTime],
    description:
      'What calendar feeds of the viewer say is taken between two instants, in order: at most 62 days.',
    directives: read,
    args: {
      start: t.arg({ type: 'DateTime', required: true, description: 'From when on.' }),
      end: t.arg({ type: 'DateTime', required: true, description: 'Until when.' }),
      feedIds: t.arg.idList({ description: 'Only of these feeds. Default: all.' }),
    },
    complexity: { field: 700, multiplier: 10 },
    resolve: (_root, args, ctx) => calendarTimes(ctx, args),
  }),
}))

const RemoveCalendarFeedInput = idInput('RemoveCalendarFeedInput', 'The calendar feed to remove.')

builder.mutationFields(t => ({
  addCalendarFeed: t.field({
    type: CalendarFeedPayload,
    description:
      'Follows calendars of the viewer elsewhere: what they say is taken is offered to nobody from here on.',
    directives: write,
    args: {
      input: t.arg({ type: AddCalendarFeedInput, required: true, description: 'The calendars.' }),
    },
    resolve: async (_root, { input }, ctx) => ({ feed: await addCalendarFeed(ctx, input) }),
  }),
  removeCalendarFeed: t.field({
    type: CalendarFeedPayload,
    description: 'Follows calendars no more; what they took is free.',
    directives: write,
    args: {
      input: t.arg({
        type: RemoveCalendarFeedInput,
        required: true,
        description: 'The calendar feed to remove.',
      }),
    },
    resolve: async (_root, { input }, ctx) => ({ feed: await removeCalendarFeed(ctx, input.id) }),
  }),
}))
