import { type Context, hostOf } from '../context.ts'
import { ApiError } from '../errors.ts'
import { changeHost } from '../event-log/transaction.ts'
import { findOwnSchedule } from './find.ts'

/**
 * Deletes a schedule. Event types that use it go on with the default one: the database takes the
 * reference away.
 * @throws ApiError NOT_FOUND; CONFLICT for the default schedule.
 */
export async function deleteSchedule(ctx: Context, id: string) {
  return changeHost(ctx, hostOf(ctx), async ({ tx, emit }) => {
    const schedule = await findOwnSchedule(ctx, id, 'input.id', tx)
    if (schedule.defaultOf !== null) {
      throw new ApiError(
        'CONFLICT',
        'The default schedule cannot be deleted: make another one the default first.',
        {
          fields: [{ path: 'input.id', message: 'is the default schedule' }],
        },
      )
    }
    await tx.schedule.delete({ where: { id: schedule.id } })
    emit({ kind: 'SCHEDULE_DELETED', data: { uid: schedule.uid, name: schedule.name } })
    return { id: schedule.uid }
  })
}
