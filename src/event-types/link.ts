import { z } from 'zod'
import { type Context, hostOf } from '../context.ts'
import type { Tx } from '../db/client.ts'
import type { BookingLink, EventType } from '../db/generated/client/client.ts'
import { ApiError, invalid, notFound } from '../errors.ts'
import { changeHost } from '../event-log/transaction.ts'
import { type Keyset, type PageArguments, pageOf, past } from '../graph/keyset-pagination.ts'
import { bookingLinkId, typeOfId } from '../graph/object-ids.ts'
import { newUid } from '../ids.ts'
import { instant, parse, whole } from '../validation.ts'
import { findSeen, goodLink, seenWhere } from './find.ts'

/** Links that are good still. */
const MAX_OPEN_LINKS = 10_000
const MAX_USES = 10_000

const ends = { expiresAt: instant.nullish(), maxUses: whole(1, MAX_USES).nullish() }

const NewLink = z.object({ eventTypeId: z.string(), ...ends })

/** A link with what it books. */
export type Link = BookingLink & { eventType: EventType }

/** How many bookings can be made by a link in all; null: any number. */
export const maxUsesOf = ({ useCount, usesLeft }: BookingLink): number | null =>
  usesLeft === null ? null : useCount + usesLeft

/** Whether nobody can book by a link any more. */
export const hasEnded = ({ expiresAt, usesLeft }: BookingLink, now: Date): boolean =>
  usesLeft === 0 || (expiresAt !== null && expiresAt <= now)

/**
 * Creates a link that allows booking an event type of the viewer or of a team that they are a
 * member of: once, a number of times, or until a date.
 * @throws ApiError NOT_FOUND; INVALID_INPUT for an end that is past; LIMIT_REACHED with 10,000
 * links that are good still.
 */
export async function createBookingLink(ctx: Context, input: unknown): Promise<Link> {
  const wanted = parse(NewLink, input)
  return changeHost(ctx, hostOf(ctx), async ({ tx, hostId, now }) => {
    const eventType = await findSeen(ctx, wanted.eventTypeId, 'input.eventTypeId', tx)
    const expiresAt = requireAhead(wanted.expiresAt ?? null, now, 'input.expiresAt')
    if ((await tx.bookingLink.count({ where: { hostId, ...goodLink(now) } })) >= MAX_OPEN_LINKS) {
      throw new ApiError(
        'LIMIT_REACHED',
        `An account has at most ${MAX_OPEN_LINKS} links that can be booked by.`,
        {
          limit: MAX_OPEN_LINKS,
        },
      )
    }
    return tx.bookingLink.create({
      data: {
        uid: newUid('BookingLink'),
        hostId,
        eventTypeId: eventType.id,
        expiresAt,
        usesLeft: wanted.maxUses ?? (expiresAt === null ? 1 : null),
        createdAt: now,
      },
      include: { eventType: true },
    })
  })
}

const Changes = z.object({ id: z.string(), ...ends })

/**
 * Changes until when, and how often, a link books; what is left out stays, and null is no such end.
 * @throws ApiError NOT_FOUND; INVALID_INPUT for an end that is past.
 */
export async function updateBookingLink(ctx: Context, input: unknown): Promise<Link> {
  const wanted = parse(Changes, input)
  return changeHost(ctx, hostOf(ctx), async ({ tx, now }) => {
    const before = await requireLink(ctx, tx, wanted.id, 'input.id')
    const maxUses = wanted.maxUses === undefined ? maxUsesOf(before) : wanted.maxUses
    return tx.bookingLink.update({
      where: { id: before.id },
      data: {
        ...(wanted.expiresAt !== undefined && {
          expiresAt: requireAhead(wanted.expiresAt, now, 'input.expiresAt'),
        }),
        usesLeft: maxUses === null ? null : Math.max(0, maxUses - before.useCount),
      },
      include: { eventType: true },
    })
  })
}

/** Ends a link for good; what was booked by it stays. @throws ApiError NOT_FOUND. */
export async function deleteBookingLink(ctx: Context, idOrToken: string): Promise<Link> {
  return changeHost(ctx, hostOf(ctx), async ({ tx }) => {
    const { id } = await requireLink(ctx, tx, idOrToken, 'input.id')
    return tx.bookingLink.delete({ where: { id }, include: { eventType: true } })
  })
}

const links: Keyset<Link, [number]> = {
  name: 'bookingLinks',
  order: 'asc',
  key: z.tuple([z.int32()]),
  keyOf: link => [link.id],
}

/** A page of the links of an event type, the oldest first. @throws ApiError INVALID_INPUT. */
export async function listBookingLinks(ctx: Context, { id }: EventType, args: PageArguments) {
  const page = await pageOf(links, args, ({ from, order, take }) =>
    ctx.db.bookingLink.findMany({
      where: { eventTypeId: id, ...(from && { id: past(from.side, from.key[0]) }) },
      orderBy: { id: order },
      take,
      include: { eventType: true },
    }),
  )
  return { ...page, totalCount: () => ctx.db.bookingLink.count({ where: { eventTypeId: id } }) }
}

const LinkRef = z.object({ link: z.string() })

/**
 * Counts a use of the link that named the event type, if any.
 * @throws ApiError NOT_FOUND when concurrent bookings, with other hosts of a team, have used it up.
 */
export async function useLink(tx: Tx, ref: unknown, now: Date, path: string): Promise<void> {
  const { data } = LinkRef.safeParse(ref)
  if (data === undefined) return
  const { count } = await tx.bookingLink.updateMany({
    where: { uid: data.link, ...goodLink(now) },
    data: { useCount: { increment: 1 }, usesLeft: { decrement: 1 } },
  })
  if (count === 0) throw notFound('event type', path)
}

/**
 * A link of an event type that the viewer sees from within, by its id or its token; null when there
 * is none. The token is what the dialects have.
 */
export async function findBookingLink(
  ctx: Context,
  id: string,
  tx: Tx = ctx.db,
): Promise<Link | null> {
  const where = typeOfId(id) === 'BookingLink' ? bookingLinkId.key(id) : { uid: id }
  const link = await tx.bookingLink.findUnique({ where, include: { eventType: true } })
  const seen = link && (await tx.eventType.findFirst({ where: seenWhere(ctx, link.eventType.uid) }))
  return seen && link
}

async function requireLink(ctx: Context, tx: Tx, id: string, path: string): Promise<Link> {
  const link = await findBookingLink(ctx, id, tx)
  if (link === null) throw notFound('link', path)
  return link
}

function requireAhead(expiresAt: Date | null, now: Date, path: string): Date | null {
  if (expiresAt !== null && expiresAt <= now) throw invalid(path, 'must lie in the future')
  return expiresAt
}
