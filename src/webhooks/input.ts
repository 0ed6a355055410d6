import { z } from 'zod'
import { allEventKinds, type EventKind, isEventKind } from '../event-log/kinds.ts'
import { httpUrl, jsonObject, text } from '../validation.ts'

const receiver = httpUrl.refine(value => !value.includes('#'), 'must not have a fragment')

const events = z
  .array(z.enum(allEventKinds, 'is no kind of event'))
  .min(1, 'must name at least one kind of event')
  .max(allEventKinds.length, `must name at most ${allEventKinds.length} kinds of events`)
  .refine(names => new Set(names).size === names.length, 'must name each kind of event once')

const messages = z.array(z.string().max(100)).max(100, 'must name at most 100 messages')

export const NewHook = z.object({
  url: receiver,
  events,
  messages: messages.nullish(),
  metadata: jsonObject.nullish(),
  hasOwnUrl: z.boolean().nullish(),
  isActive: z.boolean().nullish(),
  label: text(100).nullish(),
  teamId: z.string().nullish(),
  eventTypeId: z.string().nullish(),
  platformClientId: z.string().nullish(),
  withOwn: z.boolean().nullish(),
  withMembers: z.boolean().nullish(),
  dialect: z.enum(['STANDARD', 'CALENDARPA', 'CALENDO', 'CALCOM', 'CALENDLY']).default('STANDARD'),
  secret: z.string().nullish(),
  payloadTemplate: z.string().nullish(),
})

export const HookChange = z.object({
  id: z.string(),
  url: receiver.optional(),
  events: events.optional(),
  messages: messages.min(1, 'must name at least one message').optional(),
  label: text(100).nullish(),
  isActive: z.boolean().optional(),
  secret: z.string().optional(),
  payloadTemplate: z.string().nullish(),
  hasOwnUrl: z.boolean().nullish(),
})

/** The kinds of a row: what a later version stored and this one does not know is left out. */
export const knownKinds = (names: string[]): EventKind[] => names.filter(isEventKind)
