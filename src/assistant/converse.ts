import { Refusal } from '../refusal.ts'
import { answerFrom } from './answer.ts'
import { type Desk, type OfferedType, reasonIn } from './desk.ts'
import { askedStart, dayOf, type Found, findEarlier, findMore, findStarts, nearest, type Search } from './find.ts'
import { readIn } from './known.ts'
import type { Reading } from './reading/read.ts'
import { anyDay, anyTime, narrowed, saysTime, type When } from './reading/when.ts'
import { type Askable, nothingUnderWay, type Thread } from './thread.ts'
import { action, type Turn } from './turn.ts'
import { either, listStarts, sayDay, sayStart, sayType, whyNotWords } from './words.ts'

const whenever: When = { ...anyDay, ...anyTime }

/** Answers a message by the built-in reading. @throws Refusal of what is no matter of the conversation, such as INTERNAL. */
export async function converse(desk: Desk, thread: Thread, message: string): Promise<Turn> {
  const reading = readIn(desk, thread, message)
  if (isAnswerDue(thread) && reading.wish !== 'drop') return takeAnswer(desk, thread, message)
  const known = remembered(thread, reading)
  const spoken = speak(desk, known, reading)
  if (spoken !== undefined) return spoken
  if (desk.eventTypes.length === 0) {
    return only(known, `Nothing can be booked with ${desk.hostName} at the moment.`)
  }
  return proceed(desk, known, reading)
}

/** The thread with what the message adds to what is known of the invitee. */
export const remembered = (thread: Thread, { person, zone }: Reading): Thread => ({
  ...thread,
  zone: zone ?? thread.zone,
  name: person.name ?? thread.name,
  email: person.email ?? thread.email,
  phone: person.phone ?? thread.phone,
})

const only = (thread: Thread, message: string): Turn => ({ message, action: action('NONE'), thread })

/** Answers what is no wish for a time. */
function speak(desk: Desk, thread: Thread, reading: Reading): Turn | undefined {
  const { hostName, eventTypes } = desk
  switch (reading.wish) {
    case 'cancel':
      return only(
        thread,
        'I can only make new bookings. To cancel one, please use the link that came with it. Is there a new time that I can find for you?',
      )
    case 'reschedule':
      return only(
        thread,
        'I cannot move a booking that exists: please use the link that came with it. Is there a new time that I can find for you?',
      )
    case 'drop':
      return only(
        { ...thread, ...nothingUnderWay },
        'All right, nothing was booked. Is there another time that I can find?',
      )
    case 'list':
      return choose(thread, eventTypes, `With ${hostName} you can book:`)
    case 'about':
      return describe(desk, thread, reading)
    case 'help':
      return only(thread, `I find free times with ${hostName} and book them. Which day would suit you?`)
    case 'greeting':
      return only(thread, `Hello! I find free times with ${hostName} and book them. When would you like to meet?`)
    case 'thanks':
      return only(thread, 'You are welcome!')
    case 'unclear':
      return askAgain(desk, thread, 'I am sorry, I did not understand that.')
    default:
      return undefined
  }
}

function describe(desk: Desk, thread: Thread, { slugs }: Reading): Turn {
  const meant = desk.eventTypes.filter(({ slug }) => slugs.includes(slug) || slugs.length === 0)
  const [type, ...others] = meant
  if (type === undefined || others.length > 0) return choose(thread, meant, `With ${desk.hostName} you can book:`)
  const { name, lengths, description } = type
  const words = `${name} takes ${lengths.join(' or ')} minutes.${description ? ` ${description}` : ''}`
  if (thread.chosen !== null) return askAgain(desk, thread, words)
  return {
    message: `${words}\nWhen would it suit you?`,
    action: action('NONE', { eventTypes: [type], durationMinutes: lengths[0] ?? null }),
    thread: { ...thread, eventType: type.slug, asked: 'TIME' },
  }
}

