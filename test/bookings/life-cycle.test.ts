import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { z } from 'zod'
import {
  BookingModel,
  type Held,
  type Kind,
  type Meeting,
  type Seat,
  type Verdict,
} from '../helpers/booking-model.ts'
import {
  APPROVE,
  CANCEL,
  DENY,
  daysOffered,
  RELEASE,
  RESCHEDULE,
  RESERVE,
  refusalIn,
} from '../helpers/bookings.ts'
import {
  type Answer,
  BOOK,
  type Data,
  type GivenHost,
  givenEventType,
  givenHost,
  givenWorld,
  type World,
} from '../helpers/world.ts'

let world: World

beforeAll(async () => {
  world = await givenWorld()
})
afterAll(() => world.end())

const DAY = '2026-03-03'
const EARLY = 8 * 60

const plain = { before: 0, after: 0, seats: 1, asksHost: false, keepsTime: true, perDay: 99 }
const kinds: Kind[] = [
  { ...plain, name: 'Plain', minutes: 30, every: 15, after: 10, perDay: 2 },
  { ...plain, name: 'Asking', minutes: 60, every: 30, before: 15, asksHost: true },
  { ...plain, name: 'Loose', minutes: 30, every: 30, asksHost: true, keepsTime: false, perDay: 3 },
  { ...plain, name: 'Course', minutes: 45, every: 30, seats: 3, before: 5 },
]

const instantOf = (minute: number) =>
  new Date(Date.parse(`${DAY}T00:00:00Z`) + minute * 60_000).toISOString()

// Mostly the same few hours, so that acts meet; now and then a start that is no start.
const start = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 8 }).map(n => 10 * 60 + n * 30) },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 16 }).map(n => 9 * 60 + n * 15) },
  { weight: 1, arbitrary: fc.constantFrom(8 * 60, 10 * 60 + 5, 16 * 60 + 45, 17 * 60) },
)
const pick = fc.nat(50)
const byHost = fc.boolean()
const kind = fc.nat(kinds.length - 1)
const act = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      does: fc.constant('book' as const),
      kind,
      start,
      person: fc.nat(3),
      held: fc.option(pick, { freq: 3 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ does: fc.constant('cancel' as const), pick, byHost }) },
  { weight: 5, arbitrary: fc.record({ does: fc.constant('move' as const), pick, byHost, start }) },
  { weight: 3, arbitrary: fc.record({ does: fc.constant('approve' as const), pick }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('deny' as const), pick }) },
  { weight: 4, arbitrary: fc.record({ does: fc.constant('hold' as const), kind, start }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('release' as const), pick }) },
  {
    weight: 2,
    arbitrary: fc.record({
      does: fc.constant('wait' as const),
      minutes: fc.constantFrom(1, 4, 5, 45, 120),
    }),
  },
)
type Act = typeof act extends fc.Arbitrary<infer T> ? T : never

const Booked = z.object({
  booking: z.object({ id: z.string(), status: z.string(), start: z.string() }),
  invitee: z.object({ id: z.string(), linkToken: z.string().optional() }).nullish(),
})
const Reserved = z.object({ reservation: z.object({ id: z.string() }) })

/** One host's life: each act is done over HTTP and in the model, and both must agree. */
class Life {
  readonly model = new BookingModel(EARLY)
  private readonly ids = new Map<Meeting, string>()
  private readonly tokens = new Map<Seat, string>()
  private readonly reservations = new Map<Held, string>()
  readonly eventTypes: string[] = []

  constructor(readonly host: GivenHost) {}

  async begin(): Promise<void> {
    for (const each of kinds) {
      const { name, minutes, every, before, after, seats, asksHost, keepsTime, perDay } = each
      this.eventTypes.push(
        await givenEventType(this.host, {
          name,
          durationMinutes: minutes,
          slotIntervalMinutes: every,
          bufferBeforeMinutes: before,
          bufferAfterMinutes: after,
          seats,
          confirmation: asksHost ? 'ALWAYS' : 'NEVER',
          pendingClaimsTime: keepsTime,
          ...(perDay < 99 && { bookingLimits: { perDay } }),
        }),
      )
    }
  }

