import { z } from 'zod'
import { type Context, hostOf } from '../context.ts'
import type { Tx } from '../db/client.ts'
import { Prisma } from '../db/generated/client/client.ts'
import { changeHost } from '../event-log/transaction.ts'
import { email, parse } from '../validation.ts'
import { eraseEvents } from './events.ts'
import { ERASED_NAME, type Erased, erasedEmail, withoutAnswer } from './redact.ts'

/** Seats that one transaction erases: the host's other changes wait for it. */
const AT_ONCE = 200

const Asked = z.object({
  emails: z.array(email).min(1, 'must not be empty').max(100, 'must have at most 100 entries'),
})

/**
 * Erases what is stored of people with these addresses: what they wrote into bookings of the
 * viewer, what they brought along, contacts, submissions, conversations, and their data in events
 * and deliveries. The bookings stay, without names. It runs in several transactions; calling it
 * again continues.
 * @returns how many seats were erased
 * @throws ApiError INVALID_INPUT.
 */
export async function deleteInviteeData(ctx: Context, input: unknown): Promise<{ count: number }> {
  const hostId = hostOf(ctx)
  const { emails } = parse(Asked, input)
  let count = 0
  for (;;) {
    const erased = await changeHost(ctx, hostId, ({ tx, now }) =>
      eraseSeats(tx, hostId, emails, now),
    )
    count += erased
    if (erased < AT_ONCE) break
  }
  await changeHost(ctx, hostId, ({ tx }) => eraseTheRest(tx, hostId, emails))
  return { count }
}

/** Erases some seats, with all that is stored of their bookings. */
async function eraseSeats(tx: Tx, hostId: number, emails: string[], now: Date): Promise<number> {
  const seats = await tx.invitee.findMany({
    where: { hostId, email: { in: emails } },
    select: { id: true, uid: true, bookingId: true, routing: { select: { id: true, uid: true } } },
    orderBy: { id: 'asc' },
    take: AT_ONCE,
  })
  if (seats.length === 0) return 0
  for (const { id, uid } of seats) {
    await tx.invitee.update({
      where: { id },
      data: {
        name: ERASED_NAME,
        email: erasedEmail(uid),
        phone: null,
        locale: null,
        guests: [],
        notes: null,
        answers: {},
        tracking: {},
        metadata: {},
        accountId: null,
        updatedAt: now,
      },
    })
  }
  const bookingIds = [...new Set(seats.map(seat => seat.bookingId))]
  await eraseBookings(tx, bookingIds, now)
  const submissions = seats.flatMap(({ routing }) => (routing === null ? [] : [routing]))
  await eraseSubmissions(
    tx,
    submissions.map(({ id }) => id),
  )
  const uids = new Set([...seats, ...submissions].map(({ uid }) => uid))
  // Who attended with the host keeps the same facts in their log.
  const coHosts = await tx.coHost.findMany({
    where: { bookingId: { in: bookingIds } },
    select: { hostId: true },
  })
  const hostIds = [...new Set([hostId, ...coHosts.map(each => each.hostId)])]
  await eraseEvents(
    tx,
    { hostIds, bookingIds },
    { emails: new Set(emails), uids, haveBooked: true },
  )
  return seats.length
}

async function eraseBookings(tx: Tx, ids: number[], now: Date): Promise<void> {
  const bookings = await tx.booking.findMany({
    where: { id: { in: ids } },
    select: { id: true, location: true },
  })
  for (const { id, location } of bookings) {
    await tx.booking.update({
      where: { id },
      data: {
        location:
          location === null
            ? Prisma.DbNull
            : (z.json().parse(withoutAnswer(location)) ?? Prisma.DbNull),
        metadata: {},
        reason: null,
        cancellerName: null,
        cancellerEmail: null,
        updatedAt: now,
      },
    })
  }
  // Their keys are words of clients.
  await tx.idempotencyKey.deleteMany({ where: { bookingId: { in: ids } } })
}

const eraseSubmissions = (tx: Tx, ids: number[]) =>
  tx.routingSubmission.updateMany({
    where: { id: { in: ids } },
    data: { answers: [], tracking: {} },
  })

/**
 * Other places with the addresses: contacts, guests of other invitees, submissions, conversations,
 * and their events.
 */
async function eraseTheRest(tx: Tx, hostId: number, emails: string[]): Promise<void> {
  const contacts = await tx.contact.findMany({
    where: { hostId, email: { in: emails } },
    select: { id: true, uid: true },
  })
  await tx.contact.deleteMany({ where: { id: { in: contacts.map(({ id }) => id) } } })
  const brought = await tx.$queryRaw<{ bookingId: number }[]>`
    update "Invitee" set "guests" = array(select guest from unnest("guests") guest where guest <> all(${emails}))
    where "hostId" = ${hostId}::int and "guests" && ${emails}::text[]
    returning "bookingId"`
  const patterns = emails.map(patternOf)
  const submissions = await tx.$queryRaw<{ id: number; uid: string }[]>`
    select "id", "uid" from "RoutingSubmission" where "hostId" = ${hostId}::int and "answers"::text ~* any(${patterns}::text[])`
  await eraseSubmissions(
    tx,
    submissions.map(({ id }) => id),
  )
  await tx.$executeRaw`
    delete from "AssistantSession" s using "BookingPage" p
    where p."id" = s."pageId" and p."hostId" = ${hostId}::int and s."thread"::text ~* any(${patterns}::text[])`
  const erased: Erased = {
    emails: new Set(emails),
    uids: new Set([...contacts, ...submissions].map(({ uid }) => uid)),
    haveBooked: false,
  }
  const logged = await tx.$queryRaw<{ id: bigint }[]>`
    select "id" from "Event" where "hostId" = ${hostId}::int
      and ("contactId" = any(${contacts.map(({ id }) => id)}::int[]) and "bookingId" is null
        or "bookingId" = any(${brought.map(({ bookingId }) => bookingId)}::int[])
        or "data"::text ~* any(${patterns}::text[]))`
  await eraseEvents(tx, { hostIds: [hostId], ids: logged.map(({ id }) => id) }, erased)
}

/**
 * Finds an address in JSON, between quotes or among other words, as a regular expression of
 * PostgreSQL. One that only ends or begins with it is somebody else's; after an escape such as `\n`
 * a new word begins.
 */
const patternOf = (address: string): string =>
  `(^|[^a-z0-9._+-]|\\\\[bfnrt])${address.replace(/[^a-z0-9@]/g, '[$&]')}(?![a-z0-9-]|[.][a-z0-9])`
