import type { Known, Reading as MessageReading } from '../assistant/reading/read.ts'
import type { CalendarReading, Reading } from '../calendars/calendar.ts'
import type { Slot, SlotQuery } from '../slot-engine/index.ts'

/** What worker threads do, by name. Input and output are copied between threads. */
export interface Tasks {
  /** The time that an iCalendar file says is taken. */
  readCalendar: { input: { bytes: Uint8Array; reading: Reading }; output: CalendarReading }
  /** The text that a template makes of its values. */
  fillTemplate: { input: { template: string; data: Record<string, unknown> }; output: string }
  /** Why a text cannot be a template; undefined when it can. */
  checkTemplate: { input: string; output: string | undefined }
  /** What a message to the assistant says. */
  readMessage: { input: { message: string; known: Known }; output: MessageReading }
  /** The free starts of an event type. */
  findSlots: { input: SlotQuery; output: Slot[] }
}

export type TaskName = keyof Tasks
