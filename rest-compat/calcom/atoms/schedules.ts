// Schedules for ListSchedules, AvailabilitySettings and CreateSchedule, in the shape of version
// 2024-04-15.

import { z } from 'zod'
import { type ExecuteDocument, graphql } from '../../../src/graph/typed.ts'
import { found, route } from '../../dialect.ts'
import { enveloped, success } from '../envelope.ts'
import { saying } from '../errors.ts'
import { idOf, missing, operations, params } from '../schedules/routes.ts'
import { ScheduleParts } from '../schedules/schedule.ts'
import { EditorSchedule, editorSchedule, updateOldSchedule } from '../schedules/v2024-04-15.ts'
import { id, text } from '../values.ts'
import { group, under } from './routes.ts'

const read = 'availability:read'
const write = 'availability:write'

const get = saying(
  {
    NOT_FOUND: [
      404,
      (_, { query }) => `Schedule with ID=${String(query.scheduleId)} does not exist.`,
    ],
  },
  route({
    method: 'GET',
    path: '/atoms/schedules',
    name: 'getAtomsSchedule',
    summary:
      'One schedule of the account; the default one unless `scheduleId` is given. Null when there is none.',
    group,
    scope: read,
    request: {
      query: z.object({
        scheduleId: text.regex(/^\d{1,10}$/, 'must be a number').optional(),
        isManagedEventType: text
          .optional()
          .meta({ description: 'Ignored: there are no managed event types.' }),
      }),
    },
    response: enveloped(EditorSchedule.nullable()),
    document: graphql(
      `query CalcomAtomsSchedule($id: ID!, $isNamed: Boolean!) {
        viewer { databaseId defaultSchedule { ...CalcomSchedule } }
        schedule(id: $id) @include(if: $isNamed) { ...CalcomSchedule }
        schedules { databaseId }
      }`,
      [ScheduleParts],
    ),
    variables: ({ query: { scheduleId } }) => ({
      id: scheduleId ?? '',
      isNamed: scheduleId !== undefined,
    }),
    reply({ viewer, schedule, schedules }, { query, arrival }) {
      const shown =
        query.scheduleId === undefined
          ? viewer?.defaultSchedule
          : found(schedule ?? null, 'schedule')
      const of = { ownerId: idOf(viewer), isLast: schedules.length === 1, now: arrival.now }
      return success(shown ? editorSchedule(shown, of) : null)
    },
  }),
)

const { schedule: rows } = EditorSchedule.shape

const Listed = EditorSchedule.pick({ id: true, name: true, timeZone: true, isDefault: true })
  .extend({ userId: id, availability: rows })
  .meta({ id: 'AtomsSchedule' })

const list = route({
  ...operations.list,
  path: '/atoms/schedules/all',
  group,
  name: 'listAtomsSchedules',
  summary: 'All schedules of the account, oldest first.',
  request: {},
  response: enveloped(z.object({ schedules: z.array(Listed) })),
  variables: () => ({}),
  reply({ viewer, schedules }, { arrival }) {
    const ownerId = idOf(viewer)
    const of = { ownerId, isLast: schedules.length === 1, now: arrival.now }
    return success({
      schedules: schedules.map(each => {
        const { id, name, timeZone, isDefault, schedule: availability } = editorSchedule(each, of)
        return { id, userId: ownerId, name, timeZone, isDefault, availability }
      }),
    })
  },
})

const Created = enveloped(
  z.object({ schedule: z.object({ id, userId: id, name: z.string(), timeZone: z.string() }) }),
)

export const GetZone = graphql('query CalcomAtomsZone { viewer { timeZone } }')

const zoneOf = async (execute: ExecuteDocument): Promise<string> =>
  found((await execute(GetZone, {})).viewer, 'account').timeZone

const create = route({
  ...operations.create,
  path: '/atoms/schedules/create',
  group,
  name: 'createAtomsSchedule',
  summary:
    'Creates a schedule in the time zone of the account, Monday to Friday from 09:00 to 17:00.',
  request: { body: z.object({ name: text.min(1, 'should not be empty') }) },
  response: Created,
  variables: async ({ body: { name } }, execute) => ({
    input: { name, timeZone: await zoneOf(execute) },
  }),
  reply: ({ createSchedule: { owner, schedule } }) =>
    success({
      schedule: {
        id: schedule.databaseId,
        userId: owner.databaseId,
        name: schedule.name,
        timeZone: schedule.timeZone,
      },
    }),
})

export const GetHours = graphql(
  'query CalcomAtomsHours($id: ID!) { schedule(id: $id) { ...CalcomSchedule } }',
  [ScheduleParts],
)

const duplicate = saying(
  missing,
  route({
    ...operations.create,
    path: '/atoms/schedules/:scheduleId/duplicate',
    group,
    name: 'duplicateAtomsSchedule',
    summary: 'Creates a copy of a schedule, with its hours and dates.',
    scope: write,
    request: { params },
    response: Created,
    async variables({ params: { scheduleId } }, execute) {
      const { schedule } = await execute(GetHours, { id: scheduleId })
      const { name, timeZone, weekly, overrides } = found(schedule, 'schedule')
      return {
        input: {
          name: `${name} (Copy)`,
          timeZone,
          weekly: weekly.map(({ weekday, start, end }) => ({ weekday, start, end })),
          overrides: overrides.map(({ date, start, end, closed }) =>
            closed ? { date, closed } : { date, start, end },
          ),
        },
      }
    },
    reply: ({ createSchedule: { owner, schedule } }) =>
      success({
        schedule: {
          id: schedule.databaseId,
          userId: owner.databaseId,
          name: schedule.name,
          timeZone: schedule.timeZone,
        },
      }),
  }),
)

const update = under('/atoms/schedules/:scheduleId', 'updateAtomsSchedule', updateOldSchedule)

export const atomsSchedules = [list, get, create, duplicate, update]