/** Names event types to choose from. */
function choose(thread: Thread, among: readonly OfferedType[], before: string): Turn {
  const shown = among.slice(0, 10)
  const lines = shown.map((type, index) => `${index + 1}. ${sayType(type)}`).join('\n')
  return {
    message:
      shown.length === 0
        ? 'Nothing can be booked here at the moment.'
        : `${before}\n${lines}\nWhich one would you like?`,
    action: action(shown.length === 0 ? 'NONE' : 'CHOOSE_EVENT_TYPE', { eventTypes: shown }),
    thread: { ...thread, listed: shown.map(({ slug }) => slug), offered: [], chosen: null, asked: 'EVENT_TYPE' },
  }
}

/** Asks the one question that is open. */
function askAgain(desk: Desk, thread: Thread, before: string): Turn {
  const type = desk.eventTypes.find(({ slug }) => slug === thread.eventType)
  if (type !== undefined && thread.chosen !== null) return ask(thread, type, missingOf(thread, type) ?? 'NAME', before)
  if (type !== undefined && thread.offered.length > 0) {
    const starts = thread.offered.map(start => new Date(start))
    const question = starts.length === 1 ? 'Shall I book it?' : 'Which of these would you like?'
    return suggestion(thread, type, starts, `${before} ${question}\n${listStarts(starts, thread.zone)}`)
  }
  if (thread.listed.length > 0) {
    return choose(
      thread,
      desk.eventTypes.filter(({ slug }) => thread.listed.includes(slug)),
      before,
    )
  }
  return only(
    { ...thread, asked: 'TIME' },
    `${before} I find free times and book them. Which day and time would suit you?`,
  )
}

/** Goes on with a wish for a time: settles the event type, finds starts, takes one, books. */
async function proceed(desk: Desk, thread: Thread, reading: Reading): Promise<Turn> {
  const { wish, pick } = reading
  const offered = pick === undefined ? undefined : thread.offered[pick]
  if (offered !== undefined) return complete(desk, { ...thread, chosen: offered }, reading)
  if (wish === 'yes') return agreed(desk, thread, reading)
  const isNewWish = reading.when !== undefined || reading.slugs.length > 0 || reading.minutes !== undefined
  if (wish === 'details' && !isNewWish) return withDetails(desk, thread, reading)
  if (wish === 'more' || wish === 'earlier') return showMore(desk, thread, wish)
  if (wish === 'no') {
    const cleared: Thread = { ...thread, offered: [], chosen: null, when: null, asked: 'TIME' }
    return only(cleared, 'Which day or time would suit you better?')
  }
  if (reading.isImpossibleDay) {
    return only({ ...thread, asked: 'TIME' }, 'The calendar has no such day. Which day do you mean?')
  }
  return settleType(
    desk,
    { ...thread, when: reading.when === undefined ? thread.when : narrowed(thread.when, reading.when) },
    reading,
  )
}

/** "Yes": to the one start that was offered. */
function agreed(desk: Desk, thread: Thread, reading: Reading): Promise<Turn> | Turn {
  const [first, ...others] = thread.offered
  if (thread.chosen !== null) return complete(desk, thread, reading)
  if (first !== undefined && others.length === 0) return complete(desk, { ...thread, chosen: first }, reading)
  if (first !== undefined) return askAgain(desk, thread, 'Gladly.')
  const [last] = thread.booked.slice(-1)
  if (last !== undefined)
    return only(thread, `You are booked for ${sayStart(new Date(last), thread.zone)}. Is there anything else?`)
  return settleType(desk, thread, reading)
}

/** A name or an address: for the start that was chosen, or the only one that was offered. */
function withDetails(desk: Desk, thread: Thread, reading: Reading): Promise<Turn> | Turn {
  const [first, ...others] = thread.offered
  if (thread.chosen !== null) return complete(desk, thread, reading)
  if (first !== undefined && others.length === 0) return complete(desk, { ...thread, chosen: first }, reading)
  if (first !== undefined) return askAgain(desk, thread, 'Thank you.')
  return askAgain(desk, thread, `Hello${thread.name === null ? '' : ` ${thread.name}`}!`)
}

