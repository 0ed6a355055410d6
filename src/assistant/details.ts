import { type BookingActions, type OfferedType, typeOf } from './actions.ts'
import { choose, only, suggestion } from './replies.ts'
import { action, type Reply } from './reply.ts'
import type { Askable, Thread } from './thread.ts'
import { either, listStarts } from './words.ts'

const asking: Record<Exclude<Askable, 'EVENT_TYPE' | 'TIME' | 'ANSWER'>, string> = {
  NAME: 'What is your name?',
  EMAIL: 'What is your e-mail address?',
  PHONE: 'Which telephone number may be called?',
  ADDRESS: 'At which address shall it be?',
  LOCATION: 'Where would you like to meet?',
}

/** The question of the event type that waits for its answer. */
export const openQuestion = (thread: Thread, { questions }: OfferedType) =>
  questions.find(({ key }) => thread.answers[key] === undefined)

/** What is still needed to book the start that was chosen. */
export function missingOf(thread: Thread, type: OfferedType): Askable | undefined {
  if (thread.name === null) return 'NAME'
  if (thread.email === null) return 'EMAIL'
  if (type.place?.asks === 'PHONE' && thread.phone === null) return 'PHONE'
  if (type.place?.asks === 'ADDRESS' && thread.place === null) return 'ADDRESS'
  if (type.place?.asks === 'TEXT' && thread.place === null) return 'LOCATION'
  return openQuestion(thread, type) === undefined ? undefined : 'ANSWER'
}

/** Asks for what is missing. */
export function ask(thread: Thread, type: OfferedType, missing: Askable, before = ''): Reply {
  const question = missing === 'ANSWER' ? openQuestion(thread, type) : undefined
  const words =
    missing === 'EVENT_TYPE' || missing === 'TIME'
      ? 'Which day and time would suit you?'
      : missing === 'ANSWER'
        ? `${question?.label ?? ''}${question?.options.length ? ` (${either(question.options)})` : ''}`
        : asking[missing]
  return {
    message: before === '' ? words : `${before} ${words}`,
    action: action('COLLECT_DETAILS', {
      eventTypes: [type],
      durationMinutes: thread.durationMinutes,
      slots: thread.chosen === null ? [] : [new Date(thread.chosen)],
      missing,
      questionKey: question?.key ?? null,
    }),
    thread: { ...thread, asked: missing },
  }
}

/** Asks the one question that is open. */
export function askAgain(actions: BookingActions, thread: Thread, before: string): Reply {
  const type = typeOf(actions, thread.eventType)
  if (type !== undefined && thread.chosen !== null)
    return ask(thread, type, missingOf(thread, type) ?? 'NAME', before)
  if (type !== undefined && thread.offered.length > 0) {
    const starts = thread.offered.map(start => new Date(start))
    const question = starts.length === 1 ? 'Shall I book it?' : 'Which of these would you like?'
    return suggestion(
      thread,
      type,
      starts,
      `${before} ${question}\n${listStarts(starts, thread.zone)}`,
    )
  }
  if (thread.listed.length > 0) {
    return choose(
      thread,
      actions.eventTypes.filter(({ slug }) => thread.listed.includes(slug)),
      before,
    )
  }
  return only(
    { ...thread, asked: 'TIME' },
    `${before} I find free times and book them. Which day and time would suit you?`,
  )
}
