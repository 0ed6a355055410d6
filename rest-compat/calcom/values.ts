// How Cal.com reads values, with the words that it has for those that are wrong.

import { z } from 'zod'

/** Words of a form for what is wrong, missing things included. */
export const text = z.string('must be a string')
export const truth = z.boolean('must be a boolean value')
export const email = text.pipe(z.email('must be an email'))
export const url = text.refine(value => URL.canParse(value), 'must be a URL address')

/** One of some words. */
export const oneOf = <const Words extends readonly [string, ...string[]]>(words: Words) =>
  z.enum(words, `must be one of the following values: ${words.join(', ')}`)

export const listOf = <Form extends z.ZodType>(form: Form) => z.array(form, 'must be an array')

/** A whole number of a body. */
export const integer = (min: number, max: number) => bounded(z.number(NO_NUMBER), min, max)

/** A whole number of a query. */
export const whole = (min: number, max: number) => bounded(z.coerce.number(NO_NUMBER), min, max)

const NO_NUMBER = 'must be a number conforming to the specified constraints'

const bounded = (form: z.ZodNumber | z.ZodCoercedNumber, min: number, max: number) =>
  form
    .int('must be an integer number')
    .min(min, `must not be less than ${min}`)
    .max(max, `must not be greater than ${max}`)

/** What should be a time, and is none. */
export const NO_INSTANT = 'must be a valid ISO 8601 date string'

/** What a path says where a number should be. */
export const NO_ID = 'numeric string is expected'

/** A parameter of a path that is the number of a thing. */
export const number = (what: string) =>
  z
    .string()
    .regex(/^\d{1,10}$/, NO_ID)
    .meta({ type: 'integer', description: `Id of the ${what}.` })

/** The number of a thing, as it is answered. */
export const id = z.int().meta({ description: 'Its number.' })

/** An instant as the graph tells it. */
export const Instant = z.string().meta({ format: 'date-time' })

export const weekdays = [
  'Sunday',
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
] as const

/** The same as the graph calls them. */
const graphWeekdays = [
  'SUNDAY',
  'MONDAY',
  'TUESDAY',
  'WEDNESDAY',
  'THURSDAY',
  'FRIDAY',
  'SATURDAY',
] as const

type Weekday = (typeof weekdays)[number]
type GraphWeekday = (typeof graphWeekdays)[number]

/** `MONDAY` of the graph as `Monday`. */
export const weekdayOf = (weekday: GraphWeekday): Weekday =>
  weekdays[graphWeekdays.indexOf(weekday)] ?? 'Sunday'

/** `Monday` as the graph's. */
export const graphWeekday = (weekday: Weekday): GraphWeekday =>
  graphWeekdays[weekdays.indexOf(weekday)] ?? 'SUNDAY'

/** An instant that a client sends, without an offset in UTC. */
export const instant = z
  .union(
    [z.iso.datetime({ offset: true, local: true }), z.iso.date()],
    'must be a valid ISO 8601 date string',
  )
  .transform(value =>
    new Date(/^[^T]+$|(Z|[+-]\d\d:\d\d)$/.test(value) ? value : `${value}Z`).toISOString(),
  )
  .meta({ format: 'date-time' })