function settleType(desk: Desk, thread: Thread, reading: Reading): Promise<Turn> | Turn {
  const { slugs, minutes, isNamed } = reading
  const among = desk.eventTypes.filter(({ slug }) => slugs.includes(slug))
  const [meant, ...others] = among
  // Several can be meant; the one under way is, when it is among them.
  const current = desk.eventTypes.find(({ slug }) => slug === thread.eventType)
  if (others.length > 0 && !(current !== undefined && among.includes(current))) {
    return choose(thread, among, 'That could be one of these:')
  }
  const [sole, ...more] = desk.eventTypes
  const type = (others.length > 0 ? current : meant) ?? current ?? (more.length === 0 ? sole : undefined)
  const isUnknownLength = minutes !== undefined && !(type?.lengths.includes(minutes) ?? slugs.length > 0)
  const no = isUnknownLength ? `There is no meeting of ${minutes} minutes${isNamed ? ' of that kind' : ''}.` : ''
  if (type === undefined) return choose(thread, desk.eventTypes, no || `With ${desk.hostName} you can book:`)
  const before = no === '' ? '' : `${no} ${type.name} takes ${either(type.lengths.map(String))} minutes. `
  const isOther = type !== current
  const length = !isUnknownLength && minutes !== undefined ? minutes : isOther ? null : thread.durationMinutes
  const settled: Thread = {
    ...thread,
    eventType: type.slug,
    durationMinutes: length ?? type.lengths[0] ?? null,
    listed: [],
    chosen: null,
    ...(isOther && { answers: {}, place: null }),
  }
  return suggest(desk, settled, type, reading, before)
}

const searchOf = (thread: Thread, type: OfferedType): Search => ({
  slug: type.slug,
  durationMinutes: thread.durationMinutes ?? type.lengths[0] ?? 30,
  when: thread.when ?? whenever,
  zone: thread.zone,
})

/** Finds starts for a wish. One that is asked for by its time, with the word to book it or an address, is taken at once. */
async function suggest(desk: Desk, thread: Thread, type: OfferedType, reading: Reading, before: string): Promise<Turn> {
  const found = await findStarts(desk, searchOf(thread, type))
  const [start] = found.starts
  if (found.fits && found.asked !== undefined && start !== undefined && before === '') {
    const chosen = start.toISOString()
    if (reading.saysBook || reading.person.email !== undefined) {
      return complete(desk, { ...thread, offered: [chosen], chosen }, reading)
    }
    return suggestion(
      thread,
      type,
      found.starts,
      `${type.name} on ${sayStart(start, thread.zone)} is free. Shall I book it?`,
    )
  }
  return suggestion(thread, type, found.starts, `${before}${wordsFor(desk, thread, type, found)}`)
}

/** What was found, in words. */
function wordsFor(desk: Desk, thread: Thread, type: OfferedType, { fits, starts, asked, reason }: Found): string {
  const { zone, when } = thread
  const list = listStarts(starts, zone)
  const clock = `(${zone} time)`
  if (starts.length === 0) {
    return `I find no free time for ${type.name} in the next two months. The page is ${desk.pageUrl}. Is there another meeting that you want?`
  }
  if (fits) return `${type.name} with ${desk.hostName} is free ${clock}:\n${list}\nWhich one suits you?`
  const nearestAre = `The nearest free times for ${type.name} are ${clock}:\n${list}\nDoes one of them suit you?`
  if (asked !== undefined && reason !== undefined)
    return `${sayStart(asked, zone)} ${whyNotWords[reason]}. ${nearestAre}`
  const today = dayOf(desk.now(), zone)
  const last = when?.days.at(-1)?.last
  if (last !== undefined && last < today) return `${sayDay(last)} has passed already. ${nearestAre}`
  return `Nothing is free then. ${nearestAre}`
}

