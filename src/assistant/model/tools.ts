import { z } from 'zod'
import { ApiError } from '../../errors.ts'
import { addDays } from '../../slot-engine/index.ts'
import { day, email, instant, text, timeZone } from '../../validation.ts'
import { type Booked, type BookingActions, typeNamed } from '../actions.ts'
import { earliest } from '../reading/when.ts'
import type { Thread } from '../thread.ts'

const MOST_SLOTS = 60

const FindSlots = z.object({
  event_slug: z.string().describe('Slug of an event type of list_event_types.'),
  from: day.describe('First day, YYYY-MM-DD.'),
  to: day.describe('Last day, YYYY-MM-DD, at most 31 days later.'),
  zone: timeZone.describe("IANA time zone whose days are meant; the invitee's.").optional(),
  duration_minutes: z
    .number()
    .describe('One of the durations of the event type. Default: the first.')
    .optional(),
})

const Book = z.object({
  event_slug: z.string().describe('Slug of the event type.'),
  start: instant.describe('A start that was offered to the invitee and that they chose, RFC 3339.'),
  duration_minutes: z
    .number()
    .describe('One of the durations of the event type. Default: the first.')
    .optional(),
  name: text(200).describe("The invitee's name, as they wrote it."),
  email: email.describe("The invitee's e-mail address, as they wrote it."),
  phone: z.string().max(40).describe('Their number, where the event type asks for one.').optional(),
  place: z
    .string()
    .max(500)
    .describe('The place, where the event type lets the invitee say it.')
    .optional(),
  answers: z
    .record(z.string(), z.unknown())
    .describe('Answers to the questions, by their keys.')
    .optional(),
})

export const Answer = z.object({
  message: z
    .string()
    .max(1_000)
    .describe('What to say to the invitee. No times: those are shown beside it.'),
  event_slug: z.string().nullish().describe('The event type that it is about.'),
  duration_minutes: z.number().nullish().describe('Its length that is meant.'),
  preferred_time: z
    .enum(['morning', 'afternoon', 'evening'])
    .nullish()
    .describe('Part of the day that was asked for.'),
  slots: z
    .array(z.string())
    .max(10)
    .nullish()
    .describe('Starts to offer, of find_slots, RFC 3339; at most five.'),
})
export type Answer = z.output<typeof Answer>

const forms = {
  list_event_types: {
    form: z.object({}),
    about: 'The event types that can be booked on this page.',
  },
  find_slots: { form: FindSlots, about: 'The free starts of an event type.' },
  book: {
    form: Book,
    about: 'Books a start that was offered, once the invitee chose it and gave name and e-mail.',
  },
  answer: { form: Answer, about: 'Ends the turn with the reply and the offered times.' },
}

/** The tools, as they are described to the model. */
export const toolList = Object.entries(forms).map(([name, { form, about }]) => ({
  type: 'function',
  function: { name, description: about, parameters: z.toJSONSchema(form, { io: 'input' }) },
}))

/** What a model's tools may do. */
export interface Bench {
  actions: BookingActions
  thread: Thread
  /** All that the invitee has written. */
  written: string
  /**
   * Whether the invitee knows this start of the event type: it was offered to them, or they asked
   * for just it.
   */
  isKnown(slug: string, start: Date): boolean
}

/** What came of a tool: words for the model, or what ends the turn. */
export type ToolResult =
  | { tell: unknown }
  | { answer: Answer }
  | { slug: string; minutes: number; booked: Booked }

/**
 * Runs a tool call of the model, as far as the public page allows. Invalid calls return an error to
 * the model.
 */
export async function useTool(bench: Bench, name: string, given: string): Promise<ToolResult> {
  try {
    const args: unknown = given.trim() === '' ? {} : JSON.parse(given)
    switch (name) {
      case 'list_event_types':
        return { tell: bench.actions.eventTypes.map(factsOf) }
      case 'find_slots':
        return { tell: await findSlots(bench, FindSlots.parse(args)) }
      case 'book':
        return await book(bench, Book.parse(args))
      case 'answer':
        return { answer: Answer.parse(args) }
      default:
        return { tell: { error: 'There is no such tool.' } }
    }
  } catch (error) {
    if (error instanceof ApiError && error.code !== 'INTERNAL')
      return { tell: { error: error.message } }
    if (error instanceof z.ZodError) return { tell: { error: z.prettifyError(error) } }
    if (error instanceof SyntaxError) return { tell: { error: 'The arguments are no JSON.' } }
    throw error
  }
}

/** The description of an event type for the model. */
export const factsOf = ({
  slug,
  name,
  lengths,
  description,
  questions,
  place,
}: BookingActions['eventTypes'][number]) => ({
  slug,
  name,
  duration_minutes: lengths,
  description: description?.slice(0, 500) ?? null,
  required_questions: questions.map(({ key, label, kind, options }) => ({
    key,
    label,
    kind,
    options,
  })),
  invitee_must_give: place?.asks.toLowerCase() ?? null,
})

function lengthIn({ lengths }: { lengths: readonly number[] }, asked: number | undefined): number {
  return asked !== undefined && lengths.includes(asked) ? asked : (lengths[0] ?? 30)
}

async function findSlots(
  { actions, thread }: Bench,
  asked: z.output<typeof FindSlots>,
): Promise<unknown> {
  const type = typeNamed(actions, asked.event_slug)
  const minutes = lengthIn(type, asked.duration_minutes)
  const first = asked.from
  const days = { first, last: earliest(asked.to, addDays(first, 30)) }
  if (days.last < first) return { error: 'to lies before from' }
  const starts = await actions.free(type.slug, minutes, days, asked.zone ?? thread.zone)
  return {
    duration_minutes: minutes,
    slots: starts.slice(0, MOST_SLOTS).map(start => start.toISOString()),
    more: starts.length > MOST_SLOTS,
  }
}

async function book(bench: Bench, asked: z.output<typeof Book>): Promise<ToolResult> {
  const { actions, thread, written } = bench
  const type = typeNamed(actions, asked.event_slug)
  const minutes = lengthIn(type, asked.duration_minutes)
  if (!bench.isKnown(type.slug, asked.start))
    return { tell: { error: 'This start was not offered to the invitee. Offer it first.' } }
  if (!wrote(written, asked.email))
    return { tell: { error: 'The invitee did not write this e-mail address. Ask them.' } }
  if (!asked.name.split(/\s+/).every(word => wrote(written, word))) {
    return { tell: { error: 'The invitee did not write this name. Ask them.' } }
  }
  const booked = await actions.book({
    slug: type.slug,
    durationMinutes: minutes,
    start: asked.start,
    zone: thread.zone,
    name: asked.name,
    email: asked.email,
    phone: asked.phone ?? null,
    place: asked.place ?? null,
    answers: asked.answers ?? {},
  })
  return { slug: type.slug, minutes, booked }
}

/**
 * Whether a text has these words, not as a part of others: `b@example.com` is not in
 * `bob@example.com`.
 */
function wrote(text: string, words: string): boolean {
  const written = text.toLowerCase()
  const asked = words.toLowerCase()
  for (let at = written.indexOf(asked); at >= 0; at = written.indexOf(asked, at + 1)) {
    if (
      !/[\p{L}\d._%+@-]$/u.test(written.slice(Math.max(0, at - 2), at)) &&
      !startsWord(written, at + asked.length)
    )
      return true
  }
  return false
}

/** Whether a word goes on at a place. */
const startsWord = (text: string, at: number): boolean =>
  /^[\p{L}\d_%+@-]/u.test(text.slice(at, at + 2))
