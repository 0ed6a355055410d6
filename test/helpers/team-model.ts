// The life of a team's bookings, told a second time and as plainly as possible: three hosts, one
// day that is open for all from 09:00 to 17:00, meetings of half an hour on the half hour. It
// shares no code with the product.
import type { Verdict } from './booking-model.ts'

/**
 * Who attends: the fixed hosts, and one of the pool. Hosts are 0, 1 and 2, in the order of their
 * accounts.
 */
export interface TeamKind {
  name: string
  fixed: number[]
  pool: number[]
}

export interface TeamMeeting {
  kind: TeamKind
  start: number
  person: number
  /** The host first. */
  hosts: number[]
  status: 'CONFIRMED' | 'CANCELLED'
}

const refused = (code: string, reason?: string) => ({
  refused: { code, ...(reason !== undefined && { reason }) },
})
const taken = refused('SLOT_UNAVAILABLE', 'taken')

export class TeamModel {
  meetings: TeamMeeting[] = []
  /** The kinds of events in the log of each host. */
  logs: string[][] = [[], [], []]
  private readonly turns = new Map<TeamKind, number[]>()
  private readonly known = new Set<string>()

  book(kind: TeamKind, start: number, person: number): Verdict<TeamMeeting> {
    const hosts = this.choose(kind, start)
    if (hosts === undefined) return taken
    const meeting: TeamMeeting = { kind, start, person, hosts, status: 'CONFIRMED' }
    this.meetings.push(meeting)
    this.meet(hosts[0] ?? 0, person)
    this.tell(hosts, 'BOOKING_CREATED')
    return { done: meeting }
  }

  cancel(meeting: TeamMeeting): Verdict<TeamMeeting> {
    if (meeting.status === 'CANCELLED') return refused('CONFLICT')
    meeting.status = 'CANCELLED'
    this.tell(meeting.hosts, 'BOOKING_CANCELLED')
    return { done: meeting }
  }

  move(meeting: TeamMeeting, start: number): Verdict<TeamMeeting> {
    if (meeting.status === 'CANCELLED') return refused('CONFLICT')
    if (start === meeting.start) return refused('INVALID_INPUT')
    const hosts = this.choose(meeting.kind, start, meeting)
    if (hosts === undefined) return taken
    meeting.status = 'CANCELLED'
    const moved: TeamMeeting = { ...meeting, start, hosts, status: 'CONFIRMED' }
    this.meetings.push(moved)
    if (hosts[0] !== meeting.hosts[0]) this.meet(hosts[0] ?? 0, meeting.person)
    this.tell([...hosts, ...meeting.hosts], 'BOOKING_RESCHEDULED')
    return { done: moved }
  }

  /** To a host, or to the next. */
  handOver(meeting: TeamMeeting, to: number | null): Verdict<TeamMeeting> {
    const { kind, start, hosts } = meeting
    if (meeting.status === 'CANCELLED' || kind.pool.length === 0) return refused('CONFLICT')
    const others = kind.pool.filter(host => !hosts.includes(host))
    if (to !== null && !others.includes(to)) return refused('INVALID_INPUT')
    const free = others.filter(host => (to === null || host === to) && this.isFree(host, start))
    const coming = this.next(kind, free)
    if (coming === undefined) return taken
    const before = [...hosts]
    meeting.hosts = hosts.map(host => (kind.pool.includes(host) ? coming : host))
    if (meeting.hosts[0] !== before[0]) this.meet(coming, meeting.person)
    this.tell([...meeting.hosts, ...before], 'BOOKING_REASSIGNED')
    return { done: meeting }
  }

  offered(kind: TeamKind): number[] {
    const starts = Array.from({ length: 16 }, (_, n) => 9 * 60 + n * 30)
    return starts.filter(
      start =>
        kind.fixed.every(host => this.isFree(host, start)) &&
        (kind.pool.length === 0 || kind.pool.some(host => this.isFree(host, start))),
    )
  }

  private choose(kind: TeamKind, start: number, moving?: TeamMeeting): number[] | undefined {
    if (!kind.fixed.every(host => this.isFree(host, start, moving))) return undefined
    if (kind.pool.length === 0) return kind.fixed
    const free = kind.pool.filter(host => this.isFree(host, start, moving))
    const chosen = free.find(host => moving?.hosts.includes(host)) ?? this.next(kind, free)
    return chosen === undefined ? undefined : [...kind.fixed, chosen]
  }

  /** Whoever was chosen the longest ago. */
  private next(kind: TeamKind, free: number[]): number | undefined {
    const order = this.turns.get(kind) ?? []
    const chosen = free.toSorted((a, b) => order.indexOf(a) - order.indexOf(b) || a - b)[0]
    if (chosen !== undefined)
      this.turns.set(kind, [...order.filter(host => host !== chosen), chosen])
    return chosen
  }

  private isFree(host: number, start: number, moving?: TeamMeeting): boolean {
    return !this.meetings.some(
      meeting =>
        meeting !== moving &&
        meeting.status === 'CONFIRMED' &&
        meeting.start === start &&
        meeting.hosts.includes(host),
    )
  }

  private meet(host: number, person: number): void {
    const key = `${host} ${person}`
    this.logs[host]?.push(this.known.has(key) ? 'CONTACT_UPDATED' : 'CONTACT_CREATED')
    this.known.add(key)
  }

  private tell(hosts: number[], kind: string): void {
    for (const host of new Set(hosts)) this.logs[host]?.push(kind)
  }
}
