import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { z } from 'zod'
import type { Verdict } from '../helpers/booking-model.ts'
import { CANCEL, daysOffered, RESCHEDULE, refusalIn } from '../helpers/bookings.ts'
import { type TeamKind, type TeamMeeting, TeamModel } from '../helpers/team-model.ts'
import { givenTeamEventType, givenTeamOf, REASSIGN } from '../helpers/teams.ts'
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
  world = await givenWorld({ config: { roles: new Set(['web']) } })
  world.clock.set('2026-03-03T08:00:00Z')
})
afterAll(() => world.end())

const DAY = '2026-03-03'
const instantOf = (minute: number) =>
  new Date(Date.parse(`${DAY}T00:00:00Z`) + minute * 60_000).toISOString()

const kinds: TeamKind[] = [
  { name: 'Both', fixed: [0, 1], pool: [] },
  { name: 'Any', fixed: [], pool: [0, 1, 2] },
  { name: 'Led', fixed: [2], pool: [0, 1] },
  { name: 'Own', fixed: [1], pool: [] },
]

// Few starts, so that acts meet.
const start = fc.nat(3).map(n => 10 * 60 + n * 30)
const pick = fc.nat(50)
const act = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      does: fc.constant('book' as const),
      kind: fc.nat(3),
      start,
      person: fc.nat(2),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ does: fc.constant('cancel' as const), pick, by: fc.nat(3) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ does: fc.constant('move' as const), pick, by: fc.nat(3), start }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      does: fc.constant('handOver' as const),
      pick,
      to: fc.option(fc.nat(2)),
      by: fc.nat(3),
    }),
  },
)
type Act = typeof act extends fc.Arbitrary<infer T> ? T : never

const Done = z.object({
  booking: z.object({ id: z.string() }),
  invitee: z.object({ linkToken: z.string().optional() }).nullish(),
})

/** The life of one team: each act is done over HTTP and in the model, and both must agree. */
class Life {
  readonly model = new TeamModel()
  private readonly ids = new Map<TeamMeeting, string>()
  private readonly tokens = new Map<TeamMeeting, string>()
  private eventTypes: string[] = []
  private hosts: GivenHost[] = []

  async begin(): Promise<void> {
    this.hosts = [await givenHost(world), await givenHost(world), await givenHost(world)]
    const [owner, ...others] = this.hosts
    if (owner === undefined) throw new Error('there is nobody')
    const team = await givenTeamOf(owner, ...others)
    for (const { name, fixed, pool } of kinds) {
      const isOwn = name === 'Own'
      const hosts = [...fixed, ...pool].map(host => ({
        id: this.host(host).id,
        isFixed: fixed.includes(host),
      }))
      const scheduling = pool.length > 0 ? 'ROUND_ROBIN' : 'COLLECTIVE'
      this.eventTypes.push(
        isOwn
          ? await givenEventType(this.host(1), { name })
          : await givenTeamEventType(owner, team, scheduling, hosts, { name }),
      )
    }
  }

  async do(what: Act): Promise<void> {
    const { model } = this
    if (what.does === 'book') {
      const kind = kinds[what.kind]
      if (kind === undefined) return
      const answer = await world.visitor.answer(BOOK, {
        input: {
          eventType: { id: this.eventTypes[what.kind] },
          start: instantOf(what.start),
          invitee: {
            name: `Person ${what.person}`,
            email: `person${what.person}@example.org`,
            timeZone: 'Asia/Tokyo',
          },
        },
      })
      this.note(answer, 'book', model.book(kind, what.start, what.person))
      return
    }
    const meeting = model.meetings[what.pick % Math.max(1, model.meetings.length)]
    if (meeting === undefined) return
    const id = this.ids.get(meeting)
    // By one who attends, or by the invitee.
    const host = this.host(meeting.hosts[what.by % meeting.hosts.length] ?? 0)
    const token = what.by === 3 ? this.tokens.get(meeting) : undefined
    const [who, naming] = token === undefined ? [host, { id }] : [world.visitor, { token }]
    if (what.does === 'cancel') {
      this.note(await who.answer(CANCEL, { input: naming }), 'cancelBooking', model.cancel(meeting))
    } else if (what.does === 'move') {
      const answer = await who.answer(RESCHEDULE, {
        input: { ...naming, start: instantOf(what.start) },
      })
      this.note(answer, 'rescheduleBooking', model.move(meeting, what.start))
    } else {
      const userId = what.to === null ? null : this.host(what.to).id
      const answer = await host.answer(REASSIGN, { input: { id, userId } })
      this.note(answer, 'reassignBooking', model.handOver(meeting, what.to))
    }
  }

