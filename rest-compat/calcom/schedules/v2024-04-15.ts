// Schedules in the version 2024-04-15: as the editor of that time holds them. Its times are the
// wall clock's, written as UTC.

import { z } from 'zod'
import { found, route } from '../../dialect.ts'
import { enveloped, success } from '../envelope.ts'
import { saying } from '../errors.ts'
import { Instant, id, listOf, text, truth, weekdays } from '../values.ts'
import { scheduleVersions } from '../versions.ts'
import { idOf, missing, operations, params, takesDefault } from './routes.ts'
import { datesOf, overridesFrom, type Shown, weeklyFrom, weekOf } from './schedule.ts'

const Range = z.object({ start: Instant, end: Instant })

const Row = z.object({
  id,
  userId: z.int().nullable(),
  eventTypeId: z.null(),
  days: z.array(z.int()).meta({ description: '0 is Sunday.' }),
  startTime: Instant,
  endTime: Instant,
  date: Instant.nullable(),
  scheduleId: id,
})

export const EditorSchedule = z
  .object({
    id,
    name: z.string(),
    isManaged: z.literal(false),
    workingHours: z
      .array(z.object({ days: z.array(z.int()), startTime: z.int(), endTime: z.int(), userId: id }))
      .meta({ description: 'In minutes after midnight.' }),
    schedule: z.array(Row).meta({ description: 'Hours of the week and of dates.' }),
    availability: z
      .array(z.array(Range))
      .meta({ description: 'Hours of each day from Sunday on, as those of today.' }),
    timeZone: z.string(),
    dateOverrides: z.array(z.object({ ranges: z.array(Range) })),
    isDefault: z.boolean(),
    isLastSchedule: z.boolean(),
    readOnly: z.literal(false),
  })
  .meta({ id: 'ScheduleOfEditor' })

const EPOCH = '1970-01-01'

const at = (date: string, time: string): string => `${date}T${time}:00.000Z`
const minuteOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3))
const today = (now: Date): string => now.toISOString().slice(0, 10)

export function editorSchedule(
  shown: Shown,
  of: { ownerId: number; isLast: boolean; now: Date },
): z.input<typeof EditorSchedule> {
  const week = weekOf(shown)
  const dates = datesOf(shown)
  const row = { userId: null, eventTypeId: null, scheduleId: shown.databaseId }
  return {
    id: shown.databaseId,
    name: shown.name,
    isManaged: false,
    workingHours: week.map(({ days, startTime, endTime }) => ({
      days,
      startTime: minuteOf(startTime),
      endTime: minuteOf(endTime),
      userId: of.ownerId,
    })),
    schedule: [
      ...week.map(({ id, days, startTime, endTime }) => ({
        ...row,
        id,
        days,
        startTime: at(EPOCH, startTime),
        endTime: at(EPOCH, endTime),
        date: null,
      })),
      ...dates.map(({ id, date, startTime, endTime }) => ({
        ...row,
        id,
        days: [],
        startTime: at(EPOCH, startTime),
        endTime: at(EPOCH, endTime),
        date: at(date, '00:00'),
      })),
    ],
    availability: weekdays.map((_, day) =>
      week
        .filter(({ days }) => days.includes(day))
        .map(({ startTime, endTime }) => ({
          start: at(today(of.now), startTime),
          end: at(today(of.now), endTime),
        })),
    ),
    timeZone: shown.timeZone,
    dateOverrides: [...new Set(dates.map(({ date }) => date))].map(date => ({
      ranges: dates
        .filter(each => each.date === date)
        .map(({ startTime, endTime }) => ({ start: at(date, startTime), end: at(date, endTime) })),
    })),
    isDefault: shown.isDefault,
    isLastSchedule: of.isLast,
    readOnly: false,
  }
}

/** An instant, of which the UTC wall clock counts: `HH:MM`. */
const clock = text
  .refine(value => !Number.isNaN(Date.parse(value)), 'must be a valid ISO 8601 date string')
  .meta({ format: 'date-time' })

const timeOf = (instant: string): string => new Date(instant).toISOString().slice(11, 16)
const dateOf = (instant: string): string => new Date(instant).toISOString().slice(0, 10)

const versions = scheduleVersions.old

const list = route({
  ...operations.list,
  versions,
  name: 'listSchedules20240415',
  summary: 'All schedules, oldest first.',
  request: {},
  response: enveloped(z.array(EditorSchedule)),
  variables: () => ({}),
  reply: ({ viewer, schedules }, { arrival }) =>
    success(
      schedules.map(each =>
        editorSchedule(each, {
          ownerId: idOf(viewer),
          isLast: schedules.length === 1,
          now: arrival.now,
        }),
      ),
    ),
})