/** Shows starts. */
export function suggestion(thread: Thread, type: OfferedType, starts: readonly Date[], message: string): Turn {
  const { zone, when } = thread
  const days = starts.map(start => dayOf(start, zone))
  return {
    message,
    action: action('SUGGEST_BOOKING', {
      eventTypes: [type],
      durationMinutes: thread.durationMinutes,
      dates: [...new Set(days.length > 0 ? days : (when?.days.map(({ first }) => first) ?? []))],
      partOfDay: when?.partOfDay ?? null,
      time: when?.at.length === 1 ? clockOf(when.at[0] ?? 0) : null,
      slots: [...starts],
    }),
    thread: { ...thread, offered: starts.map(start => start.toISOString()), chosen: null, listed: [], asked: 'TIME' },
  }
}

const clockOf = (minute: number): string =>
  [Math.floor(minute / 60), minute % 60].map(part => String(part).padStart(2, '0')).join(':')

/** Other starts than those that were shown: after them, or before. */
async function showMore(desk: Desk, thread: Thread, wish: 'more' | 'earlier'): Promise<Turn> {
  const type = desk.eventTypes.find(({ slug }) => slug === thread.eventType)
  const shown = wish === 'more' ? thread.offered.at(-1) : thread.offered[0]
  if (type === undefined || shown === undefined) {
    return askAgain(desk, { ...thread, offered: [], chosen: null }, 'Gladly.')
  }
  const find = wish === 'more' ? findMore : findEarlier
  const starts = await find(desk, searchOf(thread, type), new Date(shown))
  const side = wish === 'more' ? 'After' : 'Before'
  if (starts.length === 0) return askAgain(desk, thread, `${side} those I find none that is near.`)
  const list = listStarts(starts, thread.zone)
  const message = `${side} those, these are free (${thread.zone} time):\n${list}\nWhich one suits you?`
  return suggestion(thread, type, starts, message)
}

const asking: Record<Exclude<Askable, 'EVENT_TYPE' | 'TIME' | 'ANSWER'>, string> = {
  NAME: 'What is your name?',
  EMAIL: 'What is your e-mail address?',
  PHONE: 'Which telephone number may be called?',
  ADDRESS: 'At which address shall it be?',
  LOCATION: 'Where would you like to meet?',
}

/** The question of the event type that waits for its answer. */
const openQuestion = (thread: Thread, { questions }: OfferedType) =>
  questions.find(({ key }) => thread.answers[key] === undefined)

/** What is still needed to book the start that was chosen. */
function missingOf(thread: Thread, type: OfferedType): Askable | undefined {
  if (thread.name === null) return 'NAME'
  if (thread.email === null) return 'EMAIL'
  if (type.place?.asks === 'PHONE' && thread.phone === null) return 'PHONE'
  if (type.place?.asks === 'ADDRESS' && thread.place === null) return 'ADDRESS'
  if (type.place?.asks === 'TEXT' && thread.place === null) return 'LOCATION'
  return openQuestion(thread, type) === undefined ? undefined : 'ANSWER'
}