  private host(index: number): GivenHost {
    const host = this.hosts[index]
    if (host === undefined) throw new Error(`there is no host ${index}`)
    return host
  }

  /** Both must have done it, or have refused it for the same reason. */
  private note(answer: Answer, field: string, verdict: Verdict<TeamMeeting>): void {
    const found = refusalIn(answer)
    const said = found && {
      code: found.code,
      ...(found.reason !== undefined && { reason: found.reason }),
    }
    expect(said).toEqual('refused' in verdict ? verdict.refused : undefined)
    if (!('done' in verdict)) return
    const { booking, invitee } = Done.parse(answer.data?.[field])
    this.ids.set(verdict.done, booking.id)
    if (invitee?.linkToken !== undefined) this.tokens.set(verdict.done, invitee.linkToken)
  }

  async holdsInDatabase(): Promise<void> {
    const query = async (text: string): Promise<Data[]> =>
      (await world.gateway.deps.pool.query<Data>(text, [this.hosts.map(({ id }) => id)])).rows
    const bookings = await query(
      `select b."uid" as "id", b."status"::text as "status",
         array(select u."uid" from (select b."hostId" as "id", 0 as "place" union all
             select c."hostId", 1 from "CoHost" c where c."bookingId" = b."id") a
           join "User" u on u."id" = a."id" order by a."place", a."id") as "hosts",
         array(select u."uid" from "Claim" c join "User" u on u."id" = c."hostId" where c."bookingId" = b."id"
           and c."during" = tstzrange(b."startAt", b."endAt") order by u."id") as "claims",
         (select bool_and(i."hostId" = b."hostId" and k."hostId" = b."hostId") from "Invitee" i
           join "Contact" k on k."id" = i."contactId" where i."bookingId" = b."id") as "invited"
       from "Booking" b join "User" h on h."id" = b."hostId" where h."uid" = any($1) order by b."id"`,
    )
    const uid = (host: number) => this.host(host).id
    expect(bookings).toEqual(
      this.model.meetings.map(meeting => ({
        id: this.ids.get(meeting),
        status: meeting.status,
        hosts: meeting.hosts.map(uid),
        claims: meeting.status === 'CONFIRMED' ? meeting.hosts.toSorted().map(uid) : [],
        invited: true,
      })),
    )
    const logs = await query(
      `select array(select e."kind" from "Event" e where e."hostId" = u."id" and e."kind" similar to '(BOOKING|CONTACT)%'
         order by e."id") as "kinds" from "User" u where u."uid" = any($1) order by u."id"`,
    )
    expect(logs).toEqual(this.model.logs.map(kinds => ({ kinds })))
  }

  async offersTheSame(): Promise<void> {
    for (const [index, kind] of kinds.entries()) {
      const [day] = await daysOffered(world.visitor, this.eventTypes[index] ?? '', DAY)
      expect(day?.slots.map(slot => slot.start)).toEqual(this.model.offered(kind).map(instantOf))
    }
  }
}

it('lives every life of a team as the model does, and leaves the database in order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 10, maxLength: 30, size: 'max' }), async acts => {
      const life = new Life()
      await life.begin()
      for (const each of acts) await life.do(each)
      await life.holdsInDatabase()
      await life.offersTheSame()
    }),
    { seed: 20_260_304, numRuns: 15, endOnFailure: true },
  )
}, 120_000)
