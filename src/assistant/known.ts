import type { Desk } from './desk.ts'
import { type Reading, readMessage } from './reading/read.ts'
import type { Thread } from './thread.ts'

/** Reads a message with what the conversation has come to. */
export const readIn = (desk: Desk, thread: Thread, message: string): Reading =>
  readMessage(message, {
    now: desk.now(),
    zone: thread.zone,
    eventTypes: desk.eventTypes,
    offered: thread.offered.map(start => new Date(start)),
    listed: thread.listed,
    asked: thread.asked,
    hasBooked: thread.booked.length > 0,
    isUnderWay: thread.asked !== null || thread.offered.length > 0 || thread.chosen !== null,
  })