  async do(what: Act): Promise<void> {
    const { model, host } = this
    switch (what.does) {
      case 'wait':
        model.forward(what.minutes)
        world.clock.set(instantOf(model.now))
        return
      case 'book': {
        const { kind, eventType } = this.kindAt(what.kind)
        const held =
          what.held === null ? undefined : model.held[what.held % Math.max(1, model.held.length)]
        const person = what.person
        const answer = await world.visitor.answer(BOOK, {
          input: {
            eventType,
            start: instantOf(what.start),
            invitee: {
              name: `Person ${person}`,
              email: `person${person}@example.org`,
              timeZone: 'Asia/Tokyo',
            },
            reservationId: held === undefined ? null : this.reservations.get(held),
          },
        })
        const done = agree(answer, model.book(kind, what.start, person, held))
        if (done !== undefined) this.note(answer, 'book', done.meeting, done.seat)
        return
      }
      case 'hold': {
        const { kind, eventType } = this.kindAt(what.kind)
        // By the host: the limits of one address on starts that it holds are not part of the model.
        const answer = await host.answer(RESERVE, {
          input: { eventType, start: instantOf(what.start) },
        })
        const done = agree(answer, model.hold(kind, what.start, 5))
        if (done !== undefined)
          this.reservations.set(done, Reserved.parse(answer.data?.reserveSlot).reservation.id)
        return
      }
      case 'release': {
        const held = model.held[what.pick % Math.max(1, model.held.length)]
        if (held === undefined) return
        agree(
          await world.visitor.answer(RELEASE, { id: this.reservations.get(held) }),
          model.release(held),
        )
        return
      }
      default: {
        const meeting = model.meetings[what.pick % Math.max(1, model.meetings.length)]
        if (meeting === undefined) return
        const id = this.ids.get(meeting)
        if (what.does === 'approve') {
          const answer = await host.answer(APPROVE, { id })
          if (agree(answer, model.approve(meeting))) this.note(answer, 'approveBooking', meeting)
          return
        }
        if (what.does === 'deny') {
          const answer = await host.answer(DENY, { input: { id } })
          if (agree(answer, model.deny(meeting))) this.note(answer, 'denyBooking', meeting)
          return
        }
        // Seats that a host moved have links that only their invitees know.
        const seat = meeting.seats[what.pick % meeting.seats.length]
        const token = seat === undefined ? undefined : this.tokens.get(seat)
        const asHost = what.byHost || token === undefined
        const naming = asHost ? { id } : { token }
        const client = asHost ? host : world.visitor
        const by = asHost ? undefined : seat
        if (what.does === 'cancel') {
          const answer = await client.answer(CANCEL, { input: naming })
          if (agree(answer, model.cancel(meeting, by))) this.note(answer, 'cancelBooking', meeting)
          return
        }
        const answer = await client.answer(RESCHEDULE, {
          input: { ...naming, start: instantOf(what.start) },
        })
        const done = agree(answer, model.move(meeting, what.start, by))
        if (done !== undefined)
          this.note(answer, 'rescheduleBooking', done.meeting, asHost ? undefined : done.seats[0])
      }
    }
  }

  private kindAt(index: number) {
    const [kind, id] = [kinds[index], this.eventTypes[index]]
    if (kind === undefined || id === undefined) throw new Error(`there is no kind ${index}`)
    return { kind, eventType: { id } }
  }

  /** Remembers the ids of an answer, and holds its booking against the model's. */
  private note(answer: Answer, field: string, meeting: Meeting, seat?: Seat): void {
    const { booking, invitee } = Booked.parse(answer.data?.[field])
    expect(booking).toMatchObject({ status: meeting.status, start: instantOf(meeting.start) })
    expect(booking.id).toBe(this.ids.get(meeting) ?? booking.id)
    this.ids.set(meeting, booking.id)
    if (seat !== undefined && invitee?.linkToken !== undefined)
      this.tokens.set(seat, invitee.linkToken)
  }

  idOf(meeting: Meeting | undefined): string | null {
    return (meeting && this.ids.get(meeting)) ?? null
  }
}

/** Both sides must have done it, or have refused it for the same reason. */
function agree<T>(answer: Answer, verdict: Verdict<T>): T | undefined {
  const found = refusalIn(answer)
  const said = found && {
    code: found.code,
    ...(found.reason !== undefined && { reason: found.reason }),
  }
  expect(said).toEqual('refused' in verdict ? verdict.refused : undefined)
  return 'done' in verdict ? verdict.done : undefined
}

