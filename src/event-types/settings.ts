import { z } from 'zod'
import { DEFAULT_COLOR } from '../bounds.ts'
import {
  ConfirmationPolicy,
  type EventType,
  type Prisma,
  SlotGrid,
} from '../db/generated/client/client.ts'
import { mapValues } from '../map-values.ts'
import { OwnHours } from '../schedules/index.ts'
import { MINUTES_PER_DAY } from '../time.ts'
import { color, jsonObject, slug, text, whole } from '../validation.ts'
import { BookingLimits, bookingLimitsOf, MinuteLimits, minuteLimitsOf, noLimits } from './limits.ts'
import { askedOf, Locations, locationsOf } from './location.ts'
import { Questions, questionsOf, withKeys } from './question.ts'
import { Recurrence, recurrenceColumns, recurrenceOf } from './recurrence.ts'
import { flagSettings, numberSettings, optionalNumberSettings } from './scalar-settings.ts'
import { withoutNulls, withoutUndefined } from './values.ts'
import { BookingWindow, windowColumns, windowOf } from './window.ts'

const MAX_DURATIONS = 20

const Shape = z.object({
  ...mapValues(numberSettings, ({ min, max }) => whole(min, max)),
  ...mapValues(optionalNumberSettings, ({ min, max }) => whole(min, max).nullable()),
  ...mapValues(flagSettings, () => z.boolean()),
  name: text(200),
  slug,
  description: text(5000).nullable(),
  color,
  position: whole(0, 1_000_000),
  durationMinutes: whole(1, MINUTES_PER_DAY),
  durationOptions: z
    .array(whole(1, MINUTES_PER_DAY))
    .max(MAX_DURATIONS, `must have at most ${MAX_DURATIONS} entries`)
    .nullable(),
  locations: Locations,
  questions: Questions,
  metadata: jsonObject,
  display: jsonObject,
  slotGrid: z.enum(SlotGrid),
  bookingWindow: BookingWindow,
  bookingLimits: BookingLimits.nullable(),
  minuteLimits: MinuteLimits.nullable(),
  confirmation: z.enum(ConfirmationPolicy),
  recurrence: Recurrence.nullable(),
})

/** All that a host sets of an event type, in the words of the graph, but for its schedule. */
export type Settings = z.output<typeof Shape>

// As the columns' own defaults, and a colour and a window for those that have none.
const defaults = {
  ...mapValues(numberSettings, ({ initial }) => initial),
  ...mapValues(optionalNumberSettings, () => null),
  ...mapValues(flagSettings, ({ initial }) => initial),
  description: null,
  color: DEFAULT_COLOR,
  durationOptions: null,
  locations: [],
  questions: [],
  metadata: {},
  display: {},
  slotGrid: 'OPENING',
  bookingWindow: { kind: 'DAYS', days: 60, rolling: false },
  bookingLimits: null,
  minuteLimits: null,
  confirmation: 'NEVER',
  recurrence: null,
} satisfies Partial<Settings>

// Otherwise a field of a wrong kind would hide what the fields together get wrong.
const evenWithProblems = {
  when: ({ value }: { value: unknown }) => typeof value === 'object' && value !== null,
}

const hours = {
  scheduleId: z.string().nullable().optional(),
  hours: OwnHours.nullable().optional(),
}

/**
 * A new event type. What is left out or null gets its default; slug and position are found by the
 * act.
 */
export const NewEventType = z
  .preprocess(
    withoutNulls,
    Shape.partial().extend({
      name: Shape.shape.name,
      durationMinutes: Shape.shape.durationMinutes,
      isOneOff: z.boolean().default(false),
      ...hours,
    }),
  )
  .superRefine(
    (wanted, refine) => addProblems({ ...defaults, ...wanted }, refine),
    evenWithProblems,
  )
  .transform(({ scheduleId, hours, isOneOff, ...wanted }) => ({
    scheduleId,
    hours,
    isOneOff,
    settings: { ...defaults, ...wanted },
  }))

/** The settings of a new event type, before it has a slug and a place. */
export type NewSettings = z.output<typeof NewEventType>['settings']

/** Changes of an event type: what comes out is the whole of its settings after them. */
export const changesTo = (row: EventType) =>
  z
    .preprocess(withoutUndefined, Shape.partial().extend({ id: z.string(), ...hours }))
    .superRefine((wanted, refine) => addProblems(merged(row, wanted), refine), evenWithProblems)
    .transform(({ id: _id, scheduleId, hours, ...wanted }) => ({
      scheduleId,
      hours,
      settings: merged(row, wanted),
    }))

