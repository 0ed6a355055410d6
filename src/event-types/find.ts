import { z } from 'zod'
import { type ScheduleWithHours, withHours } from '../availability/index.ts'
import { type Context, hostOf } from '../context.ts'
import type { Tx } from '../db/client.ts'
import type { Prisma } from '../db/generated/client/client.ts'
import { byId } from '../ids.ts'
import { parse } from '../parse.ts'
import { notFound } from '../refusal.ts'
import { withoutNulls } from './values.ts'

const Ref = z.preprocess(
  withoutNulls,
  z
    .object({
      id: z.string().optional(),
      page: z.string().optional(),
      slug: z.string().optional(),
      link: z.string().optional(),
    })
    .superRefine(({ id, page, slug, link }, refine) => {
      const report = (path: string[], message: string) => refine.addIssue({ code: 'custom', path, message })
      if (link !== undefined) {
        if ((id ?? page ?? slug) !== undefined) report(['link'], 'cannot stand beside others')
        return
      }
      if (id === undefined && page === undefined && slug === undefined)
        report([], 'must have an id, a page and a slug, or a link')
      if (id !== undefined && (page ?? slug) !== undefined) report(['id'], 'cannot stand beside page and slug')
      if (id === undefined && page === undefined && slug !== undefined)
        report(['page'], 'is missing: a slug needs its page')
      if (id === undefined && page !== undefined && slug === undefined) report(['slug'], 'is missing')
    }),
)

const withHost = {
  host: { include: { defaultSchedule: { include: withHours } } },
  schedule: { include: withHours },
} satisfies Prisma.EventTypeInclude

/** The hours that an event type is open in. */
export type Hours = Pick<ScheduleWithHours, 'timeZone' | 'weekly' | 'overrides'>

/** An event type with its host, and with the schedule that holds for it: its own, the host's default, or no hours. */
export type BookableEventType = Omit<Prisma.EventTypeGetPayload<{ include: typeof withHost }>, 'schedule'> & {
  schedule: Hours
}

/**
 * The condition for what a link leads to: an active event type, by its id, by its page and slug, or by a link that
 * books once and was not used. An integer id finds
 * one that is secret only for its host, since integers can be guessed.
 * @throws Refusal INVALID_INPUT for a ref that is neither.
 */
export const bookableWhere = (
  ctx: Pick<Context, 'viewer'>,
  ref: unknown,
  path: string,
): Prisma.EventTypeWhereInput => ({
  ...namedWhere(ctx, ref, path, { bookingId: null }),
  isActive: true,
  archivedAt: null,
})

/** The same whether or not it can be booked. @param links which links name one: all unless given */
function namedWhere(
  ctx: Pick<Context, 'viewer'>,
  ref: unknown,
  path: string,
  links: Prisma.BookingLinkWhereInput = {},
): Prisma.EventTypeWhereInput {
  const { id, page, slug, link } = parse(Ref, ref, path)
  if (link !== undefined) return { links: { some: { ...links, uid: link } } }
  if (id === undefined) return { slug, host: { page: { slug: page } } }
  const key = byId(id)
  return 'uid' in key ? key : { ...key, OR: [{ isSecret: false }, { hostId: ctx.viewer?.userId ?? 0 }] }
}

/**
 * The host of the event type that a ref names, whether or not it can still be booked: whoever wants to change something
 * of a host waits for their turn first, and looks at the event type then.
 * @throws Refusal INVALID_INPUT for a ref that is neither an id nor a page and slug; NOT_FOUND.
 */
export async function findHostOf(ctx: Pick<Context, 'db' | 'viewer'>, ref: unknown, path: string): Promise<number> {
  const row = await ctx.db.eventType.findFirst({ where: namedWhere(ctx, ref, path), select: { hostId: true } })
  if (row === null) throw notFound('event type', path)
  return row.hostId
}

/**
 * The event type that somebody wants to book, for everyone who has its link.
 * @throws Refusal INVALID_INPUT for a ref that is neither an id nor a page and slug; NOT_FOUND for one that is missing,
 * inactive or archived.
 */
export async function findBookable(
  ctx: Pick<Context, 'db' | 'viewer'>,
  ref: unknown,
  path: string,
  db: Tx = ctx.db,
): Promise<BookableEventType> {
  const row = await db.eventType.findFirst({
    where: bookableWhere(ctx, ref, path),
    include: withHost,
    relationLoadStrategy: 'join',
  })
  if (row === null) throw notFound('event type', path)
  return bookable(row)
}

/** The same for an event type that a row refers to, whether or not it can still be booked. */
export async function bookableOf(db: Tx, eventTypeId: number): Promise<BookableEventType> {
  return bookable(
    await db.eventType.findUniqueOrThrow({
      where: { id: eventTypeId },
      include: withHost,
      relationLoadStrategy: 'join',
    }),
  )
}

const bookable = (row: Prisma.EventTypeGetPayload<{ include: typeof withHost }>): BookableEventType => ({
  ...row,
  schedule: row.schedule ?? row.host.defaultSchedule ?? { timeZone: row.host.timeZone, weekly: [], overrides: [] },
})

/** An event type of the viewer, archived ones among them, by its id or its databaseId. @throws Refusal NOT_FOUND. */
export async function findOwn(ctx: Context, id: string, path = 'id', db: Tx = ctx.db) {
  const eventType = await db.eventType.findUnique({ where: { ...byId(id), hostId: hostOf(ctx) } })
  if (eventType === null) throw notFound('event type', path)
  return eventType
}
