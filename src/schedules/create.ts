import { z } from 'zod'
import { workingHours } from '../accounts/working-hours.ts'
import { type Context, hostOf } from '../context.ts'
import { ApiError } from '../errors.ts'
import { changeHost } from '../event-log/transaction.ts'
import { newUid } from '../ids.ts'
import { parse, text, timeZone } from '../validation.ts'
import { Overrides, overrideRow, WeeklyRules, weeklyRow } from './rules.ts'

const MAX_SCHEDULES = 100

const NewSchedule = z.object({
  name: text(100),
  timeZone: timeZone.nullish(),
  isDefault: z.boolean().nullish(),
  weekly: WeeklyRules.nullish(),
  overrides: Overrides.nullish(),
})

/**
 * Makes a schedule: in the host's zone and open Monday to Friday from nine to five, unless it says
 * otherwise. A host's only schedule is the default one.
 * @throws ApiError LIMIT_REACHED with 100 schedules; INVALID_INPUT.
 */
export async function createSchedule(ctx: Context, input: unknown) {
  const hostId = hostOf(ctx)
  const wanted = parse(NewSchedule, input)
  return changeHost(ctx, hostId, async ({ tx, now, emit }) => {
    const count = await tx.schedule.count({ where: { hostId, isOwn: false } })
    if (count >= MAX_SCHEDULES) {
      throw new ApiError('LIMIT_REACHED', `An account has at most ${MAX_SCHEDULES} schedules.`, {
        limit: MAX_SCHEDULES,
      })
    }
    const host = await tx.user.findUniqueOrThrow({ where: { id: hostId } })
    const schedule = await tx.schedule.create({
      data: {
        uid: newUid('Schedule'),
        hostId,
        name: wanted.name,
        timeZone: wanted.timeZone ?? host.timeZone,
        createdAt: now,
        updatedAt: now,
        weekly: { createMany: { data: wanted.weekly?.map(weeklyRow) ?? workingHours } },
        overrides: { createMany: { data: (wanted.overrides ?? []).map(overrideRow) } },
      },
    })
    if (wanted.isDefault === true || host.defaultScheduleId === null) {
      await tx.user.update({ where: { id: hostId }, data: { defaultScheduleId: schedule.id } })
    }
    emit({ kind: 'SCHEDULE_CREATED', data: { uid: schedule.uid, name: schedule.name } })
    return { schedule, previousDefaultId: host.defaultScheduleId }
  })
}
