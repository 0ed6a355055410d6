import type { EventType } from '../db/generated/client/client.ts'
import type { BookingWindow, Limit, ScheduleHours, SlotQuery } from '../slot-engine/index.ts'
import { MINUTE_MS } from '../time.ts'

/** The epoch minute of an instant, rounded up. */
export const minuteOf = (instant: Date): number => Math.ceil(instant.getTime() / MINUTE_MS)

/**
 * The minute from which notice counts. Cal.com cuts the seconds, and has at least one minute of
 * notice, so that no start in the past is offered; the grid of openings has no such minute.
 */
const nowOf = ({ slotGrid }: Pick<EventType, 'slotGrid'>, now: Date): number =>
  slotGrid === 'VIEWER_CLOCK' ? Math.floor(now.getTime() / MINUTE_MS) : minuteOf(now)

/** The instant of an epoch minute. */
export const instantOf = (minute: number): Date => new Date(minute * MINUTE_MS)

/** What is asked of an event type. */
export interface Question {
  now: Date
  /** Epoch minutes; starts wanted: from <= start < until. */
  from: number
  until: number
  /** Time zone of the days and times that the viewer sees. Default: that of the schedule. */
  viewerZone?: string | undefined
  /** One of the event type's durations. Default: the first. */
  durationMinutes?: number | undefined
}

/** The rules of an event type in the engine's words, before what is taken is known. */
export function rulesOf(
  eventType: EventType,
  schedule: ScheduleHours,
  question: Question,
): SlotQuery {
  const durationMinutes = question.durationMinutes ?? eventType.durationMinutes
  return {
    now: nowOf(eventType, question.now),
    from: question.from,
    until: question.until,
    viewerZone: question.viewerZone ?? schedule.zone,
    schedule,
    durationMinutes,
    intervalMinutes: eventType.slotIntervalMinutes ?? durationMinutes,
    offsetMinutes: eventType.slotOffsetMinutes,
    grid: eventType.slotGrid === 'OPENING' ? 'opening' : 'viewerClock',
    bufferBeforeMinutes: eventType.bufferBeforeMinutes,
    bufferAfterMinutes: eventType.bufferAfterMinutes,
    noticeMinutes: eventType.minimumNoticeMinutes,
    window: engineWindow(eventType),
    claims: [],
    seats: eventType.seats,
    joinable: [],
    limits: limitsOf(eventType),
    counted: [],
    firstPerDay: eventType.firstSlotPerDay,
    packed: eventType.packSlots,
  }
}

function engineWindow(eventType: EventType): BookingWindow {
  const { windowKind, windowDays, windowFirstDay, windowLastDay, windowRolling } = eventType
  if (windowKind === 'RANGE' && windowFirstDay !== null && windowLastDay !== null) {
    return { kind: 'range', firstDay: dayOf(windowFirstDay), lastDay: dayOf(windowLastDay) }
  }
  if ((windowKind === 'DAYS' || windowKind === 'BUSINESS_DAYS') && windowDays !== null) {
    return {
      kind: 'days',
      days: windowDays,
      businessDays: windowKind === 'BUSINESS_DAYS',
      rolling: windowRolling,
    }
  }
  return { kind: 'unlimited' }
}

function limitsOf(eventType: EventType): Limit[] {
  const limits: [Limit['period'], number | null, number | null][] = [
    ['day', eventType.maxPerDay, eventType.maxMinutesPerDay],
    ['week', eventType.maxPerWeek, eventType.maxMinutesPerWeek],
    ['month', eventType.maxPerMonth, eventType.maxMinutesPerMonth],
    ['year', eventType.maxPerYear, eventType.maxMinutesPerYear],
  ]
  return limits.flatMap(([period, bookings, minutes]) => {
    if (bookings === null && minutes === null) return []
    return [
      {
        period,
        ...(bookings !== null && { maxBookings: bookings }),
        ...(minutes !== null && { maxMinutes: minutes }),
      },
    ]
  })
}

// Columns of type date come as midnight UTC.
const dayOf = (date: Date): string => date.toISOString().slice(0, 10)