function merged(row: EventType, wanted: Partial<Settings>): Settings {
  const before = settingsOf(row)
  // With one length to choose from, another length is the one to choose from then.
  const oneLength = before.durationOptions?.length === 1 && wanted.durationOptions === undefined
  // A notice belongs to its policy, and leaves with it.
  const keepsNotice = wanted.confirmation === undefined || wanted.confirmation === 'WITHIN_NOTICE'
  return {
    ...before,
    ...(oneLength && { durationOptions: null }),
    ...(!keepsNotice && { confirmationNoticeMinutes: null }),
    ...wanted,
  }
}

/** Checks that concern several fields. Fields that are invalid by themselves are skipped. */
function addProblems(settings: Omit<Settings, 'slug' | 'position'>, refine: z.RefinementCtx): void {
  const wrong = new Set(refine.issues.map(issue => issue.path?.[0]))
  const check = (
    isFine: () => boolean,
    fields: [keyof Settings, ...(keyof Settings)[]],
    message: string,
  ) => {
    if (fields.some(field => wrong.has(field)) || isFine()) return
    refine.addIssue({ code: 'custom', path: [fields[0]], message })
  }
  const {
    durationMinutes,
    durationOptions,
    confirmation,
    confirmationNoticeMinutes,
    seats,
    locations,
    recurrence,
  } = settings
  check(
    () => durationOptions === null || durationOptions.includes(durationMinutes),
    ['durationOptions', 'durationMinutes'],
    `must contain durationMinutes, ${durationMinutes}`,
  )
  check(
    () => confirmation !== 'WITHIN_NOTICE' || confirmationNoticeMinutes !== null,
    ['confirmationNoticeMinutes', 'confirmation'],
    'is missing: the confirmation policy WITHIN_NOTICE asks for it',
  )
  check(
    () => confirmation === 'WITHIN_NOTICE' || confirmationNoticeMinutes === null,
    ['confirmationNoticeMinutes', 'confirmation'],
    'belongs to the confirmation policy WITHIN_NOTICE',
  )
  // Those who share a booking share its state and its place.
  check(
    () => seats === 1 || confirmation === 'NEVER',
    ['confirmation', 'seats'],
    'must be NEVER for an event type with several seats',
  )
  check(
    () => seats === 1 || locations.length <= 1,
    ['locations', 'seats'],
    'must have at most one entry for an event type with several seats',
  )
  check(
    () => seats === 1 || locations.every(({ kind }) => askedOf(kind) === undefined),
    ['locations', 'seats'],
    'must not ask the invitee where to meet when several share the booking',
  )
  check(
    () => seats === 1 || recurrence === null,
    ['recurrence', 'seats'],
    'must be null for an event type with several seats',
  )
}

function settingsOf(row: EventType): Settings {
  return {
    ...row,
    locations: locationsOf(row),
    questions: questionsOf(row),
    metadata: jsonObject.parse(row.metadata),
    display: jsonObject.parse(row.display),
    bookingWindow: windowOf(row),
    bookingLimits: bookingLimitsOf(row),
    minuteLimits: minuteLimitsOf(row),
    recurrence: recurrenceOf(row),
  }
}

/** The columns that keep the settings. */
export function columnsOf(settings: Settings) {
  const { bookingWindow, bookingLimits, minuteLimits } = settings
  const bookings = bookingLimits ?? noLimits
  const minutes = minuteLimits ?? noLimits
  return {
    ...mapValues(numberSettings, (_setting, name) => settings[name]),
    ...mapValues(optionalNumberSettings, (_setting, name) => settings[name]),
    ...mapValues(flagSettings, (_setting, name) => settings[name]),
    name: settings.name,
    slug: settings.slug,
    description: settings.description,
    color: settings.color,
    position: settings.position,
    durationMinutes: settings.durationMinutes,
    durationOptions: [...new Set(settings.durationOptions ?? [settings.durationMinutes])].toSorted(
      (a, b) => a - b,
    ),
    locations: settings.locations,
    questions: withKeys(settings.questions),
    metadata: settings.metadata,
    display: settings.display,
    slotGrid: settings.slotGrid,
    ...windowColumns(bookingWindow),
    maxPerDay: bookings.perDay,
    maxPerWeek: bookings.perWeek,
    maxPerMonth: bookings.perMonth,
    maxPerYear: bookings.perYear,
    maxMinutesPerDay: minutes.perDay,
    maxMinutesPerWeek: minutes.perWeek,
    maxMinutesPerMonth: minutes.perMonth,
    maxMinutesPerYear: minutes.perYear,
    confirmation: settings.confirmation,
    ...recurrenceColumns(settings.recurrence),
  } satisfies Prisma.EventTypeUncheckedUpdateInput
}
