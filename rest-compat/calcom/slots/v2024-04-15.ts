// Free starts and reservations in the version 2024-04-15 and those after it: its contract, 7.3.

import { z } from 'zod'
import { MINUTE_MS } from '../../../src/time.ts'
import { route } from '../../dialect.ts'
import { Done, done, enveloped, success } from '../envelope.ts'
import { exception, saying } from '../errors.ts'
import { listOf, text, truth } from '../values.ts'
import { slotVersions } from '../versions.ts'
import {
  FindSlots,
  freeSlots,
  ignoringUnknown,
  morePages,
  question,
  slotPages,
  type Target,
} from './find.ts'
import { ReleaseSlot, ReserveSlot, reservedWords } from './reservations.ts'
import { clockOf, endMoment, moment, zone } from './time.ts'

const versions = slotVersions.old
const group = 'Slots'

const one = z.coerce.number('must be a number').int('must be a number')

const Query = z.object({
  startTime: moment,
  endTime: endMoment,
  eventTypeId: one.optional(),
  eventTypeSlug: text.optional(),
  usernameList: z
    .union([listOf(text), text.transform(names => names.split(','))])
    .optional()
    .meta({ description: 'Of several: when they are all free.' }),
  timeZone: zone.default('UTC'),
  duration: one.optional(),
  rescheduleUid: text.optional(),
  orgSlug: text.optional().meta({ description: 'There are no organizations.' }),
  slotFormat: text.optional().meta({ description: 'Whatever it is: starts and ends.' }),
  isTeamEvent: z
    .union([z.enum(['true', 'false']).transform(word => word === 'true'), truth])
    .optional(),
})

function targetOf({
  eventTypeId,
  eventTypeSlug,
  usernameList = [],
}: z.output<typeof Query>): Target {
  if (eventTypeId !== undefined) return { id: `${eventTypeId}` }
  const [page, ...others] = usernameList
  if (others.length > 0) return { usernames: usernameList.join(',') }
  if (page !== undefined && eventTypeSlug !== undefined) return { page, slug: eventTypeSlug }
  throw exception(400, 'Either eventTypeId, or eventTypeSlug with usernameList, must be provided.')
}

const askedOf = ({ startTime, endTime, rescheduleUid, ...query }: z.output<typeof Query>) => ({
  ...query,
  start: startTime,
  end: endTime,
  bookingUidToReschedule: rescheduleUid,
})

const Slot = z
  .object({
    time: z.string().optional(),
    startTime: z.string().optional().meta({ description: 'With `slotFormat`.' }),
    endTime: z.string().optional(),
    attendees: z.int().optional(),
    bookingUid: z.string().optional(),
  })
  .meta({ id: 'Slot_2024_04_15' })

const list = saying(
  { NOT_FOUND: [404, 'Event type not found'] },
  ignoringUnknown(
    'rescheduleUid',
    route({
      method: 'GET',
      path: '/slots/available',
      versions,
      name: 'listSlots20240415',
      summary:
        'Starts that can be booked now, by the days of a zone; days without any are left out.',
      group,
      optionalAuth: true,
      request: { query: Query },
      response: enveloped(z.object({ slots: z.record(z.string(), z.array(Slot)) })),
      document: FindSlots,
      variables: ({ query }) => question(askedOf(query), targetOf(query)),
      next: (data, { query }) => morePages(data, askedOf(query)),
      join: slotPages,
      reply(data, { query }) {
        const clock = clockOf(query.timeZone)
        const days = freeSlots(data, askedOf(query)).map(([date, slots]) => [
          date,
          slots.map(({ start, end, seats, bookingId }) => ({
            ...(query.slotFormat === undefined
              ? { time: clock(start) }
              : { startTime: clock(start), endTime: clock(end) }),
            ...(seats && bookingId !== null && { attendees: seats.total - seats.left }),
            ...(bookingId !== null && { bookingUid: bookingId }),
          })),
        ])
        return success({ slots: Object.fromEntries(days) })
      },
      names: {
        start: 'startTime',
        end: 'endTime',
        durationMinutes: 'duration',
        reschedule: 'rescheduleUid',
      },
    }),
  ),
)

/** The life of a reservation of this version. */
const MINUTES = 15

const reserve = saying(
  reservedWords,
  route({
    method: 'POST',
    path: '/slots/reserve',
    versions,
    name: 'reserveSlot20240415',
    summary: 'Holds a slot for a quarter of an hour; its id is answered as a cookie too.',
    group,
    optionalAuth: true,
    status: 201,
    request: {
      body: z.object({
        eventTypeId: z.int('must be a number'),
        slotUtcStartDate: moment,
        slotUtcEndDate: moment,
        bookingUid: text.nullish().meta({ description: 'Not regarded.' }),
      }),
    },
    response: enveloped(z.string()),
    document: ReserveSlot,
    variables: ({ body: { eventTypeId, slotUtcStartDate, slotUtcEndDate } }) => ({
      input: {
        eventType: { id: `${eventTypeId}` },
        start: new Date(slotUtcStartDate).toISOString(),
        durationMinutes: Math.round((slotUtcEndDate - slotUtcStartDate) / MINUTE_MS),
        holdMinutes: MINUTES,
        isLoose: true,
      },
    }),
    reply({ reserveSlot: { reservation } }, { arrival }) {
      arrival.setHeader(
        'Set-Cookie',
        `uid=${reservation.id}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${MINUTES * 60}`,
      )
      return success(reservation.id)
    },
    names: { 'input.durationMinutes': 'slotUtcEndDate', 'input.start': 'slotUtcStartDate' },
  }),
)

const Cookies = z.object({ cookie: z.string().optional() })

const release = route({
  method: 'DELETE',
  path: '/slots/selected-slot',
  versions,
  name: 'releaseSlot20240415',
  summary: 'Gives a slot back; its id is a parameter or the cookie.',
  group,
  optionalAuth: true,
  request: { query: z.object({ uid: text.optional() }), headers: Cookies },
  response: Done,
  document: ReleaseSlot,
  variables: ({ query, headers }) => ({
    id: query.uid ?? /(?:^|; *)uid=(\w+)/.exec(headers.cookie ?? '')?.[1] ?? '',
  }),
  reply: () => done,
})

export const oldSlots = [list, reserve, release]
