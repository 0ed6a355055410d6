import { z } from 'zod'
import { type Context, hostOf } from '../context.ts'
import type { RoutingForm, RoutingSubmission } from '../db/generated/client/client.ts'
import { type Keyset, type PageArguments, pageOf, past } from '../graph/keyset-pagination.ts'
import { findOwnForm } from './form.ts'

const listing = <Row extends { id: number }>(
  name: string,
  order: 'asc' | 'desc',
): Keyset<Row, [number]> => ({
  name,
  order,
  key: z.tuple([z.int32()]),
  keyOf: row => [row.id],
})

const orders = { CREATED: 'asc', CREATED_DESC: 'desc' } as const

type Args = PageArguments & { orderBy?: keyof typeof orders | null | undefined }

const orderOf = ({ orderBy }: Args) => orders[orderBy ?? 'CREATED_DESC']

/**
 * A page of the viewer's routing forms, newest first by default. Reads a range of the
 * index on (hostId, id).
 */
export async function listRoutingForms(ctx: Context, args: Args) {
  const where = { hostId: hostOf(ctx) }
  const page = await pageOf(
    listing<RoutingForm>('routing.forms', orderOf(args)),
    args,
    ({ from, order, take }) =>
      ctx.db.routingForm.findMany({
        where: { ...where, ...(from && { id: past(from.side, from.key[0]) }) },
        orderBy: { id: order },
        take,
      }),
  )
  return { ...page, totalCount: () => ctx.db.routingForm.count({ where }) }
}

/**
 * A page of what was submitted to a form of the viewer, newest first by default. Reads
 * a range of the index on (formId, id).
 * @throws ApiError NOT_FOUND.
 */
export async function listRoutingSubmissions(
  ctx: Context,
  { formId, ...args }: Args & { formId: string },
) {
  const where = { formId: (await findOwnForm(ctx, formId, 'formId')).id }
  const list = listing<RoutingSubmission>('routing.submissions', orderOf(args))
  const page = await pageOf(list, args, ({ from, order, take }) =>
    ctx.db.routingSubmission.findMany({
      where: { ...where, ...(from && { id: past(from.side, from.key[0]) }) },
      orderBy: { id: order },
      take,
    }),
  )
  return { ...page, totalCount: () => ctx.db.routingSubmission.count({ where }) }
}
