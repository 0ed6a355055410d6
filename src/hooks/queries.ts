import { z } from 'zod'
import { type Context, hostOf } from '../context.ts'
import type { Hook, HookDialect } from '../db/generated/client/client.ts'
import { type Keyset, type PageArguments, pageOf, past } from '../graph/keyset.ts'

const newest: Keyset<Hook, [number]> = {
  name: 'hooks',
  order: 'desc',
  key: z.tuple([z.int32()]),
  keyOf: hook => [hook.id],
}

type Args = PageArguments & { dialect?: HookDialect | null | undefined }

/** A page of the viewer's hooks, newest first. Reads a range of the index on (hostId, id). */
export async function listHooks(ctx: Context, args: Args) {
  const found = { hostId: hostOf(ctx), ...(args.dialect != null && { dialect: args.dialect }) }
  const page = await pageOf(newest, args, ({ from, order, take }) =>
    ctx.db.hook.findMany({
      where: { ...found, ...(from && { id: past(from.side, from.key[0]) }) },
      orderBy: { id: order },
      take,
    }),
  )
  return { ...page, totalCount: () => ctx.db.hook.count({ where: found }) }
}