/** What must hold in the database whatever happened. */
async function holdsInDatabase(life: Life): Promise<void> {
  const { host, model } = life
  const query = async (text: string): Promise<Data[]> =>
    (
      await world.gateway.deps.pool.query<Data>(
        text.replaceAll(':host', '(select "id" from "User" where "uid" = $1)'),
        [host.id],
      )
    ).rows

  const overlaps = await query(
    `select a."id" from "Claim" a join "Claim" b on a."id" < b."id" and a."hostId" = b."hostId" and a."during" && b."during"
     where a."hostId" = :host`,
  )
  expect(overlaps).toEqual([])

  // Each booking with its status, its chain, and its claims; a claim that is not the widened time
  // shows as false.
  const bookings = await query(
    `select b."uid" as "id", b."status"::text as "status", f."uid" as "from",
       coalesce(array_agg(c."during" = tstzrange(b."startAt" - make_interval(mins => e."bufferBeforeMinutes"),
         b."endAt" + make_interval(mins => e."bufferAfterMinutes"))) filter (where c."id" is not null), '{}') as "claims",
       (select array_agg(i."status"::text order by i."id") from "Invitee" i where i."bookingId" = b."id") as "seats"
     from "Booking" b join "EventType" e on e."id" = b."eventTypeId"
       left join "Booking" f on f."id" = b."rescheduledFromId" left join "Claim" c on c."bookingId" = b."id"
     where b."hostId" = :host group by b."id", e."id", f."id" order by b."id"`,
  )
  expect(bookings).toEqual(
    model.meetings.map(meeting => ({
      id: life.idOf(meeting),
      status: meeting.status,
      from: life.idOf(meeting.from),
      claims:
        meeting.status === 'CONFIRMED' || (meeting.status === 'PENDING' && meeting.kind.keepsTime)
          ? [true]
          : [],
      seats: meeting.seats.map(({ isActive }) => (isActive ? 'ACTIVE' : 'CANCELLED')),
    })),
  )

  const unclaimed = await query(
    `select r."uid" from "Reservation" r where r."hostId" = :host and r."expiresAt" > '${instantOf(model.now)}'
       and not exists (select from "Claim" c where c."hostId" = r."hostId" and c."during" @> tstzrange(r."startAt", r."endAt"))`,
  )
  expect(unclaimed).toEqual([])

  const events = await query(
    `select e."kind" as "event", b."uid" as "booking", c."email" as "email"
     from "Event" e left join "Booking" b on b."id" = e."bookingId"
       left join "Contact" c on c."id" = e."contactId" and e."kind" like 'CONTACT%'
     where e."hostId" = :host and e."kind" similar to '(BOOKING|CONTACT)%' order by e."id"`,
  )
  expect(events).toEqual(
    model.told.map(told => ({
      event: told.event,
      booking: 'meeting' in told ? life.idOf(told.meeting) : null,
      email: 'person' in told ? `person${told.person}@example.org` : null,
    })),
  )

  const contacts = await query(
    `select "email", "bookingCount" as "count" from "Contact" where "hostId" = :host order by "email"`,
  )
  expect(contacts).toEqual(
    [...model.counts]
      .map(([person, count]) => ({ email: `person${person}@example.org`, count }))
      .toSorted((a, b) => (a.email < b.email ? -1 : 1)),
  )
}

/** What visitors are offered is what the model would let them book. */
async function offersTheSame(life: Life): Promise<void> {
  for (const [index, kind] of kinds.entries()) {
    const [day] = await daysOffered(world.visitor, life.eventTypes[index] ?? '', DAY)
    expect(day?.slots.map(({ start, seatsLeft }) => [start, seatsLeft])).toEqual(
      life.model.offered(kind).map(({ start, seatsLeft }) => [instantOf(start), seatsLeft]),
    )
  }
}

it('lives every life of bookings as the model does, and leaves the database in order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 8, maxLength: 30, size: 'max' }), async acts => {
      world.clock.set(instantOf(EARLY))
      const life = new Life(await givenHost(world))
      await life.begin()
      for (const each of acts) await life.do(each)
      await holdsInDatabase(life)
      await offersTheSame(life)
    }),
    { seed: 20_260_303, numRuns: 60, endOnFailure: false },
  )
}, 120_000)
