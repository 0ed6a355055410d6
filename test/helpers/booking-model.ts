// The life of bookings, told a second time and as plainly as possible: one host, one day that is
// open from 09:00 to 17:00, times as minutes of that day. It shares no code with the product, and
// says what each act must answer.
import type { CallError } from './bookings.ts'

/** The rules of an event type. */
export interface Kind {
  name: string
  minutes: number
  every: number
  before: number
  after: number
  seats: number
  asksHost: boolean
  /** Whether a booking that waits keeps its time. */
  keepsTime: boolean
  perDay: number
}

export interface Seat {
  person: number
  isActive: boolean
}

export interface Meeting {
  kind: Kind
  start: number
  status: 'PENDING' | 'CONFIRMED' | 'CANCELLED' | 'DENIED'
  seats: Seat[]
  from?: Meeting
}

export interface Held {
  kind: Kind
  start: number
  until: number
  isOver: boolean
}

/** What the log must hold, in order. */
export type Told = { event: string; meeting: Meeting } | { event: string; person: number }

export type Verdict<T> = { refused: CallError } | { done: T }

const OPENS = 9 * 60
const CLOSES = 17 * 60

const refused = (code: string, reason?: string) => ({
  refused: { code, ...(reason !== undefined && { reason }) },
})

export class BookingModel {
  meetings: Meeting[] = []
  held: Held[] = []
  told: Told[] = []
  /** How often each person booked. */
  counts = new Map<number, number>()

  constructor(public now: number) {}

  forward(minutes: number): void {
    this.now += minutes
    for (const held of this.held) if (held.until <= this.now) held.isOver = true
  }

  book(
    kind: Kind,
    start: number,
    person: number,
    held?: Held,
  ): Verdict<{ meeting: Meeting; seat: Seat }> {
    if (held !== undefined && (held.isOver || held.kind !== kind || held.start !== start))
      return refused('NOT_FOUND')
    const reason = this.whyNot(kind, start, { held })
    if (reason !== undefined) return refused('SLOT_UNAVAILABLE', reason)
    const shared = this.sharedAt(kind, start)
    if (shared !== undefined && sitsIn(shared, person)) return refused('CONFLICT')

    if (held !== undefined) held.isOver = true
    const seat = { person, isActive: true }
    const meeting = shared ?? this.open(kind, start, kind.asksHost ? 'PENDING' : 'CONFIRMED')
    meeting.seats.push(seat)
    const count = this.counts.get(person) ?? 0
    this.counts.set(person, count + 1)
    this.told.push({ event: count === 0 ? 'CONTACT_CREATED' : 'CONTACT_UPDATED', person })
    this.told.push({
      event: meeting.status === 'PENDING' ? 'BOOKING_REQUESTED' : 'BOOKING_CREATED',
      meeting,
    })
    return { done: { meeting, seat } }
  }

  /** By the host, or by the invitee of a seat. */
  cancel(meeting: Meeting, seat?: Seat): Verdict<Meeting> {
    if (!this.isOpen(meeting, seat)) return refused('CONFLICT')
    if (seat !== undefined && active(meeting).length > 1) seat.isActive = false
    else end(meeting, 'CANCELLED')
    this.told.push({ event: 'BOOKING_CANCELLED', meeting })
    return { done: meeting }
  }

  move(meeting: Meeting, start: number, seat?: Seat): Verdict<{ meeting: Meeting; seats: Seat[] }> {
    const { kind } = meeting
    if (!this.isOpen(meeting, seat)) return refused('CONFLICT')
    if (start === meeting.start) return refused('INVALID_INPUT')
    const movesAlone = seat !== undefined && active(meeting).length > 1
    const reason = this.whyNot(kind, start, { meeting: movesAlone ? undefined : meeting })
    if (reason !== undefined) return refused('SLOT_UNAVAILABLE', reason)

    const movers = movesAlone ? [seat] : active(meeting)
    const shared = this.sharedAt(kind, start)
    if (shared !== undefined && movers[0] !== undefined && sitsIn(shared, movers[0].person))
      return refused('CONFLICT')
    const isHeld =
      kind.seats > 1 &&
      this.held.some(held => !held.isOver && held.kind === kind && held.start === start)
    if (movers.length > 1 && (shared !== undefined || isHeld))
      return refused('SLOT_UNAVAILABLE', 'taken')

    const status = (seat === undefined ? meeting.status === 'PENDING' : kind.asksHost)
      ? 'PENDING'
      : 'CONFIRMED'
    if (movesAlone) seat.isActive = false
    else end(meeting, 'CANCELLED')
    const target = shared ?? this.open(kind, start, status)
    if (shared === undefined && !movesAlone) target.from = meeting
    const seats = movers.map(({ person }) => ({ person, isActive: true }))
    target.seats.push(...seats)
    this.told.push({ event: 'BOOKING_RESCHEDULED', meeting: target })
    return { done: { meeting: target, seats } }
  }

