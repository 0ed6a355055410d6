import { z } from 'zod'
import { type EventKind, eventKinds } from '../events/types.ts'
import { httpUrl, text } from '../parse.ts'

const isEventKind = (name: string): name is EventKind => Object.hasOwn(eventKinds, name)
const kinds = Object.keys(eventKinds).filter(isEventKind)

// The URL standard reads more than people mean: it drops line breaks, turns backslashes, and takes `https:host`.
const receiver = httpUrl
  .refine(value => !/^https?:(?!\/\/(?!\/))/i.test(value), 'must have two slashes after its scheme')
  .refine(value => !/[\s\\#\p{Cc}\p{Cs}]/u.test(value), 'must not hold spaces, backslashes or a fragment')

const events = z
  .array(z.enum(kinds, 'is no kind of event'))
  .min(1, 'must name at least one kind of event')
  .max(kinds.length, `must name at most ${kinds.length} kinds of events`)
  .refine(names => new Set(names).size === names.length, 'must name each kind of event once')

export const NewHook = z.object({ url: receiver, events, label: text(100).nullish() })

export const HookChange = z.object({
  id: z.string(),
  url: receiver.optional(),
  events: events.optional(),
  label: text(100).nullish(),
  isActive: z.boolean().optional(),
})

/** The kinds of a row: what a later version stored and this one does not know is left out. */
export const knownKinds = (names: string[]): EventKind[] => names.filter(isEventKind)
