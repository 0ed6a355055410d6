import { z } from 'zod'
import { graphql, type ResultOf } from '../../src/graph/typed.ts'
import { found, route } from '../dialect.ts'
import { DEFAULT_ZONE } from './accounts.ts'
import { byId, Flag, flag, id, listOrText, Ok, ok, truth, whole } from './values.ts'

const group = 'Availability'
const read = 'availability:read'
const write = 'availability:write'

const ScheduleParts = graphql(`
  fragment CalendoSchedule on Schedule {
    databaseId name timeZone isDefault
    weekly { weekday start end }
    overrides { date start end closed }
  }
`)

type Shown = ResultOf<typeof ScheduleParts>

const Schedule = z
  .object({
    id,
    name: z.string(),
    timezone: z.string().meta({ description: 'IANA zone whose clock the hours are read by.' }),
    rules: z.string().meta({ description: 'JSON of `[{day, start, end}]`, day 0 is Sunday.' }),
    overrides: z.string().meta({
      description: 'JSON of `[{date, start, end}]`; `{date, available: false}`: a day off.',
    }),
    is_default: Flag.meta({ description: 'Whether event types have its hours.' }),
  })
  .meta({ id: 'Schedule' })

/** In the order of its days, 0 to 6. */
const weekdays = [
  'SUNDAY',
  'MONDAY',
  'TUESDAY',
  'WEDNESDAY',
  'THURSDAY',
  'FRIDAY',
  'SATURDAY',
] as const

const schedule = ({ weekly, overrides, ...shown }: Shown): z.input<typeof Schedule> => ({
  id: shown.databaseId,
  name: shown.name,
  timezone: shown.timeZone,
  rules: JSON.stringify(
    weekly.map(({ weekday, start, end }) => ({ day: weekdays.indexOf(weekday), start, end })),
  ),
  overrides: JSON.stringify(
    overrides.map(({ date, closed, start, end }) =>
      closed ? { date, available: false } : { date, start, end },
    ),
  ),
  is_default: flag(shown.isDefault),
})

const clock = (description: string) => z.string().meta({ description })

const settings = {
  rules: listOrText(
    z.object({
      day: whole(0, 6),
      start: clock('`HH:MM`.'),
      end: clock('`HH:MM`, later than the start.'),
    }),
  )
    .optional()
    .meta({
      description:
        'Hours of the week, day 0 is Sunday; replaces all. Monday to Friday 09:00 to 17:00 at first.',
    }),
  overrides: listOrText(
    z.object({
      date: z.string().meta({ format: 'date', description: 'Whose hours differ.' }),
      start: clock('`HH:MM`.').nullish(),
      end: clock('`HH:MM`, later than the start.').nullish(),
      available: truth.optional().meta({ description: 'False, without start and end: a day off.' }),
    }),
  )
    .optional()
    .meta({ description: 'Dates that differ from the week; replaces all.' }),
  is_default: truth
    .optional()
    .meta({ description: 'True makes it the default in place of the one before.' }),
}

const Settings = z.object(settings)

const inputOf = ({ rules, overrides, is_default }: z.output<typeof Settings>) => ({
  isDefault: is_default,
  weekly: rules?.map(({ day, start, end }) => ({ weekday: weekdays[day] ?? 'SUNDAY', start, end })),
  overrides: overrides?.map(({ available, ...override }) => ({
    ...override,
    closed: available === false,
  })),
})

const names = {
  'input.timeZone': 'timezone',
  'input.isDefault': 'is_default',
  'input.weekly': 'rules.',
}

const list = route({
  method: 'GET',
  path: '/availability-schedules',
  name: 'listSchedules',
  summary: 'All schedules, oldest first.',
  group,
  scope: read,
  request: {},
  response: z.array(Schedule),
  document: graphql('query CalendoListSchedules { schedules { ...CalendoSchedule } }', [
    ScheduleParts,
  ]),
  variables: () => ({}),
  reply: ({ schedules }) => schedules.map(schedule),
})

const one = route({
  method: 'GET',
  path: '/availability-schedules/:id',
  name: 'getSchedule',
  summary: 'One schedule.',
  group,
  scope: read,
  request: { params: byId('schedule') },
  response: Schedule,
  document: graphql(
    'query CalendoGetSchedule($id: ID!) { schedule(id: $id) { ...CalendoSchedule } }',
    [ScheduleParts],
  ),
  variables: ({ params }) => params,
  reply: data => schedule(found(data.schedule, 'schedule')),
})

const create = route({
  method: 'POST',
  path: '/availability-schedules',
  name: 'createSchedule',
  summary: 'Makes a schedule.',
  group,
  scope: write,
  status: 201,
  request: {
    body: z.object({
      name: z.string().meta({ description: 'What to call it.' }),
      timezone: z
        .string()
        .nullish()
        .meta({ description: `IANA zone; ${DEFAULT_ZONE} unless given.` }),
      ...settings,
    }),
  },
  response: Schedule,
  document: graphql(
    `mutation CalendoCreateSchedule($input: CreateScheduleInput!) {
      createSchedule(input: $input) { schedule { ...CalendoSchedule } }
    }`,
    [ScheduleParts],
  ),
  variables: ({ body }) => ({
    input: { ...inputOf(body), name: body.name, timeZone: body.timezone ?? DEFAULT_ZONE },
  }),
  reply: ({ createSchedule }) => schedule(createSchedule.schedule),
  names,
})

const update = route({
  method: 'PUT',
  path: '/availability-schedules/:id',
  name: 'updateSchedule',
  summary: 'Changes what the body names.',
  group,
  scope: write,
  request: {
    params: byId('schedule'),
    body: z.object({
      name: z.string().optional().meta({ description: 'What to call it.' }),
      timezone: z
        .string()
        .optional()
        .meta({ description: 'IANA zone; the hours keep what the clock shows.' }),
      ...settings,
    }),
  },
  response: Schedule,
  document: graphql(
    `mutation CalendoUpdateSchedule($input: UpdateScheduleInput!) {
      updateSchedule(input: $input) { schedule { ...CalendoSchedule } }
    }`,
    [ScheduleParts],
  ),
  variables: ({ params: { id }, body }) => ({
    input: { ...inputOf(body), id, name: body.name, timeZone: body.timezone },
  }),
  reply: ({ updateSchedule }) => schedule(updateSchedule.schedule),
  names,
})

const remove = route({
  method: 'DELETE',
  path: '/availability-schedules/:id',
  name: 'deleteSchedule',
  summary: 'Deletes a schedule that is not the default one.',
  group,
  scope: write,
  request: { params: byId('schedule') },
  response: Ok,
  document: graphql(
    'mutation CalendoDeleteSchedule($id: ID!) { deleteSchedule(input: { id: $id }) { id: deletedId } }',
  ),
  variables: ({ params }) => params,
  reply: () => ok,
})

export const schedules = [list, create, one, update, remove]
