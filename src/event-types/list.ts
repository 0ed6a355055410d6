import { z } from 'zod'
import { type Context, hostOf } from '../context.ts'
import type { EventType, Prisma } from '../db/generated/client/client.ts'
import { invalid } from '../errors.ts'
import {
  type Keyset,
  type PageArguments,
  pageOf,
  past,
  pastOrAt,
  type Side,
} from '../graph/keyset-pagination.ts'
import { byId } from '../ids.ts'
import { accountsOf } from '../teams/organization.ts'
import { teamAs } from '../teams/policy.ts'
import { holding, instant, parse, searchWords, slug } from '../validation.ts'

const orders = {
  POSITION: { by: 'position', direction: 'asc' },
  POSITION_DESC: { by: 'position', direction: 'desc' },
  NAME: { by: 'name', direction: 'asc' },
  NAME_DESC: { by: 'name', direction: 'desc' },
  CREATED: { by: 'createdAt', direction: 'asc' },
  CREATED_DESC: { by: 'createdAt', direction: 'desc' },
  UPDATED: { by: 'updatedAt', direction: 'asc' },
  UPDATED_DESC: { by: 'updatedAt', direction: 'desc' },
} as const

/** How a list of event types can run. */
export type EventTypeOrder = keyof typeof orders

const Filter = z.object({
  isActive: z.boolean().nullish(),
  includeArchived: z.boolean().nullish(),
  search: searchWords.nullish(),
  slug: slug.nullish(),
  scheduleId: z.string().nullish(),
  hostId: z.string().nullish(),
  isOneOff: z.boolean().nullish(),
})

type Args = PageArguments & {
  filter?: unknown
  orderBy?: EventTypeOrder | null | undefined
  teamId?: string | null | undefined
  withOwn?: boolean | null | undefined
  withMembers?: boolean | null | undefined
}

/**
 * A page of the viewer's event types, of those of a team that they are in, or of both.
 * @throws ApiError INVALID_INPUT; NOT_FOUND.
 */
export async function listEventTypes(ctx: Context, args: Args) {
  const hostId = hostOf(ctx)
  const filter = parse(Filter, args.filter ?? {}, 'filter')
  const own = matching({ hostId }, filter)
  if (args.teamId == null) {
    if (args.withMembers === true) throw invalid('teamId', 'is missing')
    return pageOfFound(ctx, own, args)
  }
  const { team } = await teamAs(
    ctx,
    args.withMembers === true ? 'ADMIN' : 'MEMBER',
    args.teamId,
    'teamId',
  )
  const members = args.withMembers === true ? await accountsOf(ctx, team.id) : []
  const found = [
    matching({ teamId: team.id }, filter),
    ...(args.withOwn === true ? [own] : []),
    ...members.filter(id => id !== hostId).map(id => matching({ hostId: id }, filter)),
  ]
  return pageOfFound(ctx, { OR: found }, args)
}

/** A page of the event types of a team. @throws ApiError INVALID_INPUT. */
export const listTeamEventTypes = (ctx: Context, teamId: number, args: Args) =>
  pageOfFound(ctx, matching({ teamId }, parse(Filter, args.filter ?? {}, 'filter')), args)

/**
 * A page of what stands on the booking page of a host or a team, by position.
 * @throws ApiError INVALID_INPUT.
 */
export const listOnBookingPage = (
  ctx: Context,
  { hostId, teamId }: { hostId: number | null; teamId: number | null },
  args: PageArguments,
) => pageOfFound(ctx, { hostId, teamId, isActive: true, isSecret: false, archivedAt: null }, args)

// By position it reads a range of the index on (hostId, position, id).
async function pageOfFound(
  ctx: Context,
  found: Prisma.EventTypeWhereInput,
  args: Omit<Args, 'filter' | 'teamId' | 'withOwn' | 'withMembers'>,
) {
  const order = args.orderBy ?? 'POSITION'
  const { by } = orders[order]
  const page = await pageOf(listIn(order), args, ({ from, order: direction, take }) =>
    ctx.db.eventType.findMany({
      where: { AND: [found, from === undefined ? {} : beyond(by, from.side, ...from.key)] },
      orderBy: [{ [by]: direction }, { id: direction }],
      take,
    }),
  )
  return { ...page, totalCount: () => ctx.db.eventType.count({ where: found }) }
}

function matching(
  owner: { hostId: number } | { teamId: number },
  {
    isActive,
    includeArchived,
    search,
    slug,
    scheduleId,
    hostId,
    isOneOff,
  }: z.output<typeof Filter>,
): Prisma.EventTypeWhereInput {
  const where: Prisma.EventTypeWhereInput = { ...owner }
  if (includeArchived !== true) where.archivedAt = null
  if (isActive != null) where.isActive = isActive
  if (slug != null) where.slug = slug
  if (isOneOff != null) where.isOneOff = isOneOff
  if (scheduleId != null) where.AND = hasHours(byId(scheduleId))
  if (hostId != null) {
    // An account's own have that account as their host, and no rows of hosts.
    if ('hostId' in owner) where.host = byId(hostId)
    else where.hosts = { some: { host: byId(hostId) } }
  }
  if (search != null) {
    const holds = holding(search)
    where.OR = [{ name: holds }, { description: holds }]
  }
  return where
}

/** By its own schedule, or because it has none and that is the default one of its host. */
const hasHours = (schedule: ReturnType<typeof byId>): Prisma.EventTypeWhereInput => ({
  OR: [{ schedule }, { scheduleId: null, host: { defaultSchedule: schedule } }],
})

type Value = number | string | Date

const values: Record<(typeof orders)[EventTypeOrder]['by'], z.ZodType<Value>> = {
  position: z.int32(),
  name: z.string(),
  createdAt: instant,
  updatedAt: instant,
}

const listIn = (order: EventTypeOrder): Keyset<EventType, [Value, number]> => {
  const { by, direction } = orders[order]
  return {
    name: `eventTypes.${order}`,
    order: direction,
    key: z.tuple([values[by], z.int32()]),
    keyOf: eventType => [eventType[by], eventType.id],
  }
}

// The first condition says no more than the second, but lets the index be entered at the place.
const beyond = (by: string, side: Side, value: Value, id: number): Prisma.EventTypeWhereInput => ({
  [by]: pastOrAt(side, value),
  OR: [{ [by]: past(side, value) }, { id: past(side, id) }],
})
