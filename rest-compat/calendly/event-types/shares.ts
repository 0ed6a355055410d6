// Shares: a copy of an event type with something changed, behind a link that books once.

import { z } from 'zod'
import { callError } from '../../../src/graph/call-error.ts'
import { type ExecuteDocument, graphql, type ResultOf } from '../../../src/graph/typed.ts'
import { found, route } from '../../dialect.ts'
import { invalid } from '../../request-shape.ts'
import { OfferedLocation, offered, toOffer } from '../events/location.ts'
import { one } from '../list.ts'
import { reference, Uri, uriOf } from '../uris.ts'
import { CreateOneOff, MAX_NAME } from './one-off-event-types.ts'
import { GivenRule, hoursIn, kept, Rule, rulesOf, ScheduleParts } from './rules.ts'

const ShareParts = graphql(
  `fragment CalendlyShare on EventType {
    id name durationMinutes durationOptions
    bookingWindow { kind days rolling firstDay lastDay }
    locations { kind address phone text url provider note isPublic }
    schedule { ...CalendlySchedule }
  }`,
  [ScheduleParts],
)

export const GetShared = graphql(
  `query CalendlyGetShared($id: ID!) {
    viewer { defaultSchedule { ...CalendlySchedule } }
    eventType(id: $id) {
      ...CalendlyShare
      team { id } description color
      questions { key label kind required options allowOther placeholder isHidden disableOnPrefill }
      bufferBeforeMinutes bufferAfterMinutes minimumNoticeMinutes slotIntervalMinutes slotOffsetMinutes slotGrid
      firstSlotPerDay confirmation confirmationNoticeMinutes pendingClaimsTime seats showSeatsLeft allowGuests
      bookingLimits { perDay perWeek perMonth perYear } minuteLimits { perDay perWeek perMonth perYear }
    }
  }`,
  [ShareParts, ScheduleParts],
)

type Window = ResultOf<typeof ShareParts>['bookingWindow']

const periods = ['available_moving', 'moving', 'fixed', 'unlimited'] as const

const minutes = z
  .int('must be an integer')
  .min(1, 'must be greater than or equal to 1')
  .max(720, 'must be less than or equal to 720')

const Wanted = z.object({
  event_type: reference('event_types'),
  name: z.string().max(MAX_NAME, `size cannot be greater than ${MAX_NAME}`).optional(),
  duration: minutes.optional().meta({ description: 'Minutes.' }),
  duration_options: z.array(minutes).max(4, 'size cannot be greater than 4').nullish(),
  period_type: z.enum(periods).optional(),
  start_date: z.iso.date().nullish().meta({ description: 'With `fixed`.' }),
  end_date: z.iso.date().nullish().meta({ description: 'With `fixed`.' }),
  max_booking_time: z
    .int('must be an integer')
    .min(1, 'must be greater than or equal to 1')
    .nullish()
    .meta({ description: 'With `moving` and `available_moving`: how many days ahead.' }),
  hide_location: z
    .boolean()
    .nullish()
    .meta({ description: 'Whether it is told to those alone who have booked.' }),
  location_configurations: z.array(OfferedLocation).optional(),
  availability_rule: z.object({ rules: z.array(GivenRule), timezone: z.string() }).optional(),
})

type Wanted = z.output<typeof Wanted>

/**
 * How far ahead it can be booked; undefined: as before. Bounds without a period type are those of
 * the period of the event type.
 * @throws CallError INVALID_INPUT for a period without its bounds, or bounds without their period.
 */
function windowIn(
  { period_type: asked, start_date, end_date, max_booking_time }: Wanted,
  before: Window,
) {
  const period_type = asked ?? periodOfBounds({ start_date, end_date, max_booking_time }, before)
  const need = <T>(value: T | null | undefined, path: string): T => {
    if (value == null) throw invalid([{ path, message: 'is missing' }])
    return value
  }
  switch (period_type) {
    case undefined:
      return undefined
    case 'unlimited':
      return { kind: 'UNLIMITED' as const }
    case 'fixed':
      return {
        kind: 'RANGE' as const,
        firstDay: need(start_date, 'start_date'),
        lastDay: need(end_date, 'end_date'),
      }
    default: {
      const days = need(max_booking_time, 'max_booking_time')
      return { kind: 'DAYS' as const, days, rolling: period_type === 'available_moving' }
    }
  }
}

/** The period that bounds without a period type belong to; undefined without bounds. */
function periodOfBounds(
  { start_date, end_date, max_booking_time }: Partial<Wanted>,
  before: Window,
): Wanted['period_type'] {
  const period = periodOf(before)
  const reject = (path: string, types: string): never => {
    throw invalid([{ path, message: `requires period_type ${types}` }])
  }
  if (max_booking_time != null) {
    return before.kind === 'DAYS'
      ? period
      : reject('max_booking_time', 'moving or available_moving')
  }
  if (start_date == null && end_date == null) return undefined
  return period === 'fixed'
    ? period
    : reject(start_date == null ? 'end_date' : 'start_date', 'fixed')
}

