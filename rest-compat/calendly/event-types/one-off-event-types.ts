// Event types for one occasion: its contract, "Event types".

import { z } from 'zod'
import { type ExecuteDocument, graphql, type VariablesOf } from '../../../src/graph/typed.ts'
import { DAY_MS, MINUTE_MS } from '../../../src/time.ts'
import { found, route } from '../../dialect.ts'
import { invalid } from '../../request-shape.ts'
import { OfferedLocation, toOffer } from '../events/location.ts'
import { one } from '../list.ts'
import { owner, requireOwn } from '../organization/self.ts'
import { instant } from '../time.ts'
import { EventType, EventTypeParts, eventType } from './event-type.ts'
import { kept, ScheduleParts } from './rules.ts'

const MAX_DAYS = 365

/** Characters of its name. */
export const MAX_NAME = 55

const DateSetting = z.discriminatedUnion('type', [
  z.object({ type: z.literal('date_range'), start_date: z.iso.date(), end_date: z.iso.date() }),
  z.object({
    type: z.literal('days_in_future'),
    days: z.int().min(0).max(MAX_DAYS),
    only_weekdays: z
      .boolean()
      .default(false)
      .meta({ description: 'Weekends are not offered, and do not count.' }),
  }),
  z.object({
    type: z.literal('spots'),
    spots: z
      .array(z.object({ start_time: instant, end_time: instant }))
      .min(1, 'must be filled')
      .max(100),
  }),
])

export const GetDefaultHours = graphql(
  'query CalendlyDefaultHours { viewer { defaultSchedule { ...CalendlySchedule } } }',
  [ScheduleParts],
)

export const CreateOneOff = graphql(
  `mutation CalendlyCreateOneOff($input: CreateEventTypeInput!) {
    createEventType(input: $input) { eventType { ...CalendlyEventType } }
  }`,
  [EventTypeParts],
)

type Settings = Pick<
  VariablesOf<typeof CreateOneOff>['input'],
  'bookingWindow' | 'hours' | 'minimumNoticeMinutes'
>

/** When it can be booked. */
async function settingsOf(
  dates: z.output<typeof DateSetting>,
  now: Date,
  execute: ExecuteDocument,
): Promise<Settings> {
  switch (dates.type) {
    case 'date_range':
      return rangeOf(dates.start_date, dates.end_date, now)
    case 'days_in_future':
      return dates.only_weekdays
        ? {
            bookingWindow: { kind: 'BUSINESS_DAYS', days: dates.days },
            hours: await weekdayHours(execute),
          }
        : { bookingWindow: { kind: 'DAYS', days: dates.days } }
    case 'spots':
      return spotsOf(dates.spots)
  }
}

function rangeOf(firstDay: string, lastDay: string, now: Date): Settings {
  const problem = (message: string) => invalid([{ path: 'date_setting.end_date', message }])
  if (lastDay < firstDay) throw problem('must be after start_date')
  if (lastDay < now.toISOString().slice(0, 10)) throw problem('must be in the future')
  if (Date.parse(lastDay) - Date.parse(firstDay) >= MAX_DAYS * DAY_MS)
    throw problem('must be within 365 days')
  return { bookingWindow: { kind: 'RANGE', firstDay, lastDay } }
}

/** The user's own hours without the weekend. */
async function weekdayHours(execute: ExecuteDocument): Promise<NonNullable<Settings['hours']>> {
  const { viewer } = await execute(GetDefaultHours, {})
  const hours = kept(found(viewer?.defaultSchedule ?? null, 'schedule'))
  const isWeekend = (day: number) => day === 0 || day === 6
  return {
    ...hours,
    weekly: hours.weekly.filter(({ weekday }) => weekday !== 'SATURDAY' && weekday !== 'SUNDAY'),
    overrides: hours.overrides.filter(
      ({ date }) => !isWeekend(new Date(`${date}T00:00:00Z`).getUTCDay()),
    ),
  }
}

/**
 * Hours on single dates. They are instants, so they are told by the clock of UTC, which is never
 * changed.
 */
function spotsOf(spots: { start_time: string; end_time: string }[]): Settings {
  const overrides = spots.map(({ start_time: start, end_time: end }, index) => {
    const date = start.slice(0, 10)
    const minutes = Math.floor((Date.parse(end) - Date.parse(date)) / MINUTE_MS)
    const path = `date_setting.spots.${index}.end_time`
    if (end <= start) throw invalid([{ path, message: 'must be after start_time' }])
    if (minutes > 2 * 24 * 60)
      throw invalid([{ path, message: 'must be on the day of start_time, or the next' }])
    return { date, start: start.slice(11, 16), end: clockOf(minutes) }
  })
  const days = spots
    .flatMap(({ start_time, end_time }) => [start_time.slice(0, 10), end_time.slice(0, 10)])
    .toSorted()
  return {
    hours: { timeZone: 'UTC', weekly: [], overrides },
    bookingWindow: { kind: 'RANGE', firstDay: days[0], lastDay: days.at(-1) },
    // Whoever names the times has them in mind.
    minimumNoticeMinutes: 0,
  }
}

const clockOf = (minutes: number): string =>
  [Math.floor(minutes / 60), minutes % 60].map(part => String(part).padStart(2, '0')).join(':')

const create = route({
  method: 'POST',
  path: '/one_off_event_types',
  name: 'createOneOffEventType',
  summary: 'Makes an event type for one occasion, which the booking page leaves out.',
  group: 'Event types',
  scope: 'event_types:write',
  status: 201,
  request: {
    body: z.object({
      name: z.string().max(MAX_NAME, `size cannot be greater than ${MAX_NAME}`),
      host: owner.user.unwrap(),
      co_hosts: z.array(owner.user.unwrap()).max(10).optional(),
      duration: z
        .int('must be an integer')
        .min(1, 'must be greater than or equal to 1')
        .max(720, 'must be less than or equal to 720')
        .meta({ description: 'Minutes.' }),
      timezone: z
        .string()
        .optional()
        .meta({ description: "Is read; days are those of the host's hours." }),
      date_setting: DateSetting,
      location: OfferedLocation.nullable().optional(),
    }),
  },
  response: one(EventType),
  document: CreateOneOff,
  async variables({ body, arrival }, execute) {
    for (const user of [body.host, ...(body.co_hosts ?? [])]) await requireOwn(execute, { user })
    return {
      input: {
        name: body.name,
        durationMinutes: body.duration,
        isOneOff: true,
        isSecret: true,
        locations: body.location == null ? [] : [toOffer(body.location)],
        ...(await settingsOf(body.date_setting, arrival.now, execute)),
      },
    }
  },
  reply: ({ createEventType }, { arrival }) => ({
    resource: eventType(createEventType.eventType, arrival.publicUrl),
  }),
  names: {
    'input.name': 'name',
    'input.durationMinutes': 'duration',
    'input.locations': 'location',
    'input.hours.overrides': 'date_setting.spots',
    'input.bookingWindow': 'date_setting',
  },
})

export const oneOffEventTypes = [create]
