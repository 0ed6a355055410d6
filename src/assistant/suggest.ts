import { type BookingActions, type OfferedType, typeOf } from './actions.ts'
import { complete } from './complete.ts'
import { askAgain } from './details.ts'
import { dayOf, type Found, findEarlier, findMore, findStarts, searchOf } from './find.ts'
import type { Reading } from './reading/read.ts'
import { suggestion } from './replies.ts'
import type { Reply } from './reply.ts'
import type { Thread } from './thread.ts'
import { listStarts, sayDay, sayStart, whyNotWords } from './words.ts'

/**
 * Finds starts for a wish. One that is asked for by its time, with the word to book it or an
 * address, is taken at once.
 */
export async function suggest(
  actions: BookingActions,
  thread: Thread,
  type: OfferedType,
  reading: Reading,
  before: string,
): Promise<Reply> {
  const found = await findStarts(actions, searchOf(thread, type))
  const [start] = found.starts
  if (found.fits && found.asked !== undefined && start !== undefined && before === '') {
    const chosen = start.toISOString()
    if (reading.saysBook || reading.person.email !== undefined) {
      return complete(actions, { ...thread, offered: [chosen], chosen }, reading)
    }
    return suggestion(
      thread,
      type,
      found.starts,
      `${type.name} on ${sayStart(start, thread.zone)} is free. Shall I book it?`,
    )
  }
  return suggestion(
    thread,
    type,
    found.starts,
    `${before}${wordsFor(actions, thread, type, found)}`,
  )
}

/** What was found, in words. */
function wordsFor(
  actions: BookingActions,
  thread: Thread,
  type: OfferedType,
  { fits, starts, asked, reason }: Found,
): string {
  const { zone, when } = thread
  const list = listStarts(starts, zone)
  const clock = `(${zone} time)`
  if (starts.length === 0) {
    return `I find no free time for ${type.name} in the next two months. The page is ${actions.pageUrl}. Is there another meeting that you want?`
  }
  if (fits)
    return `${type.name} with ${actions.hostName} is free ${clock}:\n${list}\nWhich one suits you?`
  const nearestAre = `The nearest free times for ${type.name} are ${clock}:\n${list}\nDoes one of them suit you?`
  if (asked !== undefined && reason !== undefined)
    return `${sayStart(asked, zone)} ${whyNotWords[reason]}. ${nearestAre}`
  const today = dayOf(actions.now(), zone)
  const last = when?.days.at(-1)?.last
  if (last !== undefined && last < today) return `${sayDay(last)} has passed already. ${nearestAre}`
  return `Nothing is free then. ${nearestAre}`
}

/** Other starts than those that were shown: after them, or before. */
export async function showMore(
  actions: BookingActions,
  thread: Thread,
  wish: 'more' | 'earlier',
): Promise<Reply> {
  const type = typeOf(actions, thread.eventType)
  const shown = wish === 'more' ? thread.offered.at(-1) : thread.offered[0]
  if (type === undefined || shown === undefined) {
    return askAgain(actions, { ...thread, offered: [], chosen: null }, 'Gladly.')
  }
  const find = wish === 'more' ? findMore : findEarlier
  const starts = await find(actions, searchOf(thread, type), new Date(shown))
  const side = wish === 'more' ? 'After' : 'Before'
  if (starts.length === 0)
    return askAgain(actions, thread, `${side} those I find none that is near.`)
  const list = listStarts(starts, thread.zone)
  const message = `${side} those, these are free (${thread.zone} time):\n${list}\nWhich one suits you?`
  return suggestion(thread, type, starts, message)
}
