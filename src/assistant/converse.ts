import { type BookingActions, typeOf } from './actions.ts'
import { complete, isAnswerDue, takeAnswer } from './complete.ts'
import { askAgain } from './details.ts'
import { askedStart } from './find.ts'
import { readIn } from './read-message.ts'
import type { Reading } from './reading/read.ts'
import { narrowed, saysTime } from './reading/when.ts'
import { choose, only } from './replies.ts'
import { action, type Reply } from './reply.ts'
import { showMore, suggest } from './suggest.ts'
import { nothingUnderWay, type Thread } from './thread.ts'
import { either, sayStart } from './words.ts'

/**
 * Replies to a message with the built-in reader.
 * @throws ApiError for errors that the conversation cannot handle, such as INTERNAL.
 */
export async function converse(
  actions: BookingActions,
  thread: Thread,
  message: string,
): Promise<Reply> {
  const reading = await readIn(actions, thread, message)
  if (isAnswerDue(thread) && reading.wish !== 'drop') return takeAnswer(actions, thread, message)
  const known = remembered(thread, reading)
  if (reading.isBeyond) return askAgain(actions, known, 'I have not shown you so many.')
  const spoken = speak(actions, known, reading)
  if (spoken !== undefined) return spoken
  if (actions.eventTypes.length === 0) {
    return only(known, `Nothing can be booked with ${actions.hostName} at the moment.`)
  }
  return proceed(actions, known, reading)
}

/** The thread with what the message adds to what is known of the invitee. */
export const remembered = (thread: Thread, { person, zone }: Reading): Thread => ({
  ...thread,
  zone: zone ?? thread.zone,
  name: person.name ?? thread.name,
  email: person.email ?? thread.email,
  phone: person.phone ?? thread.phone,
})

/** Answers what is no wish for a time. */
function speak(actions: BookingActions, thread: Thread, reading: Reading): Reply | undefined {
  const { hostName, eventTypes } = actions
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
      return describe(actions, thread, reading)
    case 'help':
      return only(
        thread,
        `I find free times with ${hostName} and book them. Which day would suit you?`,
      )
    case 'greeting':
      return only(
        thread,
        `Hello! I find free times with ${hostName} and book them. When would you like to meet?`,
      )
    case 'thanks':
      return only(thread, 'You are welcome!')
    case 'unclear':
      return askAgain(actions, thread, 'I am sorry, I did not understand that.')
    default:
      return undefined
  }
}

function describe(actions: BookingActions, thread: Thread, { slugs }: Reading): Reply {
  const meant = actions.eventTypes.filter(({ slug }) => slugs.includes(slug) || slugs.length === 0)
  const [type, ...others] = meant
  if (type === undefined || others.length > 0)
    return choose(thread, meant, `With ${actions.hostName} you can book:`)
  const { name, lengths, description } = type
  const words = `${name} takes ${lengths.join(' or ')} minutes.${description ? ` ${description}` : ''}`
  if (thread.chosen !== null) return askAgain(actions, thread, words)
  return {
    message: `${words}\nWhen would it suit you?`,
    action: action('NONE', { eventTypes: [type], durationMinutes: lengths[0] ?? null }),
    thread: { ...thread, eventType: type.slug, asked: 'TIME' },
  }
}

/** Goes on with a wish for a time: settles the event type, finds starts, takes one, books. */
async function proceed(actions: BookingActions, thread: Thread, reading: Reading): Promise<Reply> {
  const { wish, pick } = reading
  const offered = pick === undefined ? undefined : thread.offered[pick]
  if (offered !== undefined) return complete(actions, { ...thread, chosen: offered }, reading)
  if (wish === 'yes') return agreed(actions, thread, reading)
  const isNewWish =
    reading.when !== undefined || reading.slugs.length > 0 || reading.minutes !== undefined
  if (wish === 'details' && !isNewWish) return withDetails(actions, thread, reading)
  if (wish === 'more' || wish === 'earlier') return showMore(actions, thread, wish)
  if (wish === 'no') {
    const cleared: Thread = { ...thread, offered: [], chosen: null, when: null, asked: 'TIME' }
    return only(cleared, 'Which day or time would suit you better?')
  }
  if (reading.isImpossibleDay) {
    return only(
      { ...thread, asked: 'TIME' },
      'The calendar has no such day. Which day do you mean?',
    )
  }
  return settleType(
    actions,
    {
      ...thread,
      when: reading.when === undefined ? thread.when : narrowed(thread.when, reading.when),
    },
    reading,
  )
}

