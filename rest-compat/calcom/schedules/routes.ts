// Schedules in the version 2024-06-11. The documents are those of the older version too.

import { z } from 'zod'
import { graphql } from '../../../src/graph/typed.ts'
import { found, route } from '../../dialect.ts'
import { Done, done, enveloped, success } from '../envelope.ts'
import { saying } from '../errors.ts'
import { id, listOf, number, oneOf, text, truth, weekdays } from '../values.ts'
import { scheduleVersions } from '../versions.ts'
import {
  datesOf,
  overridesFrom,
  ScheduleParts,
  type Shown,
  weeklyFrom,
  weekOf,
} from './schedule.ts'

const group = 'Schedules'
const read = 'availability:read'
const write = 'availability:write'

export const params = z.object({ scheduleId: number('schedule') })

/** What all versions have in common. */
export const operations = {
  list: {
    method: 'GET',
    path: '/schedules',
    group,
    scope: read,
    document: graphql(
      'query CalcomListSchedules { viewer { databaseId } schedules { ...CalcomSchedule } }',
      [ScheduleParts],
    ),
  },
  getDefault: {
    method: 'GET',
    path: '/schedules/default',
    group,
    scope: read,
    document: graphql(
      `query CalcomDefault {
        viewer { databaseId defaultSchedule { ...CalcomSchedule } }
        schedules { databaseId }
      }`,
      [ScheduleParts],
    ),
  },
  get: {
    method: 'GET',
    path: '/schedules/:scheduleId',
    group,
    scope: read,
    document: graphql(
      `query CalcomGetSchedule($id: ID!) {
        viewer { databaseId }
        schedule(id: $id) { ...CalcomSchedule }
        schedules { databaseId }
      }`,
      [ScheduleParts],
    ),
  },
  create: {
    method: 'POST',
    path: '/schedules',
    group,
    scope: write,
    status: 201,
    document: graphql(
      `mutation CalcomCreateSchedule($input: CreateScheduleInput!) {
        createSchedule(input: $input) { owner { databaseId } previousDefaultDatabaseId schedule { ...CalcomSchedule } }
      }`,
      [ScheduleParts],
    ),
  },
  update: {
    method: 'PATCH',
    path: '/schedules/:scheduleId',
    group,
    scope: write,
    document: graphql(
      `mutation CalcomUpdateSchedule($input: UpdateScheduleInput!) {
        updateSchedule(input: $input) {
          owner { databaseId defaultScheduleDatabaseId } previousDefaultDatabaseId schedule { ...CalcomSchedule }
        }
      }`,
      [ScheduleParts],
    ),
  },
} as const

const clock = text.regex(
  /^([01]\d|2[0-3]):[0-5]\d$/,
  'must be a valid time in format HH:MM e.g. 08:00',
)
const hours = { startTime: clock, endTime: clock }
const date = text.regex(/^\d{4}-\d\d-\d\d$/, 'must be a valid date in format YYYY-MM-DD')

const Availability = z
  .object({ days: listOf(oneOf(weekdays)), ...hours })
  .meta({ id: 'ScheduleAvailability' })
const Override = z
  .object({ date, ...hours })
  .meta({ id: 'ScheduleOverride', description: 'A day off ends where it begins.' })

export const Schedule = z
  .object({
    id,
    ownerId: id,
    name: z.string(),
    timeZone: z.string(),
    availability: z.array(Availability),
    isDefault: z.boolean(),
    overrides: z.array(Override),
  })
  .meta({ id: 'Schedule' })

export const schedule = (shown: Shown, ownerId: number): z.input<typeof Schedule> => ({
  id: shown.databaseId,
  ownerId,
  name: shown.name,
  timeZone: shown.timeZone,
  availability: weekOf(shown).map(({ days, startTime, endTime }) => ({
    days: days.map(day => weekdays[day] ?? 'Sunday'),
    startTime,
    endTime,
  })),
  isDefault: shown.isDefault,
  overrides: datesOf(shown).map(({ id: _, ...override }) => override),
})

const settings = {
  availability: listOf(Availability)
    .optional()
    .meta({ description: 'Replaces all hours of the week.' }),
  overrides: listOf(Override).optional().meta({ description: 'Replaces all hours of dates.' }),
}

const Settings = z.object(settings)

const inputOf = ({ availability, overrides }: z.output<typeof Settings>) => ({
  weekly:
    availability &&
    weeklyFrom(
      availability.map(({ days, ...rest }) => ({
        ...rest,
        days: days.map(day => weekdays.indexOf(day)),
      })),
    ),
  overrides: overrides && overridesFrom(overrides),
})

