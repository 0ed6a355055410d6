import { z } from 'zod'
import { type Context, hostOf } from '../context.ts'
import type { Hook, HookDialect, Prisma } from '../db/generated/client/client.ts'
import { type Keyset, type PageArguments, pageOf, past } from '../graph/keyset.ts'
import { parse } from '../parse.ts'

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
}

const Metadata = z.record(z.string(), z.string(), 'must be an object of texts')

/** A page of the viewer's hooks, newest first unless asked otherwise. Reads a range of the index on (hostId, id). */
export async function listHooks(ctx: Context, args: Args) {
  const values = args.metadata == null ? {} : parse(Metadata, args.metadata, 'metadata')
  const found: Prisma.HookWhereInput = {
    hostId: hostOf(ctx),
    ...(args.dialect != null && { dialect: args.dialect }),
    AND: Object.entries(values).map(([name, equals]) => ({ metadata: { path: [name], equals } })),
  }
  const page = await pageOf(listings[args.orderBy ?? 'CREATED_DESC'], args, ({ from, order, take }) =>
    ctx.db.hook.findMany({
      where: { ...found, ...(from && { id: past(from.side, from.key[0]) }) },
      orderBy: { id: order },
      take,
    }),
  )
  return { ...page, totalCount: () => ctx.db.hook.count({ where: found }) }
}
