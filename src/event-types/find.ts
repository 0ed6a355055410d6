import { z } from 'zod'
import { type Context, hostOf } from '../context.ts'
import type { Tx } from '../db/client.ts'
import type { EventType, EventTypeHost, Prisma } from '../db/generated/client/client.ts'
import { notFound } from '../errors.ts'
import { byId } from '../ids.ts'
import { type ScheduleWithHours, withHours } from '../schedules/index.ts'
import { isAdminOver } from '../teams/organization.ts'
import { teamAs } from '../teams/policy.ts'
import { parse } from '../validation.ts'
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
      const report = (path: string[], message: string) =>
        refine.addIssue({ code: 'custom', path, message })
      if (link !== undefined) {
        if ((id ?? page ?? slug) !== undefined) report(['link'], 'cannot stand beside others')
        return
      }
      if (id === undefined && page === undefined && slug === undefined)
        report([], 'must have an id, a page and a slug, or a link')
      if (id !== undefined && (page ?? slug) !== undefined)
        report(['id'], 'cannot stand beside page and slug')
      if (id === undefined && page === undefined && slug !== undefined)
        report(['page'], 'is missing: a slug needs its page')
      if (id === undefined && page !== undefined && slug === undefined)
        report(['slug'], 'is missing')
    }),
)

const withHost = {
  host: { include: { defaultSchedule: { include: withHours } } },
  schedule: { include: withHours },
} satisfies Prisma.EventTypeInclude

const withSchedules = {
  host: { include: { defaultSchedule: { include: withHours } } },
  schedule: { include: withHours },
} satisfies Prisma.EventTypeHostInclude

/** The hours that a host is open in. */
export type Hours = Pick<ScheduleWithHours, 'timeZone' | 'weekly' | 'overrides'>

/**
 * A host of an event type, with the hours that hold for them: those named for it, their default
 * ones, or none.
 */
export interface HostToBook extends Omit<EventTypeHost, 'memberId' | 'scheduleId'> {
  schedule: Hours
}

/** An event type with all whom it can book. */
export interface BookableEventType extends EventType {
  /**
   * Its zone is that of limits and windows; its hours are those of the host, and none for a team,
   * whose hosts have theirs.
   */
  schedule: Hours
  /** Zone of the host or of the team. */
  homeZone: string
  /** The host alone, or the hosts of a team in the order in which they were made accounts. */
  hosts: HostToBook[]
}

/** Whose event type it is: one of both is set. */
export interface Owner {
  id: number
  hostId: number | null
  teamId: number | null
}

type Caller = Pick<Context, 'db' | 'viewer' | 'clock'>

/**
 * The conditions for what a link leads to: an active event type, by its id, by its page and slug,
 * or by a link that is good still. A page is first looked for among those of hosts, then of teams.
 * An integer id finds one that is secret only for its host or the team's members, since integers
 * can be guessed.
 * @throws ApiError INVALID_INPUT for a ref that is neither.
 */
export const bookableWheres = (
  ctx: Pick<Context, 'viewer' | 'clock'>,
  ref: unknown,
  path: string,
): Prisma.EventTypeWhereInput[] =>
  namedWheres(ctx, ref, path, goodLink(ctx.clock.now())).map(where => ({
    ...where,
    isActive: true,
    archivedAt: null,
  }))

/** Links that have not ended, by time or by use. */
export const goodLink = (now: Date): Prisma.BookingLinkWhereInput => ({
  AND: [
    { OR: [{ expiresAt: null }, { expiresAt: { gt: now } }] },
    { OR: [{ usesLeft: null }, { usesLeft: { gt: 0 } }] },
  ],
})

/**
 * The same whether or not it can be booked.
 * @param links which links are accepted, by default all
 */
function namedWheres(
  ctx: Pick<Context, 'viewer'>,
  ref: unknown,
  path: string,
  links: Prisma.BookingLinkWhereInput = {},
): Prisma.EventTypeWhereInput[] {
  const { id, page, slug, link } = parse(Ref, ref, path)
  if (link !== undefined) return [{ links: { some: { ...links, uid: link } } }]
  if (id === undefined)
    return [
      { slug, host: { page: { slug: page } } },
      { slug, team: { page: { slug: page } } },
    ]
  const key = byId(id)
  if ('uid' in key) return [key]
  const userId = ctx.viewer?.userId ?? 0
  return [
    {
      ...key,
      OR: [
        { isSecret: false },
        { hostId: userId },
        { team: { members: { some: member(userId) } } },
      ],
    },
  ]
}

const member = (userId: number) => ({ userId, acceptedAt: { not: null } })

/** What the first of several conditions finds; null when none does. */
export async function firstFound<T>(
  wheres: Prisma.EventTypeWhereInput[],
  find: (where: Prisma.EventTypeWhereInput) => Promise<T | null>,
): Promise<T | null> {
  for (const where of wheres) {
    const found = await find(where)
    if (found !== null) return found
  }
  return null
}

/**
 * The owner of the event type that a reference names, whether or not it can still be booked. A
 * change of its hosts takes their locks first, and reads the event type under them.
 * @throws ApiError INVALID_INPUT for a ref that is neither an id nor a page and slug; NOT_FOUND.
 */
export async function findOwnerOf(ctx: Caller, ref: unknown, path: string): Promise<Owner> {
  const owner = await firstFound(namedWheres(ctx, ref, path), where =>
    ctx.db.eventType.findFirst({ where, select: { id: true, hostId: true, teamId: true } }),
  )
  if (owner === null) throw notFound('event type', path)
  return owner
}