/** "Yes": to the one start that was offered. */
function agreed(actions: BookingActions, thread: Thread, reading: Reading): Promise<Reply> | Reply {
  const [first, ...others] = thread.offered
  if (thread.chosen !== null) return complete(actions, thread, reading)
  if (first !== undefined && others.length === 0)
    return complete(actions, { ...thread, chosen: first }, reading)
  if (first !== undefined) return askAgain(actions, thread, 'Gladly.')
  const [last] = thread.booked.slice(-1)
  if (last !== undefined)
    return only(
      thread,
      `You are booked for ${sayStart(new Date(last), thread.zone)}. Is there anything else?`,
    )
  return settleType(actions, thread, reading)
}

/** A name or an address: for the start that was chosen, or the only one that was offered. */
function withDetails(
  actions: BookingActions,
  thread: Thread,
  reading: Reading,
): Promise<Reply> | Reply {
  const [first, ...others] = thread.offered
  if (thread.chosen !== null) return complete(actions, thread, reading)
  if (first !== undefined && others.length === 0)
    return complete(actions, { ...thread, chosen: first }, reading)
  if (first !== undefined) return askAgain(actions, thread, 'Thank you.')
  return askAgain(actions, thread, `Hello${thread.name === null ? '' : ` ${thread.name}`}!`)
}

function settleType(
  actions: BookingActions,
  thread: Thread,
  reading: Reading,
): Promise<Reply> | Reply {
  const { slugs, minutes, isNamed } = reading
  const among = actions.eventTypes.filter(({ slug }) => slugs.includes(slug))
  const [meant, ...others] = among
  // Several can be meant; the one under way is, when it is among them.
  const current = typeOf(actions, thread.eventType)
  if (others.length > 0 && !(current !== undefined && among.includes(current))) {
    return choose(thread, among, 'That could be one of these:')
  }
  const [sole, ...more] = actions.eventTypes
  const type =
    (others.length > 0 ? current : meant) ?? current ?? (more.length === 0 ? sole : undefined)
  const isUnknownLength =
    minutes !== undefined && !(type?.lengths.includes(minutes) ?? slugs.length > 0)
  const no = isUnknownLength
    ? `There is no meeting of ${minutes} minutes${isNamed ? ' of that kind' : ''}.`
    : ''
  if (type === undefined)
    return choose(thread, actions.eventTypes, no || `With ${actions.hostName} you can book:`)
  const before =
    no === '' ? '' : `${no} ${type.name} takes ${either(type.lengths.map(String))} minutes. `
  const isOther = type !== current
  const length =
    !isUnknownLength && minutes !== undefined ? minutes : isOther ? null : thread.durationMinutes
  const settled: Thread = {
    ...thread,
    eventType: type.slug,
    durationMinutes: length ?? type.lengths[0] ?? null,
    listed: [],
    chosen: null,
    ...(isOther && { answers: {}, place: null }),
  }
  return suggest(actions, settled, type, reading, before)
}

/** Whether the invitee asks in this message for just this start, by its day and time. */
export function asksFor(start: Date, thread: Thread, { when }: Reading, zone: string): boolean {
  const wish = when === undefined ? thread.when : narrowed(thread.when, when)
  return wish !== null && saysTime(wish) && askedStart(wish, zone)?.getTime() === start.getTime()
}
