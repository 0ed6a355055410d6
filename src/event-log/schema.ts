import { builder } from '../graph/builder.ts'
import { eventKinds, type EventKind as Kind } from './kinds.ts'

const kinds = Object.keys(eventKinds) as Kind[]

/** The kinds of events that clients can ask for, in hooks and live. */
export const EventKind = builder.enumType('EventKind', {
  description: 'What can happen.',
  values: Object.fromEntries(
    kinds.map(kind => [kind, { value: kind, description: eventKinds[kind] }]),
  ),
})
