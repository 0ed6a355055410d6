import { z } from 'zod'
import { type Context, viewerOf } from '../context.ts'
import type { Hook, HookDialect, Prisma } from '../db/generated/client/client.ts'
import { type Keyset, type PageArguments, pageOf, past } from '../graph/keyset-pagination.ts'
import { byId } from '../ids.ts'
import { parse } from '../validation.ts'
import { managedBy, ownHooks } from './ownership.ts'

const listing = (order: 'asc' | 'desc'): Keyset<Hook, [number]> => ({
  name: 'hooks',
  order,
  key: z.tuple([z.int32()]),
  keyOf: hook => [hook.id],
})

const listings = { CREATED: listing('asc'), CREATED_DESC: listing('desc') }

interface Args extends PageArguments {
  dialect?: HookDialect | null | undefined
  orderBy?: keyof typeof listings | null | undefined
  metadata?: unknown
  teamId?: string | null | undefined
  eventTypeId?: string | null | undefined
  platformClientId?: string | null | undefined
}

const Metadata = z.record(z.string(), z.string(), 'must be an object of texts')

/**
 * A page of the hooks that the viewer made, or of those of a team or an event type that they
 * manage; newest first by default. Reads a range of the index on (hostId, id), (teamId,
 * id) or (eventTypeId, id).
 */
export async function listHooks(ctx: Context, args: Args) {
  const values = args.metadata == null ? {} : parse(Metadata, args.metadata, 'metadata')
  const { teamId, eventTypeId, platformClientId } = args
  const viewer = viewerOf(ctx)
  const found: Prisma.HookWhereInput = {
    ...((teamId ?? eventTypeId) == null ? ownHooks(viewer) : managedBy(viewer)),
    ...(teamId != null && { team: byId(teamId) }),
    ...(eventTypeId != null && { eventType: byId(eventTypeId) }),
    ...(args.dialect != null && { dialect: args.dialect }),
    AND: [
      ...(platformClientId == null ? [] : [{ client: { uid: platformClientId } }]),
      ...Object.entries(values).map(([name, equals]) => ({ metadata: { path: [name], equals } })),
    ],
  }
  const page = await pageOf(
    listings[args.orderBy ?? 'CREATED_DESC'],
    args,
    ({ from, order, take, skip }) =>
      ctx.db.hook.findMany({
        where: { ...found, ...(from && { id: past(from.side, from.key[0]) }) },
        orderBy: { id: order },
        take,
        skip,
      }),
  )
  return { ...page, totalCount: () => ctx.db.hook.count({ where: found }) }
}
