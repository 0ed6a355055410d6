import type { Reservation as ReservationRow } from '../../db/generated/client/client.ts'
import { EventType } from '../../event-types/schema.ts'
import { builder } from '../../graph/builder.ts'

export const Reservation = builder.prismaObject('Reservation', {
  description: 'A start that is held for somebody who fills in a form.',
  fields: t => ({
    start: t.expose('startAt', { type: 'DateTime', description: 'The start that is held.' }),
    end: t.expose('endAt', { type: 'DateTime', description: 'When the meeting would end.' }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      description: 'When the start is free again by itself.',
    }),
    isLoose: t.exposeBoolean('isLoose', {
      description: 'Whether any booking of exactly that start uses the reservation.',
    }),
    eventType: t.field({
      type: EventType,
      description: 'Of what it is.',
      // Neither by a relation nor with `select`, which read the reservation again: after a release
      // it no longer exists.
      resolve: ({ eventTypeId }, _args, ctx) =>
        ctx.db.eventType.findUniqueOrThrow({ where: { id: eventTypeId } }),
    }),
  }),
})

builder.nodeRef(Reservation, {
  id: {
    resolve: (reservation: ReservationRow) => reservation.uid,
    description:
      'Starts with `rsv_`; it is the right to book or release the start, so keep it secret.',
  },
  loadWithoutCache: (id, ctx) =>
    ctx.db.reservation.findUnique({
      where: { uid: String(id), expiresAt: { gt: ctx.clock.now() } },
    }),
})

export const ReservationPayload = builder
  .objectRef<{ reservation: ReservationRow }>('ReservationPayload')
  .implement({
    description: 'A reservation that was made, changed or released.',
    fields: t => ({
      reservation: t.field({
        type: Reservation,
        description: 'The reservation.',
        resolve: payload => payload.reservation,
      }),
    }),
  })
