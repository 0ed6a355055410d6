// Free starts, in the shape of 2024-09-04: its contract, 7.1.

import { z } from 'zod'
import { route } from '../../dialect.ts'
import { strict } from '../common.ts'
import { enveloped, success } from '../envelope.ts'
import { exception, saying } from '../errors.ts'
import { text } from '../values.ts'
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
import { clockOf, endMoment, moment, zone } from './time.ts'

/** When starts are looked for, and how they are shown. */
export const Span = z.object({
  start: moment,
  end: endMoment,
  timeZone: zone.default('UTC'),
  duration: z.coerce.number('must be a number').int('must be a number').optional(),
  format: z
    .string()
    .toLowerCase()
    .pipe(z.enum(['time', 'range'], 'must be one of the following values: range, time'))
    .default('time'),
  bookingUidToReschedule: text
    .optional()
    .meta({ description: 'Its own time counts as free. Ignored when there is no such booking.' }),
})

const Query = z.strictObject({
  ...Span.shape,
  eventTypeId: z.coerce.number('must be a number').int('must be a number').optional(),
  eventTypeSlug: text.optional(),
  username: text.optional(),
  teamSlug: text.optional(),
  organizationSlug: text.optional().meta({ description: 'There are no organizations.' }),
  usernames: text
    .optional()
    .meta({ description: 'Two or more, with commas: when they are all free.' }),
  rrHostSubsetIds: z.unknown().optional().meta({ description: 'Not regarded.' }),
})

const Slot = z
  .object({
    start: z.string(),
    end: z.string().optional().meta({ description: 'With `format=range`.' }),
    seatsBooked: z.int().optional(),
    seatsRemaining: z.int().optional(),
    seatsTotal: z.int().optional(),
    bookingUid: z.string().optional().meta({ description: 'Of the booking that it would join.' }),
  })
  .meta({ id: 'Slot' })

export const Days = z.record(z.string(), z.array(Slot))

/** The free starts by the days of the zone. */
export function daysOf(
  data: Parameters<typeof freeSlots>[0],
  span: z.output<typeof Span>,
): z.input<typeof Days> {
  const clock = clockOf(span.timeZone)
  const days = freeSlots(data, span).map(([date, slots]) => [
    date,
    slots.map(({ start, end, seats, bookingId }) => ({
      start: clock(start),
      ...(span.format === 'range' && { end: clock(end) }),
      ...(seats && {
        seatsBooked: seats.total - seats.left,
        seatsRemaining: seats.left,
        seatsTotal: seats.total,
      }),
      ...(bookingId !== null && { bookingUid: bookingId }),
    })),
  ])
  return Object.fromEntries(days)
}

/** Of what the slots are. @throws CallError 400 for a query that does not say it. */
function targetOf(query: z.output<typeof Query>): Target {
  const { eventTypeId, eventTypeSlug, username, teamSlug, usernames, organizationSlug } = query
  if (organizationSlug !== undefined)
    throw exception(404, `Organization with slug=${organizationSlug} not found`)
  if (eventTypeId !== undefined) return { id: `${eventTypeId}` }
  if (eventTypeSlug !== undefined && (username ?? teamSlug) !== undefined) {
    return { page: username ?? teamSlug ?? '', slug: eventTypeSlug }
  }
  if (usernames !== undefined) return { usernames }
  throw exception(
    400,
    'eventTypeId, or eventTypeSlug with username or teamSlug, or usernames must be provided to check slots.',
  )
}

const list = strict(
  saying(
    {
      NOT_FOUND: [
        404,
        ({ fields }) => (fields[0]?.path === 'pages' ? 'User not found' : 'Event type not found'),
      ],
    },
    ignoringUnknown(
      'bookingUidToReschedule',
      route({
        method: 'GET',
        path: '/slots',
        versions: slotVersions.new,
        name: 'listSlots',
        summary:
          'Starts that can be booked now, by the days of a zone; days without any are left out.',
        group: 'Slots',
        optionalAuth: true,
        request: { query: Query },
        response: enveloped(Days),
        document: FindSlots,
        variables: ({ query }) => question(query, targetOf(query)),
        next: (data, { query }) => morePages(data, query),
        join: slotPages,
        reply: (data, { query }) => success(daysOf(data, query)),
        names: {
          start: 'start',
          end: 'end',
          durationMinutes: 'duration',
          reschedule: 'bookingUidToReschedule',
        },
      }),
    ),
  ),
)

export const slots = [list]
