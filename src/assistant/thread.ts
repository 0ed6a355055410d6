import { z } from 'zod'
import { When } from './reading/when.ts'

/** What the assistant can ask an invitee for. */
export const askable = [
  'EVENT_TYPE',
  'TIME',
  'NAME',
  'EMAIL',
  'PHONE',
  'ADDRESS',
  'LOCATION',
  'ANSWER',
] as const
export type Askable = (typeof askable)[number]

/** What a conversation has come to, as its session keeps it. */
export const Thread = z.object({
  /** Time zone of the times in replies. */
  zone: z.string(),
  /** The one that the client said last; an invitee's own words go before it. */
  clientZone: z.string().nullable(),
  eventType: z.string().nullable(),
  durationMinutes: z.number().nullable(),
  when: When.nullable(),
  /** Starts that were shown, in that order. */
  offered: z.array(z.string()),
  /** Event types that were shown to choose from. */
  listed: z.array(z.string()),
  chosen: z.string().nullable(),
  name: z.string().nullable(),
  email: z.string().nullable(),
  phone: z.string().nullable(),
  place: z.string().nullable(),
  answers: z.record(
    z.string(),
    z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]),
  ),
  asked: z.enum(askable).nullable(),
  /** Starts that were booked. */
  booked: z.array(z.string()),
  /** What was said, for a language model to read on. */
  said: z.array(z.object({ by: z.enum(['invitee', 'assistant']), text: z.string() })),
})
export type Thread = z.output<typeof Thread>

export const newThread = (zone: string): Thread => ({
  zone,
  clientZone: null,
  ...nothingUnderWay,
  name: null,
  email: null,
  phone: null,
  booked: [],
  said: [],
})

/** What is reset when an invitee starts again; their name and address stay. */
export const nothingUnderWay = {
  eventType: null,
  durationMinutes: null,
  when: null,
  offered: [],
  listed: [],
  chosen: null,
  place: null,
  answers: {},
  asked: null,
} satisfies Partial<Thread>
