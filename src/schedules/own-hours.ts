import { z } from 'zod'
import type { Change } from '../event-log/transaction.ts'
import { newUid } from '../ids.ts'
import { timeZone } from '../validation.ts'
import { Overrides, overrideRow, WeeklyRules, weeklyRow } from './rules.ts'

/** Hours that belong to one event type. */
export const OwnHours = z.object({
  timeZone: timeZone.nullish(),
  weekly: WeeklyRules,
  overrides: Overrides.nullish(),
})

export type OwnHours = z.output<typeof OwnHours>

/**
 * Writes hours that belong to one event type: in place of those that it has, or as a schedule that
 * no list has. They are in the host's zone unless they say otherwise.
 * @param name what the schedule is called
 * @returns the id of the schedule
 */
export async function writeOwnHours(
  { tx, hostId, now }: Change,
  hours: OwnHours,
  name: string,
  before: number | null,
): Promise<number> {
  const host = await tx.user.findUniqueOrThrow({ where: { id: hostId } })
  const rows = {
    weekly: { createMany: { data: hours.weekly.map(weeklyRow) } },
    overrides: { createMany: { data: (hours.overrides ?? []).map(overrideRow) } },
  }
  const kept = {
    name: name.slice(0, 100),
    timeZone: hours.timeZone ?? host.timeZone,
    updatedAt: now,
  }
  const { id } =
    before === null
      ? await tx.schedule.create({
          data: { ...kept, ...rows, uid: newUid('Schedule'), hostId, isOwn: true, createdAt: now },
        })
      : await tx.schedule.update({
          where: { id: before },
          data: {
            ...kept,
            weekly: { deleteMany: {}, ...rows.weekly },
            overrides: { deleteMany: {}, ...rows.overrides },
          },
        })
  return id
}
