import { Host, User } from '../accounts/schema.ts'
import { Weekday, weekdays } from '../accounts/weekday.ts'
import { requireScope } from '../context.ts'
import type { Schedule as ScheduleRow } from '../db/generated/client/client.ts'
import { builder } from '../graph/builder.ts'
import { DeletePayload } from '../graph/delete-payload.ts'
import { idInput } from '../graph/id-input.ts'
import { accountToRead } from '../teams/organization.ts'
import { createSchedule } from './create.ts'
import { deleteSchedule } from './delete.ts'
import { findToRead } from './find.ts'
import { withHours } from './hours.ts'
import { timeOf } from './time.ts'
import { updateSchedule } from './update.ts'

const WeeklyHours = builder.prismaObject('WeeklyHours', {
  description: "Open hours of one weekday, by the clock of the schedule's zone.",
  fields: t => ({
    databaseId: t.exposeInt('id', {
      description: 'Integer id, for dialects that document one; new at each change.',
    }),
    weekday: t.field({
      type: Weekday,
      description: 'The day on which the hours begin.',
      resolve: hours => weekdays[hours.weekday] ?? 0,
    }),
    start: t.field({
      type: 'LocalTime',
      description: 'When the hours begin.',
      resolve: hours => timeOf(hours.startMinute),
    }),
    end: t.field({
      type: 'LocalTime',
      description: 'When the hours end; past `24:00` on the next day.',
      resolve: hours => timeOf(hours.endMinute),
    }),
  }),
})

const DateOverride = builder.prismaObject('DateOverride', {
  description: 'Hours of one date in place of those of its weekday, or a day off.',
  fields: t => ({
    databaseId: t.exposeInt('id', {
      description: 'Integer id, for dialects that document one; new at each change.',
    }),
    date: t.expose('date', { type: 'Date', description: "The date, in the schedule's zone." }),
    closed: t.boolean({
      description: 'Whether the date is a day off.',
      resolve: override => override.startMinute === override.endMinute,
    }),
    start: t.field({
      type: 'LocalTime',
      nullable: true,
      description: 'When the hours begin; null for a day off.',
      resolve: ({ startMinute, endMinute }) =>
        startMinute === endMinute ? null : timeOf(startMinute),
    }),
    end: t.field({
      type: 'LocalTime',
      nullable: true,
      description: 'When the hours end, past `24:00` on the next day; null for a day off.',
      resolve: ({ startMinute, endMinute }) =>
        startMinute === endMinute ? null : timeOf(endMinute),
    }),
  }),
})

export const Schedule = builder.prismaObject('Schedule', {
  description: 'When a host can be booked: weekly hours and exceptions, in one time zone.',
  fields: t => ({
    databaseId: t.exposeInt('id', { description: 'Integer id, for dialects that document one.' }),
    name: t.exposeString('name', { description: 'What the host calls it.' }),
    timeZone: t.expose('timeZone', {
      type: 'TimeZone',
      description: 'Zone whose clock all the hours are read by.',
    }),
    isDefault: t.boolean({
      description: 'Whether event types without a schedule of their own use it.',
      select: { defaultOf: { select: { id: true } } },
      resolve: schedule => schedule.defaultOf !== null,
    }),
    weekly: t.relation('weekly', {
      type: WeeklyHours,
      query: withHours.weekly,
      description: 'Open hours of an ordinary week, from Sunday on.',
    }),
    overrides: t.relation('overrides', {
      type: DateOverride,
      query: withHours.overrides,
      description: 'Dates that differ from the ordinary week, in order.',
    }),
    host: t.relation('host', { type: Host, description: 'Whose time it is.' }),
    isOwn: t.exposeBoolean('isOwn', {
      description: 'Whether they are the hours of one event type alone.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it last changed.' }),
  }),
})

// Not prismaNode: it asks what `node(id)` asks also before it reads a relation of a row at hand,
// such as the schedule that a key without the scope for reading has just made.
builder.nodeRef(Schedule, {
  id: { resolve: (schedule: ScheduleRow) => schedule.uid, description: 'Starts with `sch_`.' },
  loadWithoutCache: (id, ctx) => {
    requireScope(ctx, 'availability:read')
    return findToRead(ctx, String(id))
  },
})

builder.prismaObjectField('User', 'defaultSchedule', t =>
  t.relation('defaultSchedule', {
    type: Schedule,
    nullable: true,
    description: 'The schedule of event types that have none of their own.',
    directives: { requiresScope: { scope: 'availability:read' } },
  }),
)

interface Changed {
  schedule: ScheduleRow
  previousDefaultId: number | null
}

const SchedulePayload = builder.objectRef<Changed>('SchedulePayload').implement({
  description: 'The schedule after the change.',
  fields: t => ({
    schedule: t.field({
      type: Schedule,
      description: 'The schedule.',
      resolve: payload => payload.schedule,
    }),
    owner: t.prismaField({
      type: User,
      description: 'Whose schedule it is.',
      resolve: (query, { schedule }, _args, ctx) =>
        ctx.db.user.findUniqueOrThrow({ ...query, where: { id: schedule.hostId } }),
    }),
    previousDefaultDatabaseId: t.int({
      nullable: true,
      description:
        'Integer id of the default schedule before the change, for dialects that return it. Null if there was none.',
      resolve: payload => payload.previousDefaultId,
    }),
  }),
})