/** A window as it can be set again. */
const keptWindow = ({ kind, days, rolling, firstDay, lastDay }: Window) => {
  if (kind === 'RANGE') return { kind, firstDay, lastDay }
  return kind === 'UNLIMITED' ? { kind } : { kind, days, rolling }
}

/** Makes the copy, and answers its id. @throws CallError. */
async function copyOf(execute: ExecuteDocument, wanted: Wanted): Promise<string> {
  const { viewer, eventType } = await execute(GetShared, { id: wanted.event_type })
  const { id: _, team, schedule, bookingWindow, ...settings } = found(eventType, 'event type')
  const hours = found(schedule ?? viewer?.defaultSchedule ?? null, 'schedule')
  if (team !== null) throw callError('FORBIDDEN', 'Event types of teams cannot be shared so.')
  const { availability_rule: rule } = wanted
  const durationMinutes = wanted.duration ?? settings.durationMinutes
  const locations = wanted.location_configurations?.map(toOffer) ?? settings.locations
  const input = {
    ...settings,
    name: wanted.name ?? settings.name,
    durationMinutes,
    // Those of before may not have the new length among them.
    durationOptions:
      wanted.duration_options ??
      (wanted.duration === undefined ? settings.durationOptions : [durationMinutes]),
    bookingWindow: windowIn(wanted, bookingWindow) ?? keptWindow(bookingWindow),
    locations: wanted.hide_location
      ? locations.map(each => ({ ...each, isPublic: false }))
      : locations,
    hours: rule === undefined ? kept(hours) : { ...hoursIn(rule.rules), timeZone: rule.timezone },
    isOneOff: true,
    isSecret: true,
    isActive: true,
  }
  return (await execute(CreateOneOff, { input })).createEventType.eventType.id
}

const Override = z.object({
  name: z.string(),
  duration: z.int(),
  duration_options: z.array(z.int()).nullable(),
  period_type: z.enum(periods),
  start_date: z.string().nullable(),
  end_date: z.string().nullable(),
  max_booking_time: z.int().nullable(),
  hide_location: z.boolean(),
  location_configurations: z.array(OfferedLocation.extend({ position: z.int() })),
  availability_rule: z.object({ rules: z.array(Rule), timezone: z.string() }),
})

function periodOf({ kind, rolling }: Window): (typeof periods)[number] {
  if (kind === 'UNLIMITED') return 'unlimited'
  if (kind === 'RANGE') return 'fixed'
  return rolling ? 'available_moving' : 'moving'
}

type Shown = ResultOf<typeof ShareParts>

function override(shown: Shown): z.input<typeof Override> {
  const { bookingWindow: window, locations } = shown
  // It has hours of its own.
  const schedule = found(shown.schedule, 'schedule')
  return {
    name: shown.name,
    duration: shown.durationMinutes,
    duration_options: shown.durationOptions.length > 1 ? shown.durationOptions : null,
    period_type: periodOf(window),
    start_date: window.firstDay,
    end_date: window.lastDay,
    max_booking_time: window.days,
    hide_location: locations.length > 0 && locations.every(({ isPublic }) => !isPublic),
    location_configurations: locations.map((location, position) => ({
      ...offered(location),
      position,
    })),
    availability_rule: { rules: rulesOf(schedule), timezone: schedule.timeZone },
  }
}

const create = route({
  method: 'POST',
  path: '/shares',
  name: 'createShare',
  summary: 'Copies an event type with what is named changed, behind a link that books it once.',
  group: 'Scheduling links',
  scope: 'event_types:write',
  status: 201,
  request: { body: Wanted },
  response: one(
    z.object({
      scheduling_links: z.array(
        z.object({ booking_url: Uri, owner: Uri, owner_type: z.literal('EventType') }),
      ),
      share_override: Override,
    }),
  ),
  document: graphql(
    `mutation CalendlyLinkShare($eventTypeId: ID!) {
      createBookingLink(input: { eventTypeId: $eventTypeId }) {
        link { url eventType { ...CalendlyShare } }
      }
    }`,
    [ShareParts],
  ),
  variables: async ({ body }, execute) => ({ eventTypeId: await copyOf(execute, body) }),
  reply({ createBookingLink: { link } }, { arrival }) {
    const { eventType, url } = link
    const owner = uriOf(arrival.publicUrl, 'event_types', eventType.id)
    return {
      resource: {
        scheduling_links: [{ booking_url: url, owner, owner_type: 'EventType' as const }],
        share_override: override(eventType),
      },
    }
  },
})

export const shares = [create]
