import { timeOf } from '../schedules/index.ts'
import type { OfferedType } from './actions.ts'
import { dayOf } from './find.ts'
import { action, type Reply } from './reply.ts'
import type { Thread } from './thread.ts'
import { sayType } from './words.ts'

/** Words, and nothing to do. */
export const only = (thread: Thread, message: string): Reply => ({
  message,
  action: action('NONE'),
  thread,
})

/** Names event types to choose from. */
export function choose(thread: Thread, among: readonly OfferedType[], before: string): Reply {
  const shown = among.slice(0, 10)
  const lines = shown.map((type, index) => `${index + 1}. ${sayType(type)}`).join('\n')
  return {
    message:
      shown.length === 0
        ? 'Nothing can be booked here at the moment.'
        : `${before}\n${lines}\nWhich one would you like?`,
    action: action(shown.length === 0 ? 'NONE' : 'CHOOSE_EVENT_TYPE', { eventTypes: shown }),
    thread: {
      ...thread,
      listed: shown.map(({ slug }) => slug),
      offered: [],
      chosen: null,
      asked: 'EVENT_TYPE',
    },
  }
}

/** Shows starts. */
export function suggestion(
  thread: Thread,
  type: OfferedType,
  starts: readonly Date[],
  message: string,
): Reply {
  const { zone, when } = thread
  const days = starts.map(start => dayOf(start, zone))
  return {
    message,
    action: action('SUGGEST_BOOKING', {
      eventTypes: [type],
      durationMinutes: thread.durationMinutes,
      dates: [...new Set(days.length > 0 ? days : (when?.days.map(({ first }) => first) ?? []))],
      partOfDay: when?.partOfDay ?? null,
      time: when?.at.length === 1 ? timeOf(when.at[0] ?? 0) : null,
      slots: [...starts],
    }),
    thread: {
      ...thread,
      offered: starts.map(start => start.toISOString()),
      chosen: null,
      listed: [],
      asked: 'TIME',
    },
  }
}