function ask(thread: Thread, type: OfferedType, missing: Askable, before = ''): Turn {
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

const isAnswerDue = ({ asked, chosen }: Thread): boolean =>
  chosen !== null && (asked === 'ANSWER' || asked === 'ADDRESS' || asked === 'LOCATION')

/** A message that is as a whole the answer to a question. */
async function takeAnswer(desk: Desk, thread: Thread, message: string): Promise<Turn> {
  const type = desk.eventTypes.find(({ slug }) => slug === thread.eventType)
  if (type === undefined) return askAgain(desk, { ...thread, ...nothingUnderWay }, 'That can no longer be booked.')
  if (thread.asked !== 'ANSWER') return complete(desk, { ...thread, place: message.slice(0, 500) }, undefined)
  const question = openQuestion(thread, type)
  if (question === undefined) return complete(desk, thread, undefined)
  const read = answerFrom(question, message, { now: desk.now(), zone: thread.zone })
  if ('problem' in read) return ask(thread, type, 'ANSWER', `That ${read.problem}.`)
  return complete(desk, { ...thread, answers: { ...thread.answers, [question.key]: read.answer } }, undefined)
}

/** Books the chosen start, or asks for the first thing that is missing. */
export async function complete(desk: Desk, thread: Thread, reading: Reading | undefined): Promise<Turn> {
  const type = desk.eventTypes.find(({ slug }) => slug === thread.eventType)
  const { chosen, name, email } = thread
  if (type === undefined || chosen === null)
    return askAgain(desk, { ...thread, ...nothingUnderWay }, 'That can no longer be booked.')
  const wrong = reading?.person.wrongEmail
  if (wrong !== undefined && email === null) return ask(thread, type, 'EMAIL', `${wrong} is no e-mail address.`)
  const missing = missingOf(thread, type)
  const when = sayStart(new Date(chosen), thread.zone)
  const isFirst = thread.asked === 'TIME' || thread.asked === null || thread.asked === 'EVENT_TYPE'
  if (missing !== undefined || name === null || email === null) {
    return ask(thread, type, missing ?? 'NAME', isFirst ? `${type.name} on ${when}.` : 'Thank you.')
  }
  return bookChosen(desk, thread, type, { chosen: new Date(chosen), name, email })
}

async function bookChosen(
  desk: Desk,
  thread: Thread,
  type: OfferedType,
  { chosen, name, email }: { chosen: Date; name: string; email: string },
): Promise<Turn> {
  const { zone, phone, place, answers } = thread
  const search = searchOf(thread, type)
  const { slug, durationMinutes } = search
  try {
    const booked = await desk.book({ slug, durationMinutes, start: chosen, zone, name, email, phone, place, answers })
    return confirmed(thread, type, booked, zone)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    const reason = reasonIn(error)
    if (reason !== undefined) {
      const starts = await nearest(desk, search, chosen)
      const why = reason === 'taken' ? 'has just been taken' : whyNotWords[reason]
      const words =
        starts.length === 0
          ? 'Which other day would suit you?'
          : `The nearest free times are:\n${listStarts(starts, zone)}\nDoes one of them suit you?`
      return suggestion({ ...thread, chosen: null }, type, starts, `${sayStart(chosen, zone)} ${why}. ${words}`)
    }
    if (error.code === 'CONFLICT')
      return only({ ...thread, ...nothingUnderWay }, `${error.message} Is there another time that I can find?`)
    if (error.code !== 'INVALID_INPUT') throw error
    const faults = error.details.fields ?? []
    if (faults.some(({ path }) => path === 'input.invitee.email')) {
      return ask({ ...thread, email: null }, type, 'EMAIL', 'That is no e-mail address that can be used.')
    }
    return only(thread, `I cannot book this one. Please use the page: ${desk.pageUrl}`)
  }
}

/** Tells of a booking that was made. */
export function confirmed(
  thread: Thread,
  type: OfferedType,
  booked: NonNullable<ReturnType<typeof action>['booked']>,
  zone: string,
): Turn {
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
    thread: { ...thread, ...nothingUnderWay, booked: [...thread.booked, booking.startAt.toISOString()] },
  }
}

/** Whether the invitee asks in this message for just this start, by its day and time. */
export function asksFor(start: Date, thread: Thread, { when }: Reading, zone: string): boolean {
  const wish = when === undefined ? thread.when : narrowed(thread.when, when)
  return wish !== null && saysTime(wish) && askedStart(wish, zone)?.getTime() === start.getTime()
}
