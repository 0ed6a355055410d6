import { z } from 'zod'
import { type Context, hostOf } from '../context.ts'
import { ApiError } from '../errors.ts'
import { changeHost } from '../event-log/transaction.ts'
import { parse, text, timeZone } from '../validation.ts'
import { findOwnSchedule } from './find.ts'
import { Overrides, overrideRow, WeeklyRules, weeklyRow } from './rules.ts'

const Changes = z.object({
  id: z.string(),
  name: text(100).optional(),
  timeZone: timeZone.optional(),
  isDefault: z.boolean().optional(),
  weekly: WeeklyRules.optional(),
  overrides: Overrides.optional(),
})

/**
 * Changes what the input names: weekly hours and overrides as whole lists.
 * @throws ApiError NOT_FOUND; CONFLICT for taking the default away without naming another, or for
 * making hours of one event type the default; INVALID_INPUT.
 */
export async function updateSchedule(ctx: Context, input: unknown) {
  const hostId = hostOf(ctx)
  const wanted = parse(Changes, input)
  return changeHost(ctx, hostId, async ({ tx, now, emit }) => {
    const { defaultScheduleId } = await tx.user.findUniqueOrThrow({ where: { id: hostId } })
    const { id, defaultOf, isOwn } = await findOwnSchedule(ctx, wanted.id, 'input.id', tx)
    if (wanted.isDefault === false && defaultOf !== null) throw needsDefault()
    if (wanted.isDefault === true && isOwn) throw isOfOne()
    if (wanted.isDefault === true)
      await tx.user.update({ where: { id: hostId }, data: { defaultScheduleId: id } })
    const schedule = await tx.schedule.update({
      where: { id },
      data: {
        name: wanted.name,
        timeZone: wanted.timeZone,
        updatedAt: now,
        weekly: wanted.weekly && {
          deleteMany: {},
          createMany: { data: wanted.weekly.map(weeklyRow) },
        },
        overrides: wanted.overrides && {
          deleteMany: {},
          createMany: { data: wanted.overrides.map(overrideRow) },
        },
      },
    })
    emit({ kind: 'SCHEDULE_UPDATED', data: { uid: schedule.uid, name: schedule.name } })
    return { schedule, previousDefaultId: defaultScheduleId }
  })
}

const isOfOne = () =>
  new ApiError('CONFLICT', 'Hours of one event type cannot be the default.', {
    fields: [{ path: 'input.isDefault', message: 'these are the hours of one event type' }],
  })

const needsDefault = () =>
  new ApiError(
    'CONFLICT',
    'A host always has a default schedule: make another one the default instead.',
    {
      fields: [{ path: 'input.isDefault', message: 'make another schedule the default instead' }],
    },
  )