const WeeklyHoursInput = builder.inputType('WeeklyHoursInput', {
  description: "Open hours of one weekday, by the clock of the schedule's zone.",
  fields: t => ({
    weekday: t.field({
      type: Weekday,
      required: true,
      description: 'The day on which the hours begin.',
    }),
    start: t.field({
      type: 'LocalTime',
      required: true,
      description: 'When they begin: `00:00` to `23:59`.',
    }),
    end: t.field({
      type: 'LocalTime',
      required: true,
      description:
        'When they end, later than the start: up to `24:00`, or to `48:00` into the next day.',
    }),
  }),
})

const DateOverrideInput = builder.inputType('DateOverrideInput', {
  description:
    'Hours of one date in place of those of its weekday: either `start` and `end`, or `closed`.',
  fields: t => ({
    date: t.field({
      type: 'Date',
      required: true,
      description: "The date, in the schedule's zone.",
    }),
    start: t.field({ type: 'LocalTime', description: 'When the hours begin: `00:00` to `23:59`.' }),
    end: t.field({
      type: 'LocalTime',
      description:
        'When they end, later than the start: up to `24:00`, or to `48:00` into the next day.',
    }),
    closed: t.boolean({ description: 'True makes the date a day off.' }),
  }),
})

export const OwnHoursInput = builder.inputType('OwnHoursInput', {
  description: 'Hours that belong to one event type.',
  fields: t => ({
    timeZone: t.field({
      type: 'TimeZone',
      description: 'Time zone of the hours. Default: that of the host.',
    }),
    weekly: t.field({
      type: [WeeklyHoursInput],
      required: true,
      description:
        'Hours of the week without overlaps, at most 200; none where it is open on single dates alone.',
    }),
    overrides: t.field({
      type: [DateOverrideInput],
      description: 'Dates that differ, at most 1000.',
    }),
  }),
})

const CreateScheduleInput = builder.inputType('CreateScheduleInput', {
  description: 'A new schedule.',
  fields: t => ({
    name: t.string({ required: true, description: 'What to call it, at most 100 characters.' }),
    timeZone: t.field({
      type: 'TimeZone',
      description: 'Time zone of its hours. Default: that of the host.',
    }),
    isDefault: t.boolean({ description: 'True makes it the default in place of the one before.' }),
    weekly: t.field({
      type: [WeeklyHoursInput],
      description:
        'Weekly hours without overlaps, at most 200. Default: Monday to Friday 09:00 to 17:00.',
    }),
    overrides: t.field({
      type: [DateOverrideInput],
      description:
        'Dates that differ, at most 1000; a date may have several hours that do not overlap.',
    }),
  }),
})

const UpdateScheduleInput = builder.inputType('UpdateScheduleInput', {
  description: 'What to change of a schedule; fields that are left out stay.',
  fields: t => ({
    id: t.id({ required: true, description: 'Id of the schedule.' }),
    name: t.string({ description: 'What to call it, at most 100 characters.' }),
    timeZone: t.field({
      type: 'TimeZone',
      description: 'Zone of its hours, which keep what the clock shows.',
    }),
    isDefault: t.boolean({
      description: 'True makes it the default; false is refused for the default one.',
    }),
    weekly: t.field({
      type: [WeeklyHoursInput],
      description: 'Replaces all hours of the week, at most 200.',
    }),
    overrides: t.field({
      type: [DateOverrideInput],
      description: 'Replaces all overrides, at most 1000.',
    }),
  }),
})

builder.queryFields(t => ({
  schedule: t.field({
    type: Schedule,
    nullable: true,
    description:
      'A schedule of the viewer, or of an account whose organization they manage; null when there is none with this id.',
    directives: { requiresScope: { scope: 'availability:read' } },
    args: { id: t.arg.id({ required: true, description: 'Id of the schedule.' }) },
    resolve: (_root, { id }, ctx) => findToRead(ctx, id),
  }),
  schedules: t.prismaField({
    type: [Schedule],
    description:
      'All schedules of the viewer, oldest first, at most 100; not the hours that belong to one event type.',
    directives: { requiresScope: { scope: 'availability:read' } },
    args: {
      userId: t.arg.id({
        description:
          'Those of this account, whose organization the viewer manages, instead of the own ones.',
      }),
    },
    resolve: async (query, _root, { userId }, ctx) => {
      const hostId = await accountToRead(ctx, userId, 'userId')
      return ctx.db.schedule.findMany({
        ...query,
        where: { hostId, isOwn: false },
        orderBy: { id: 'asc' },
      })
    },
  }),
}))

const DeleteScheduleInput = idInput('DeleteScheduleInput', 'The schedule to delete.')

builder.mutationFields(t => ({
  createSchedule: t.field({
    type: SchedulePayload,
    description: 'Makes a schedule of the viewer.',
    directives: { requiresScope: { scope: 'availability:write' } },
    args: {
      input: t.arg({ type: CreateScheduleInput, required: true, description: 'The new schedule.' }),
    },
    resolve: (_root, { input }, ctx) => createSchedule(ctx, input),
  }),
  updateSchedule: t.field({
    type: SchedulePayload,
    description: 'Changes a schedule of the viewer. Bookings that exist stay as they are.',
    directives: { requiresScope: { scope: 'availability:write' } },
    args: {
      input: t.arg({ type: UpdateScheduleInput, required: true, description: 'What to change.' }),
    },
    resolve: (_root, { input }, ctx) => updateSchedule(ctx, input),
  }),
  deleteSchedule: t.field({
    type: DeletePayload,
    description:
      'Deletes a schedule that is not the default one; its event types go on with the default.',
    directives: { requiresScope: { scope: 'availability:write' } },
    args: {
      input: t.arg({
        type: DeleteScheduleInput,
        required: true,
        description: 'The schedule to delete.',
      }),
    },
    resolve: (_root, { input }, ctx) => deleteSchedule(ctx, input.id),
  }),
}))