  approve(meeting: Meeting): Verdict<Meeting> {
    if (!this.isOpen(meeting) || meeting.status !== 'PENDING') return refused('CONFLICT')
    const takesTime = !meeting.kind.keepsTime
    if (takesTime && this.isTaken(meeting.kind, meeting.start, {}))
      return refused('SLOT_UNAVAILABLE', 'taken')
    meeting.status = 'CONFIRMED'
    this.told.push({ event: 'BOOKING_APPROVED', meeting })
    return { done: meeting }
  }

  deny(meeting: Meeting): Verdict<Meeting> {
    if (!this.isOpen(meeting) || meeting.status !== 'PENDING') return refused('CONFLICT')
    end(meeting, 'DENIED')
    this.told.push({ event: 'BOOKING_DENIED', meeting })
    return { done: meeting }
  }

  hold(kind: Kind, start: number, minutes: number): Verdict<Held> {
    const reason = this.whyNot(kind, start, {})
    if (reason !== undefined) return refused('SLOT_UNAVAILABLE', reason)
    const held = { kind, start, until: this.now + minutes, isOver: false }
    this.held.push(held)
    return { done: held }
  }

  release(held: Held): Verdict<Held> {
    if (held.isOver) return refused('NOT_FOUND')
    held.isOver = true
    return { done: held }
  }

  /** The starts of the day that are free, with their seats. */
  offered(kind: Kind): { start: number; seatsLeft: number }[] {
    const found = []
    for (let start = OPENS; start < CLOSES; start++) {
      if (this.whyNot(kind, start, {}) === undefined) {
        found.push({
          start,
          seatsLeft: kind.seats - (kind.seats > 1 ? this.seatsTaken(kind, start, {}) : 0),
        })
      }
    }
    return found
  }

  private whyNot(kind: Kind, start: number, but: But): string | undefined {
    if (start < this.now) return 'past'
    if (start < OPENS || start + kind.minutes > CLOSES) return 'hours'
    const seatsTaken = kind.seats > 1 ? this.seatsTaken(kind, start, but) : 0
    if (seatsTaken > 0 && seatsTaken < kind.seats) return undefined
    if (this.isTaken(kind, start, but)) return 'taken'
    const booked = this.meetings.filter(
      other => other !== but.meeting && other.kind === kind && isLive(other),
    )
    if (booked.length >= kind.perDay) return 'limit'
    if ((start - OPENS) % kind.every !== 0) return 'grid'
    return undefined
  }

  private isTaken(kind: Kind, start: number, but: But): boolean {
    const wanted = widened(kind, start)
    return this.takenTimes(but).some(
      taken => taken.from < wanted.until && wanted.from < taken.until,
    )
  }

  private takenTimes(but: But) {
    const meetings = this.meetings.filter(meeting => meeting !== but.meeting && keepsTime(meeting))
    const held = this.held.filter(each => each !== but.held && !each.isOver)
    return [...meetings, ...held].map(({ kind, start }) => widened(kind, start))
  }

  private seatsTaken(kind: Kind, start: number, but: But): number {
    const here = (other: { kind: Kind; start: number }) =>
      other.kind === kind && other.start === start
    const meetings = this.meetings.filter(
      meeting => meeting !== but.meeting && here(meeting) && isLive(meeting),
    )
    const held = this.held.filter(each => each !== but.held && here(each) && !each.isOver)
    return meetings.flatMap(active).length + held.length
  }

  private sharedAt(kind: Kind, start: number): Meeting | undefined {
    if (kind.seats === 1) return undefined
    return this.meetings.find(
      meeting => meeting.kind === kind && meeting.start === start && isLive(meeting),
    )
  }

  private open(kind: Kind, start: number, status: 'PENDING' | 'CONFIRMED'): Meeting {
    const meeting: Meeting = { kind, start, status, seats: [] }
    this.meetings.push(meeting)
    return meeting
  }

  private isOpen(meeting: Meeting, seat?: Seat): boolean {
    return (
      isLive(meeting) && meeting.start + meeting.kind.minutes > this.now && seat?.isActive !== false
    )
  }
}

/** What does not count, since it is about to go. */
interface But {
  meeting?: Meeting | undefined
  held?: Held | undefined
}

const widened = (kind: Kind, start: number) => ({
  from: start - kind.before,
  until: start + kind.minutes + kind.after,
})
const isLive = ({ status }: Meeting) => status === 'PENDING' || status === 'CONFIRMED'
const active = ({ seats }: Meeting) => seats.filter(({ isActive }) => isActive)
const sitsIn = (meeting: Meeting, person: number) =>
  active(meeting).some(seat => seat.person === person)

/** Whether a meeting has time of the host. */
export const keepsTime = (meeting: Meeting) =>
  meeting.status === 'CONFIRMED' || (meeting.status === 'PENDING' && meeting.kind.keepsTime)

function end(meeting: Meeting, status: 'CANCELLED' | 'DENIED'): void {
  meeting.status = status
  for (const seat of meeting.seats) seat.isActive = false
}