/** All whom an event type can book. */
export async function hostIdsOf(db: Tx, { id, hostId }: Owner): Promise<number[]> {
  if (hostId !== null) return [hostId]
  const hosts = await db.eventTypeHost.findMany({
    where: { eventTypeId: id },
    select: { hostId: true },
  })
  return hosts.map(host => host.hostId)
}

/**
 * The event type that somebody wants to book, for everyone who has its link.
 * @throws ApiError INVALID_INPUT for a ref that is neither an id nor a page and slug; NOT_FOUND for
 * one that is missing, inactive or archived.
 */
export async function findBookable(
  ctx: Caller,
  ref: unknown,
  path: string,
  db: Tx = ctx.db,
): Promise<BookableEventType> {
  const row = await firstFound(bookableWheres(ctx, ref, path), where =>
    db.eventType.findFirst({ where, include: withHost, relationLoadStrategy: 'join' }),
  )
  if (row === null) throw notFound('event type', path)
  return bookable(db, row)
}

/** The same for an event type that a row refers to, whether or not it can still be booked. */
export async function bookableOf(db: Tx, eventTypeId: number): Promise<BookableEventType> {
  const row = await db.eventType.findUniqueOrThrow({
    where: { id: eventTypeId },
    include: withHost,
    relationLoadStrategy: 'join',
  })
  return bookable(db, row)
}

async function bookable(
  db: Tx,
  { host, ...row }: Prisma.EventTypeGetPayload<{ include: typeof withHost }>,
): Promise<BookableEventType> {
  if (host === null) return bookableOfTeam(db, row)
  const schedule = row.schedule ?? hoursOfHost(host)
  const alone = {
    eventTypeId: row.id,
    hostId: host.id,
    isFixed: true,
    priority: 0,
    weight: 1,
    turn: 0,
    schedule,
  }
  return { ...row, schedule, homeZone: host.timeZone, hosts: [alone] }
}

async function bookableOfTeam(db: Tx, row: EventType): Promise<BookableEventType> {
  const team = await db.team.findUniqueOrThrow({ where: { id: row.teamId ?? 0 } })
  const hosts = await db.eventTypeHost.findMany({
    where: { eventTypeId: row.id },
    include: withSchedules,
    orderBy: { hostId: 'asc' },
    relationLoadStrategy: 'join',
  })
  return {
    ...row,
    schedule: { timeZone: team.timeZone, weekly: [], overrides: [] },
    homeZone: team.timeZone,
    hosts: hosts.map(({ host, schedule, ...each }) => ({
      ...each,
      isFixed: each.isFixed || row.scheduling === 'COLLECTIVE',
      schedule: schedule ?? hoursOfHost(host),
    })),
  }
}

/**
 * Hosts by the slugs of their booking pages, with their default hours.
 * @throws ApiError NOT_FOUND for a page that is missing or a team's.
 */
export async function hostsByPage(
  db: Tx,
  pages: string[],
  path: string,
): Promise<{ hostId: number; schedule: Hours }[]> {
  const hosts = await db.user.findMany({
    where: { page: { slug: { in: pages } } },
    include: { defaultSchedule: { include: withHours } },
    orderBy: { id: 'asc' },
  })
  if (hosts.length < pages.length) throw notFound('host', path)
  return hosts.map(host => ({ hostId: host.id, schedule: hoursOfHost(host) }))
}

const hoursOfHost = ({
  timeZone,
  defaultSchedule,
}: {
  timeZone: string
  defaultSchedule: ScheduleWithHours | null
}): Hours => defaultSchedule ?? { timeZone, weekly: [], overrides: [] }

/**
 * An event type of the viewer's own, archived ones among them, by its id or its databaseId.
 * @throws ApiError NOT_FOUND.
 */
export async function findOwn(ctx: Context, id: string, path = 'id', db: Tx = ctx.db) {
  const eventType = await db.eventType.findUnique({ where: { ...byId(id), hostId: hostOf(ctx) } })
  if (eventType === null) throw notFound('event type', path)
  return eventType
}

/**
 * The condition for those that the viewer sees from within: their own, and those of their teams.
 */
export function seenWhere(ctx: Context, id: string): Prisma.EventTypeWhereInput {
  const hostId = hostOf(ctx)
  return { ...byId(id), OR: [{ hostId }, { team: { members: { some: member(hostId) } } }] }
}

/**
 * An event type that the viewer may read, archived or not: one that they see from within, or that
 * of a host whose organization they manage. Null when there is none.
 */
export async function findToRead(ctx: Context, id: string): Promise<EventType | null> {
  const seen = await ctx.db.eventType.findFirst({ where: seenWhere(ctx, id) })
  if (seen !== null) return seen
  const found = await ctx.db.eventType.findUnique({ where: byId(id) })
  return found !== null && found.hostId !== null && (await isAdminOver(ctx, found.hostId))
    ? found
    : null
}

/** An event type that the viewer sees from within, archived or not. @throws ApiError NOT_FOUND. */
export async function findSeen(
  ctx: Context,
  id: string,
  path: string,
  db: Tx = ctx.db,
): Promise<EventType> {
  const eventType = await db.eventType.findFirst({ where: seenWhere(ctx, id) })
  if (eventType === null) throw notFound('event type', path)
  return eventType
}

/**
 * Whose event type the viewer wants to change: their own, or that of a team whose admin they are.
 * @throws ApiError NOT_FOUND for those of others; FORBIDDEN for a member of the team with less than
 * that.
 */
export async function findToChange(ctx: Context, id: string, path = 'id'): Promise<Owner> {
  const found = await findSeen(ctx, id, path)
  if (found.teamId !== null) await teamAs(ctx, 'ADMIN', found.teamId, path)
  return found
}
