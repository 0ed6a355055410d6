import { builder } from '../../graph/builder.ts'
import type { BusyTime as BusyTimeRow } from '../read/busy-times.ts'

export const BusyTime = builder.objectRef<BusyTimeRow>('BusyTime').implement({
  description:
    "Time of a host that is taken: a booking's, or that of a start which somebody holds.",
  fields: t => ({
    start: t.expose('startAt', { type: 'DateTime', description: 'When the meeting begins.' }),
    end: t.expose('endAt', { type: 'DateTime', description: 'When it ends.' }),
    takenFrom: t.expose('takenFrom', {
      type: 'DateTime',
      description: 'When the buffer before it begins.',
    }),
    takenUntil: t.expose('takenUntil', {
      type: 'DateTime',
      description: 'When the buffer after it ends.',
    }),
    bookingId: t.exposeID('bookingUid', {
      nullable: true,
      description: 'Id of the booking; null where a start is held.',
    }),
  }),
})