const getDefault = route({
  ...operations.getDefault,
  versions,
  name: 'getDefaultSchedule20240415',
  summary: 'The default schedule; null where there is none.',
  request: {},
  response: enveloped(EditorSchedule.nullable()),
  variables: () => ({}),
  reply: ({ viewer, schedules }, { arrival }) =>
    success(
      viewer?.defaultSchedule
        ? editorSchedule(viewer.defaultSchedule, {
            ownerId: viewer.databaseId,
            isLast: schedules.length === 1,
            now: arrival.now,
          })
        : null,
    ),
})

const get = saying(
  missing,
  route({
    ...operations.get,
    versions,
    name: 'getSchedule20240415',
    summary: 'One schedule.',
    request: { params },
    response: enveloped(EditorSchedule),
    variables: ({ params }) => ({ id: params.scheduleId }),
    reply: ({ viewer, schedule: shown, schedules }, { arrival }) =>
      success(
        editorSchedule(found(shown, 'schedule'), {
          ownerId: idOf(viewer),
          isLast: schedules.length === 1,
          now: arrival.now,
        }),
      ),
  }),
)

const Hours = z.object({
  days: listOf(z.int('must be a number').min(0).max(6)).meta({ description: '0 is Sunday.' }),
  startTime: clock,
  endTime: clock,
})

const create = route({
  ...operations.create,
  versions,
  name: 'createSchedule20240415',
  summary: 'Makes a schedule, Monday to Friday from 09:00 to 17:00 unless it says otherwise.',
  request: {
    body: z.object({
      name: text,
      timeZone: text,
      isDefault: truth,
      availabilities: listOf(Hours).optional(),
    }),
  },
  response: enveloped(EditorSchedule),
  variables: ({ body: { availabilities, ...rest } }) => ({
    input: {
      ...rest,
      weekly:
        availabilities &&
        weeklyFrom(
          availabilities.map(({ days, startTime, endTime }) => ({
            days,
            startTime: timeOf(startTime),
            endTime: timeOf(endTime),
          })),
        ),
    },
  }),
  reply: ({ createSchedule: made }, { arrival }) =>
    success(
      editorSchedule(made.schedule, {
        ownerId: made.owner.databaseId,
        isLast: made.previousDefaultDatabaseId === null,
        now: arrival.now,
      }),
    ),
  names: { 'input.weekly': 'availabilities' },
})

export const updateOldSchedule = saying(
  missing,
  route({
    ...operations.update,
    versions,
    name: 'updateSchedule20240415',
    summary: 'Changes what the body names.',
    request: {
      params,
      body: z.object({
        name: text.optional(),
        timeZone: text.optional(),
        isDefault: truth.optional(),
        schedule: listOf(listOf(z.object({ start: clock, end: clock })))
          .max(7, 'must contain not more than 7 elements')
          .optional()
          .meta({ description: 'Hours of each day from Sunday on; replaces all.' }),
        dateOverrides: listOf(z.object({ start: clock, end: clock }))
          .optional()
          .meta({ description: 'Hours of dates; replaces all.' }),
      }),
    },
    response: enveloped(
      z.object({
        schedule: z.object({ id, userId: id, name: z.string(), timeZone: z.string() }),
        isDefault: z.boolean(),
        timeZone: z.string(),
        prevDefaultId: z.int().nullable(),
        currentDefaultId: z.int().nullable(),
      }),
    ),
    variables: ({ params, body: { name, timeZone, isDefault, schedule, dateOverrides } }) => ({
      input: {
        id: params.scheduleId,
        name,
        timeZone,
        isDefault: takesDefault(isDefault),
        weekly: schedule?.flatMap((ranges, day) =>
          weeklyFrom(
            ranges.map(({ start, end }) => ({
              days: [day],
              startTime: timeOf(start),
              endTime: timeOf(end),
            })),
          ),
        ),
        overrides:
          dateOverrides &&
          overridesFrom(
            dateOverrides.map(({ start, end }) => ({
              date: dateOf(start),
              startTime: timeOf(start),
              endTime: timeOf(end),
            })),
          ),
      },
    }),
    reply: ({ updateSchedule: { schedule, owner, previousDefaultDatabaseId } }) =>
      success({
        schedule: {
          id: schedule.databaseId,
          userId: owner.databaseId,
          name: schedule.name,
          timeZone: schedule.timeZone,
        },
        isDefault: schedule.isDefault,
        timeZone: schedule.timeZone,
        prevDefaultId: previousDefaultDatabaseId,
        currentDefaultId: owner.defaultScheduleDatabaseId,
      }),
    names: { 'input.weekly': 'schedule', 'input.overrides': 'dateOverrides' },
  }),
)

export const oldSchedules = [list, getDefault, create, get, updateOldSchedule]
