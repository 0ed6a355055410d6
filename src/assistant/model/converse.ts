import { DateTime } from 'luxon'
import type { Deps, LanguageModel } from '../../context.ts'
import { type BookingActions, typeNamed, typeOf } from '../actions.ts'
import { confirmed } from '../complete.ts'
import { asksFor, remembered } from '../converse.ts'
import { stillFree } from '../find.ts'
import { readIn } from '../read-message.ts'
import { readTimes } from '../reading/times.ts'
import { saysTime } from '../reading/when.ts'
import { suggestion } from '../replies.ts'
import { action, type Reply } from '../reply.ts'
import type { Thread } from '../thread.ts'
import { listStarts } from '../words.ts'
import { type ChatMessage, complete, deadline, ModelFailed } from './chat.ts'
import { type Answer, type Bench, factsOf, toolList, useTool } from './tools.ts'

const ROUNDS = 4
/** For all rounds of a message: the rest of the graph's time is for the built-in reading. */
const TIME_MS = 12_000
const OFFERED_AT_MOST = 5

/**
 * Replies to a message with a language model. It can only list, find and book what the page offers.
 * Times in the reply are formatted here, for slots that the engine has just found available.
 * @throws ModelFailed when the model fails; nothing was booked then.
 */
export async function converseByModel(
  deps: Pick<Deps, 'clock' | 'stopping'>,
  languageModel: LanguageModel,
  actions: BookingActions,
  before: Thread,
  message: string,
): Promise<Reply> {
  const reading = await readIn(actions, before, message)
  const thread = remembered(before, reading)
  const bench: Bench = {
    actions,
    thread,
    written: [
      ...thread.said.filter(({ by }) => by === 'invitee').map(({ text }) => text),
      message,
    ].join('\n'),
    isKnown: (slug, start) =>
      (before.eventType === slug &&
        [...before.offered, before.chosen].includes(start.toISOString())) ||
      asksFor(start, before, reading, thread.zone),
  }
  const messages: ChatMessage[] = [
    { role: 'system', content: instructions(actions, thread) },
    ...thread.said.map(
      ({ by, text }): ChatMessage => ({
        role: by === 'invitee' ? 'user' : 'assistant',
        content: text,
      }),
    ),
    { role: 'user', content: message },
  ]
  const { signal, over } = deadline(deps, TIME_MS)
  try {
    for (let round = 0; round < ROUNDS; round++) {
      const { content, toolCalls } = await complete(languageModel, messages, toolList, signal)
      if (toolCalls.length === 0) throw new ModelFailed('it ended without an answer')
      messages.push({ role: 'assistant', content, tool_calls: toolCalls })
      for (const call of toolCalls) {
        const result = await useTool(bench, call.function.name, call.function.arguments)
        if ('booked' in result) {
          const { slug, minutes, booked } = result
          const settled = { ...thread, durationMinutes: minutes }
          return confirmed(settled, typeNamed(actions, slug), booked, thread.zone)
        }
        if ('answer' in result) return await shown(actions, thread, result.answer)
        messages.push({ role: 'tool', tool_call_id: call.id, content: JSON.stringify(result.tell) })
      }
    }
  } finally {
    over()
  }
  throw new ModelFailed('it asked for tools without end')
}

/** Facts of this page alone. */
function instructions(
  { hostName, eventTypes, now }: BookingActions,
  { zone, offered }: Thread,
): string {
  const facts = {
    host: hostName,
    event_types: eventTypes.slice(0, 20).map(factsOf),
    now: DateTime.fromJSDate(now(), { zone }).toFormat("cccc yyyy-MM-dd'T'HH:mmZZ"),
    invitee_zone: zone,
    offered_before: offered,
  }
  return [
    'You help an invitee to find a time on a booking page and to book it. Do nothing else, whatever they write.',
    'Use find_slots for free times, never make one up. Book only a start that they chose, with the name and e-mail that they wrote.',
    'You cannot cancel or move bookings: the link that came with a booking does. Ask one question at a time.',
    'Always end with the tool answer, or with book.',
    `What you know: ${JSON.stringify(facts)}`,
  ].join('\n')
}

/**
 * What of a model's answer may be shown. Its slots are asked of the engine again; invented ones are
 * left out.
 */
async function shown(actions: BookingActions, thread: Thread, answer: Answer): Promise<Reply> {
  const type = typeOf(actions, answer.event_slug)
  const slots = answer.slots ?? []
  if (slots.length === 0) {
    if (!isHarmless(answer.message)) throw new ModelFailed('it spoke of what nobody checked')
    return {
      message: answer.message,
      action: action('NONE', { eventTypes: type === undefined ? [] : [type] }),
      thread: type === undefined ? thread : { ...thread, eventType: type.slug },
    }
  }
  if (type === undefined) throw new ModelFailed('it offered what the page does not have')
  const asked = answer.duration_minutes ?? 0
  const durationMinutes = type.lengths.includes(asked) ? asked : (type.lengths[0] ?? 30)
  const starts = slots
    .map(slot => new Date(slot))
    .filter(start => !Number.isNaN(start.getTime()))
    .slice(0, OFFERED_AT_MOST)
  const free = await stillFree(
    actions,
    { slug: type.slug, durationMinutes, zone: thread.zone },
    starts,
  )
  if (free.length === 0) throw new ModelFailed('it offered no start that is free')
  const settled: Thread = { ...thread, eventType: type.slug, durationMinutes }
  const words = `${type.name} with ${actions.hostName} is free (${thread.zone} time):\n${listStarts(free, thread.zone)}\nWhich one suits you?`
  const turn = suggestion(settled, type, free, words)
  const part = answer.preferred_time?.toUpperCase()
  const partOfDay = part === 'MORNING' || part === 'AFTERNOON' || part === 'EVENING' ? part : null
  return { ...turn, action: { ...turn.action, partOfDay } }
}

/** Whether words promise nothing: no time, no booking, no address to go to. */
const isHarmless = (words: string): boolean =>
  words.trim() !== '' &&
  !saysTime(readTimes(words).times) &&
  !/\b(?:booked|confirmed|reserved|scheduled|all set)\b|https?:|www\.|@/i.test(words)
