import type { Db, Tx } from '../../db/client.ts'
import { exclusionViolation } from '../../db/violations.ts'
import { ApiError } from '../../errors.ts'
import type { BookableEventType } from '../../event-types/index.ts'
import { hoursOf } from '../../schedules/index.ts'
import { type SlotQuery, type UnavailableReason, whyNot } from '../../slot-engine/index.ts'
import { minuteOf, rulesOf } from '../../slots/rules.ts'
import { type Ignored, withTaken } from '../../slots/taken-times.ts'
import { MINUTE_MS } from '../../time.ts'
import { type Attending, type Choice, chooseAttending } from './attending-hosts.ts'

const reasons: Record<UnavailableReason, string> = {
  past: 'lies in the past',
  notice: 'is too soon: the event type asks for more notice',
  window: 'is further ahead than the event type can be booked',
  hours: 'is outside the hours of the host',
  grid: 'is not one of the starts that are offered',
  limit: 'is in a period in which the event type is booked as often as it may be',
  taken: 'is taken',
}

export const isUnavailableReason = (reason: unknown): reason is UnavailableReason =>
  typeof reason === 'string' && Object.hasOwn(reasons, reason)

/**
 * A start that is not free.
 * @param reason one word, for programs
 * @param facts what else they may want to know
 */
export const unavailable = (
  reason: UnavailableReason,
  path = 'input.start',
  facts: Record<string, true> = {},
): ApiError =>
  new ApiError('SLOT_UNAVAILABLE', `The start ${reasons[reason]}.`, {
    reason,
    ...facts,
    fields: [{ path, message: reasons[reason] }],
  })

/** What is asked for. */
export interface Wanted {
  startAt: Date
  durationMinutes: number
  /** Zone of the invitee: some event types lay their starts on the viewer's clock. */
  timeZone?: string | undefined
  /**
   * Whether it is a later occurrence of a series, which follows the first, whatever the booking
   * window and the grid.
   */
  isRepeat?: boolean | undefined
}

/**
 * Who attends the meeting at a start that is offered now. Whom a round robin chooses has had their
 * turn.
 * @throws ApiError SLOT_UNAVAILABLE with the reason when it is not.
 */
export async function requireOffered(
  tx: Tx,
  eventType: BookableEventType,
  wanted: Wanted,
  now: Date,
  ignored?: Ignored,
  choice?: Choice,
): Promise<Attending> {
  const query = await requireFree(tx, eventType, wanted, now, ignored)
  const attending = await chooseAttending(
    tx,
    eventType,
    query,
    minuteOf(wanted.startAt),
    now,
    choice,
  )
  if (attending === undefined) throw unavailable('taken')
  return attending
}

const ALWAYS = [0, 1, 2, 3, 4, 5, 6].map(weekday => ({ weekday, startMinute: 0, endMinute: 1440 }))

/**
 * Who attends a meeting at a start that is ahead and free, whatever else the event type says of its
 * starts.
 * @throws ApiError SLOT_UNAVAILABLE with the reason when it is not.
 */
export async function requireFreeTime(
  tx: Tx,
  eventType: BookableEventType,
  wanted: Wanted,
  now: Date,
): Promise<Attending> {
  const open = <T extends { schedule: BookableEventType['schedule'] }>(one: T): T => ({
    ...one,
    schedule: { ...one.schedule, weekly: ALWAYS, overrides: [] },
  })
  const anyTime: BookableEventType = {
    ...open(eventType),
    hosts: eventType.hosts.map(open),
    slotGrid: 'VIEWER_CLOCK',
    slotIntervalMinutes: 1,
    slotOffsetMinutes: 0,
    firstSlotPerDay: false,
    minimumNoticeMinutes: 0,
    windowKind: 'UNLIMITED',
    ...noLimits,
  }
  return requireOffered(tx, anyTime, wanted, now)
}

const noLimits = {
  maxPerDay: null,
  maxPerWeek: null,
  maxPerMonth: null,
  maxPerYear: null,
  maxMinutesPerDay: null,
  maxMinutesPerWeek: null,
  maxMinutesPerMonth: null,
  maxMinutesPerYear: null,
}

/**
 * The rules and what is taken around a start that is offered now.
 * @throws ApiError SLOT_UNAVAILABLE with the reason when it is not.
 */
export async function requireFree(
  db: Db | Tx,
  eventType: BookableEventType,
  wanted: Wanted,
  now: Date,
  ignored?: Ignored,
): Promise<SlotQuery> {
  const { startAt, isRepeat = false } = wanted
  if (startAt.getTime() % MINUTE_MS !== 0) throw unavailable(startAt < now ? 'past' : 'grid')
  const start = minuteOf(startAt)
  const rules = rulesOf(eventType, hoursOf(eventType.schedule), {
    now,
    from: start,
    until: start + 1,
    viewerZone: wanted.timeZone,
    durationMinutes: wanted.durationMinutes,
  })
  const asked: SlotQuery = isRepeat ? { ...rules, window: { kind: 'unlimited' } } : rules
  const query = await withTaken(db, eventType, asked, now, ignored)
  const refusal = whyNot(query, start)
  if (refusal === undefined || (refusal === 'grid' && (isRepeat || gridMoves(eventType))))
    return query
  const isFull = query.joinable.some(
    booked => booked.start === start && booked.seatsTaken >= eventType.seats,
  )
  throw unavailable(refusal, 'input.start', {
    ...(isFull && { isFull }),
    ...(eventType.teamId !== null && { isOfTeam: true }),
  })
}

// On the viewer's clock the starts of today move on with the time, so one that was offered a minute
// ago may not be listed now. It is free and within every other rule, and Cal.com books it too.
const gridMoves = (eventType: BookableEventType): boolean =>
  eventType.slotGrid === 'VIEWER_CLOCK' && !eventType.firstSlotPerDay

/**
 * Runs a change that claims time; a claim that the database refuses becomes the same answer as the
 * check before it.
 */
export async function orTaken<T>(change: Promise<T>, path?: string): Promise<T> {
  try {
    return await change
  } catch (error) {
    if (exclusionViolation(error)) throw unavailable('taken', path)
    throw error
  }
}

/** A booking that needs the host's approval is PENDING; the others are CONFIRMED at once. */
export function firstStatus(
  eventType: BookableEventType,
  startAt: Date,
  now: Date,
): 'PENDING' | 'CONFIRMED' {
  if (eventType.confirmation === 'ALWAYS') return 'PENDING'
  if (eventType.confirmation === 'NEVER') return 'CONFIRMED'
  const noticeMinutes = (startAt.getTime() - now.getTime()) / MINUTE_MS
  return noticeMinutes < (eventType.confirmationNoticeMinutes ?? 0) ? 'PENDING' : 'CONFIRMED'
}

/** Whether a booking in this state keeps its time from others. */
export const claimsTime = (
  eventType: BookableEventType,
  status: 'PENDING' | 'CONFIRMED',
): boolean => status === 'CONFIRMED' || eventType.pendingClaimsTime

/**
 * The time zone of a booking's texts: the invitee's, or the schedule's where several invitees can
 * share it.
 */
export const bookingZone = (eventType: BookableEventType, invitee: string): string =>
  eventType.seats > 1 ? eventType.schedule.timeZone : invitee
