import type { Booked, OfferedType } from './actions.ts'
import type { PartOfDay } from './reading/when.ts'
import type { Askable, Thread } from './thread.ts'

/** What a client can do with a reply, in addition to showing its text. */
export interface Action {
  kind: 'NONE' | 'CHOOSE_EVENT_TYPE' | 'SUGGEST_BOOKING' | 'COLLECT_DETAILS' | 'CONFIRM_BOOKING'
  /** Those to choose from, or the one that it is about. */
  eventTypes: readonly OfferedType[]
  durationMinutes: number | null
  /**
   * Days of the slots, or those that were asked for where none is free; `YYYY-MM-DD` in the zone.
   */
  dates: string[]
  partOfDay: PartOfDay | null
  /** The asked time, `15:00`. */
  time: string | null
  /** Free starts, in the order of the words. */
  slots: Date[]
  /** What the invitee is asked for. */
  missing: Askable | null
  /** The question that is asked, by its key. */
  questionKey: string | null
  booked: Booked | null
}

/** An answer of the assistant, and the conversation after it. */
export interface Reply {
  message: string
  action: Action
  thread: Thread
}

/** An action with nothing but what is given. */
export const action = (kind: Action['kind'], more: Partial<Action> = {}): Action => ({
  kind,
  eventTypes: [],
  durationMinutes: null,
  dates: [],
  partOfDay: null,
  time: null,
  slots: [],
  missing: null,
  questionKey: null,
  booked: null,
  ...more,
})
