// Slots that are held for a while: its contract, 7.2. They are loose ones of the graph: of any free
// time, and whoever books just that start uses one up, since bookings here name none.

import { z } from 'zod'
import { type ExecuteDocument, graphql, type ResultOf } from '../../../src/graph/typed.ts'
import { MINUTE_MS } from '../../../src/time.ts'
import { route } from '../../dialect.ts'
import { Done, done, enveloped, success } from '../envelope.ts'
import { exception, saying } from '../errors.ts'
import { Instant, id, integer } from '../values.ts'
import { slotVersions } from '../versions.ts'
import { moment } from './time.ts'

const group = 'Slots'
const versions = slotVersions.new
const USUAL_MINUTES = 5

const ReservationParts = graphql(`
  fragment CalcomReservation on Reservation { id start end expiresAt eventType { databaseId } }
`)

export const ReserveSlot = graphql(
  `mutation CalcomReserveSlot($input: ReserveSlotInput!) {
    reserveSlot(input: $input) { reservation { ...CalcomReservation } }
  }`,
  [ReservationParts],
)

export const ReleaseSlot = graphql(
  'mutation CalcomReleaseSlot($id: ID!) { releaseSlot(input: { id: $id }) { reservation { id } } }',
)

/** A slot that is not free, and an event type that is not there. */
export const reservedWords = {
  SLOT_UNAVAILABLE: [
    422,
    "Can't reserve a slot if the event is already booked or reserved at that time.",
  ],
  LIMIT_REACHED: [422],
  NOT_FOUND: [404, 'Event type not found'],
} as const

const Body = z.object({
  eventTypeId: z.int('must be a number'),
  slotStart: moment,
  slotDuration: integer(1, 1440)
    .optional()
    .meta({ description: 'For event types with several lengths.' }),
  reservationDuration: integer(1, 60).optional().meta({
    description: 'Minutes for which it is held; for who has the event type, or is in its team.',
  }),
})

const held = {
  eventTypeId: id,
  slotStart: Instant,
  slotEnd: Instant,
  slotDuration: z.int(),
  reservationUid: z.string().meta({ description: 'The right to change it and to give it back.' }),
  reservationUntil: Instant,
}
const Reservation = z.object(held).meta({ id: 'Reservation' })
const NewReservation = z
  .object({ ...held, reservationDuration: z.int() })
  .meta({ id: 'NewReservation' })

const reservation = ({
  id,
  start,
  end,
  expiresAt,
  eventType,
}: ResultOf<typeof ReservationParts>) => ({
  eventTypeId: eventType.databaseId,
  slotStart: start,
  slotEnd: end,
  slotDuration: (Date.parse(end) - Date.parse(start)) / MINUTE_MS,
  reservationUid: id,
  reservationUntil: expiresAt,
})

export const GetReservable = graphql(`
  query CalcomGetReservable($id: ID!) { viewer { id } publicEventType(ref: { id: $id }) { durationOptions } }
`)

export const GetInside = graphql(
  'query CalcomGetInside($id: ID!) { eventType(id: $id) { databaseId } }',
)

/**
 * What the graph is asked to hold.
 * @throws CallError 400 for a length of an event type that has one; 401 and 403 for who may not say
 * how long it is held.
 */
async function inputOf(
  { eventTypeId, slotStart, slotDuration, reservationDuration }: z.output<typeof Body>,
  execute: ExecuteDocument,
) {
  const id = `${eventTypeId}`
  const { viewer, publicEventType } = await execute(GetReservable, { id })
  if (
    slotDuration !== undefined &&
    publicEventType !== null &&
    publicEventType.durationOptions.length < 2
  ) {
    throw exception(
      400,
      'You passed slotDuration but this event type is not a variable length event type.',
    )
  }
  if (reservationDuration !== undefined) {
    if (viewer === null)
      throw exception(401, 'reservationDuration can only be used for authenticated requests.')
    const { eventType } = await execute(GetInside, { id })
    if (publicEventType !== null && eventType === null) {
      throw exception(403, 'You are not allowed to set reservationDuration for this event type.')
    }
  }
  return {
    eventType: { id },
    start: new Date(slotStart).toISOString(),
    durationMinutes: slotDuration,
    holdMinutes: reservationDuration ?? USUAL_MINUTES,
    isLoose: true,
  }
}

const names = {
  'input.start': 'slotStart',
  'input.durationMinutes': 'slotDuration',
  'input.holdMinutes': 'reservationDuration',
}

const create = saying(
  reservedWords,
  route({
    method: 'POST',
    path: '/slots/reservations',
    versions,
    name: 'reserveSlot',
    summary: 'Holds a slot for some minutes.',
    group,
    optionalAuth: true,
    status: 201,
    request: { body: Body },
    response: enveloped(NewReservation),
    document: ReserveSlot,
    variables: async ({ body }, execute) => ({ input: await inputOf(body, execute) }),
    reply: ({ reserveSlot }, { body }) =>
      success({
        ...reservation(reserveSlot.reservation),
        reservationDuration: body.reservationDuration ?? USUAL_MINUTES,
      }),
    names,
  }),
)

const params = z.object({ uid: z.string() })

const get = route({
  method: 'GET',
  path: '/slots/reservations/:uid',
  versions,
  name: 'getReservation',
  summary: 'A slot that is held; null when it is not.',
  group,
  optionalAuth: true,
  request: { params },
  response: enveloped(Reservation.nullable()),
  document: graphql(
    'query CalcomGetReservation($id: ID!) { reservation(id: $id) { ...CalcomReservation } }',
    [ReservationParts],
  ),
  variables: ({ params }) => ({ id: params.uid }),
  reply: data => success(data.reservation && reservation(data.reservation)),
})

const update = saying(
  { ...reservedWords, NOT_FOUND: [404, 'Reserved slot or event type not found'] },
  route({
    method: 'PATCH',
    path: '/slots/reservations/:uid',
    versions,
    name: 'changeReservation',
    summary: 'Holds another slot instead, or the same one anew.',
    group,
    optionalAuth: true,
    request: { params, body: Body },
    response: enveloped(NewReservation),
    document: graphql(
      `mutation CalcomChangeReservation($input: ChangeReservationInput!) {
        changeReservation(input: $input) { reservation { ...CalcomReservation } }
      }`,
      [ReservationParts],
    ),
    variables: async ({ params, body }, execute) => ({
      input: { id: params.uid, ...(await inputOf(body, execute)) },
    }),
    reply: ({ changeReservation }, { body }) =>
      success({
        ...reservation(changeReservation.reservation),
        reservationDuration: body.reservationDuration ?? USUAL_MINUTES,
      }),
    names,
  }),
)

const remove = saying(
  { NOT_FOUND: [404, 'Reserved slot not found'] },
  route({
    method: 'DELETE',
    path: '/slots/reservations/:uid',
    versions,
    name: 'releaseSlot',
    summary: 'Gives a slot back before its time.',
    group,
    optionalAuth: true,
    request: { params },
    response: Done,
    document: ReleaseSlot,
    variables: ({ params }) => ({ id: params.uid }),
    reply: () => done,
  }),
)

export const reservations = [create, get, update, remove]
