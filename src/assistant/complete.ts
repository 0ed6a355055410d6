import { ApiError } from '../errors.ts'
import { type Booked, type BookingActions, type OfferedType, reasonIn, typeOf } from './actions.ts'
import { answerFrom } from './answer.ts'
import { ask, askAgain, missingOf, openQuestion } from './details.ts'
import { dayOf, nearest, searchOf } from './find.ts'
import type { Reading } from './reading/read.ts'
import { only, suggestion } from './replies.ts'
import { action, type Reply } from './reply.ts'
import { nothingUnderWay, type Thread } from './thread.ts'
import { listStarts, sayStart, whyNotWords } from './words.ts'

/** Whether the next message is as a whole the answer to a question. */
export const isAnswerDue = ({ asked, chosen }: Thread): boolean =>
  chosen !== null && (asked === 'ANSWER' || asked === 'ADDRESS' || asked === 'LOCATION')

/** Takes such an answer. */
export async function takeAnswer(
  actions: BookingActions,
  thread: Thread,
  message: string,
): Promise<Reply> {
  const type = typeOf(actions, thread.eventType)
  if (type === undefined)
    return askAgain(actions, { ...thread, ...nothingUnderWay }, 'That can no longer be booked.')
  if (thread.asked !== 'ANSWER')
    return complete(actions, { ...thread, place: message.slice(0, 500) }, undefined)
  const question = openQuestion(thread, type)
  if (question === undefined) return complete(actions, thread, undefined)
  const read = answerFrom(question, message, { now: actions.now(), zone: thread.zone })
  if ('problem' in read) return ask(thread, type, 'ANSWER', `That ${read.problem}.`)
  return complete(
    actions,
    { ...thread, answers: { ...thread.answers, [question.key]: read.answer } },
    undefined,
  )
}

/** Books the chosen start, or asks for the first thing that is missing. */
export async function complete(
  actions: BookingActions,
  thread: Thread,
  reading: Reading | undefined,
): Promise<Reply> {
  const type = typeOf(actions, thread.eventType)
  const { chosen, name, email } = thread
  if (type === undefined || chosen === null)
    return askAgain(actions, { ...thread, ...nothingUnderWay }, 'That can no longer be booked.')
  const wrong = reading?.person.wrongEmail
  if (wrong !== undefined && email === null)
    return ask(thread, type, 'EMAIL', `${wrong} is no e-mail address.`)
  const missing = missingOf(thread, type)
  const when = sayStart(new Date(chosen), thread.zone)
  const isFirst = thread.asked === 'TIME' || thread.asked === null || thread.asked === 'EVENT_TYPE'
  if (missing !== undefined || name === null || email === null) {
    return ask(thread, type, missing ?? 'NAME', isFirst ? `${type.name} on ${when}.` : 'Thank you.')
  }
  return bookChosen(actions, thread, type, { chosen: new Date(chosen), name, email })
}

async function bookChosen(
  actions: BookingActions,
  thread: Thread,
  type: OfferedType,
  { chosen, name, email }: { chosen: Date; name: string; email: string },
): Promise<Reply> {
  const { zone, phone, place, answers } = thread
  const search = searchOf(thread, type)
  const { slug, durationMinutes } = search
  try {
    const booked = await actions.book({
      slug,
      durationMinutes,
      start: chosen,
      zone,
      name,
      email,
      phone,
      place,
      answers,
    })
    return confirmed(thread, type, booked, zone)
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    const reason = reasonIn(error)
    if (reason !== undefined) {
      const starts = await nearest(actions, search, chosen)
      const why = reason === 'taken' ? 'has just been taken' : whyNotWords[reason]
      const words =
        starts.length === 0
          ? 'Which other day would suit you?'
          : `The nearest free times are:\n${listStarts(starts, zone)}\nDoes one of them suit you?`
      return suggestion(
        { ...thread, chosen: null },
        type,
        starts,
        `${sayStart(chosen, zone)} ${why}. ${words}`,
      )
    }
    if (error.code === 'CONFLICT')
      return only(
        { ...thread, ...nothingUnderWay },
        `${error.message} Is there another time that I can find?`,
      )
    if (error.code !== 'INVALID_INPUT') throw error
    const faults = error.details.fields ?? []
    if (faults.some(({ path }) => path === 'input.invitee.email')) {
      return ask(
        { ...thread, email: null },
        type,
        'EMAIL',
        'That is no e-mail address that can be used.',
      )
    }
    return only(thread, `I cannot book this one. Please use the page: ${actions.pageUrl}`)
  }
}

/** The reply after a booking. */
export function confirmed(thread: Thread, type: OfferedType, booked: Booked, zone: string): Reply {
  const { booking, invitee } = booked
  const when = sayStart(booking.startAt, zone)
  const words =
    booking.status === 'PENDING'
      ? `${type.name} on ${when} is requested for ${invitee.name}; the host has to confirm it.`
      : `${type.name} on ${when} (${zone} time) is booked for ${invitee.name}, ${invitee.email}.`
  return {
    message: words,
    action: action('CONFIRM_BOOKING', {
      eventTypes: [type],
      durationMinutes: thread.durationMinutes,
      dates: [dayOf(booking.startAt, zone)],
      slots: [booking.startAt],
      booked,
    }),
    thread: {
      ...thread,
      ...nothingUnderWay,
      booked: [...thread.booked, booking.startAt.toISOString()],
    },
  }
}