const names = { 'input.weekly': 'availability', 'input.overrides': 'overrides' }

export const idOf = (viewer: { databaseId: number } | null): number =>
  found(viewer, 'account').databaseId

const versions = scheduleVersions.new

const list = route({
  ...operations.list,
  versions,
  name: 'listSchedules',
  summary: 'All schedules, oldest first.',
  request: {},
  response: enveloped(z.array(Schedule)),
  variables: () => ({}),
  reply: ({ viewer, schedules }) => success(schedules.map(each => schedule(each, idOf(viewer)))),
})

const getDefault = route({
  ...operations.getDefault,
  versions,
  name: 'getDefaultSchedule',
  summary: 'The default schedule; null where there is none.',
  request: {},
  response: enveloped(Schedule.nullable()),
  variables: () => ({}),
  reply: ({ viewer }) =>
    success(viewer?.defaultSchedule ? schedule(viewer.defaultSchedule, viewer.databaseId) : null),
})

/** How the routes of one schedule say that there is none. */
export const missing = {
  NOT_FOUND: [
    404,
    (_: unknown, { params }: { params: Record<string, string> }) => notThere(params),
  ],
} as const

const notThere = ({ scheduleId }: Record<string, string>) =>
  `Schedule with ID=${scheduleId} does not exist.`

const get = saying(
  missing,
  route({
    ...operations.get,
    versions,
    name: 'getSchedule',
    summary: 'One schedule.',
    request: { params },
    response: enveloped(Schedule),
    variables: ({ params }) => ({ id: params.scheduleId }),
    reply: data => success(schedule(found(data.schedule, 'schedule'), idOf(data.viewer))),
  }),
)

const create = route({
  ...operations.create,
  versions,
  name: 'createSchedule',
  summary: 'Makes a schedule, Monday to Friday from 09:00 to 17:00 unless it says otherwise.',
  request: { body: z.object({ name: text, timeZone: text, isDefault: truth, ...settings }) },
  response: enveloped(Schedule),
  variables: ({ body: { name, timeZone, isDefault, ...hours } }) => ({
    input: { name, timeZone, isDefault, ...inputOf(hours) },
  }),
  reply: ({ createSchedule: made }) => success(schedule(made.schedule, made.owner.databaseId)),
  names,
})

/** The default schedule stays that until another one is: what says `false` changes nothing. */
export const takesDefault = (isDefault: boolean | undefined) =>
  isDefault === true ? true : undefined

const update = saying(
  missing,
  route({
    ...operations.update,
    versions,
    name: 'updateSchedule',
    summary: 'Changes what the body names.',
    request: {
      params,
      body: z.object({
        name: text.optional(),
        timeZone: text.optional(),
        isDefault: truth.optional(),
        ...settings,
      }),
    },
    response: enveloped(Schedule),
    variables: ({ params, body: { name, timeZone, isDefault, ...hours } }) => ({
      input: {
        id: params.scheduleId,
        name,
        timeZone,
        isDefault: takesDefault(isDefault),
        ...inputOf(hours),
      },
    }),
    reply: ({ updateSchedule: changed }) =>
      success(schedule(changed.schedule, changed.owner.databaseId)),
    names,
  }),
)

const GetDefaults = graphql('query CalcomDefaults { schedules { databaseId isDefault } }')

const remove = saying(
  { NOT_FOUND: [400, (_, { params }) => notThere(params)], CONFLICT: [400] },
  route({
    method: 'DELETE',
    path: '/schedules/:scheduleId',
    versions: [...scheduleVersions.old, ...scheduleVersions.new],
    name: 'deleteSchedule',
    summary:
      'Deletes a schedule. In the place of the default one comes the oldest other; the last one stays.',
    group,
    scope: write,
    request: { params },
    response: Done,
    document: graphql(`
      mutation CalcomDeleteSchedule($id: ID!, $next: UpdateScheduleInput!, $hasNext: Boolean!) {
        updateSchedule(input: $next) @include(if: $hasNext) { schedule { id } }
        deleteSchedule(input: { id: $id }) { id: deletedId }
      }
    `),
    async variables({ params: { scheduleId: id } }, execute) {
      const { schedules } = await execute(GetDefaults, {})
      const isDefault = schedules.some(each => each.isDefault && each.databaseId === Number(id))
      const next = isDefault ? schedules.find(each => !each.isDefault) : undefined
      return {
        id,
        next: { id: `${next?.databaseId ?? ''}`, isDefault: true },
        hasNext: next !== undefined,
      }
    },
    reply: () => done,
  }),
)

export const schedules = [list, getDefault, create, get, update, remove]
