import { z } from 'zod'
import type { Context } from '../../context.ts'
import type { Invitee, Prisma } from '../../db/generated/client/client.ts'
import { notFound } from '../../errors.ts'
import { type Keyset, type PageArguments, pageOf, past } from '../../graph/keyset-pagination.ts'
import { byId } from '../../ids.ts'
import { email, parse } from '../../validation.ts'
import { mayRead, mayReadOf } from '../rules/hosts-side.ts'

type Listing = Keyset<Invitee, [number]>

const listing = (order: 'asc' | 'desc'): Listing => ({
  name: 'invitees',
  order,
  key: z.tuple([z.int32()]),
  keyOf: invitee => [invitee.id],
})

const listings = { ASC: listing('asc'), DESC: listing('desc') }

const Filter = z
  .object({
    status: z.enum(['ACTIVE', 'CANCELLED']).nullish(),
    email: email.nullish(),
  })
  .nullish()

interface Asked extends PageArguments {
  bookingId: string
  filter?: unknown
  direction?: 'ASC' | 'DESC' | null | undefined
}

/**
 * A page of those who booked, in the order in which they did.
 * @throws ApiError NOT_FOUND for the booking; INVALID_INPUT.
 */
export async function listInvitees(ctx: Context, asked: Asked) {
  const where = await conditions(ctx, asked)
  const page = await pageOf(listings[asked.direction ?? 'ASC'], asked, ({ from, order, take }) =>
    ctx.db.invitee.findMany({
      where: { AND: [where, from === undefined ? {} : { id: past(from.side, from.key[0]) }] },
      orderBy: { id: order },
      take,
    }),
  )
  return {
    edges: page.edges,
    pageInfo: page.pageInfo,
    totalCount: () => ctx.db.invitee.count({ where }),
  }
}

async function conditions(
  ctx: Context,
  { bookingId, filter }: Asked,
): Promise<Prisma.InviteeWhereInput> {
  const wanted = parse(Filter, filter, 'filter')
  const booking = await ctx.db.booking.findUnique({ where: byId(bookingId) })
  if (booking === null || !(await mayRead(ctx, booking))) throw notFound('booking', 'bookingId')
  return {
    bookingId: booking.id,
    ...(wanted?.status != null && { status: wanted.status }),
    ...(wanted?.email != null && { email: wanted.email }),
  }
}

const MAX_IDS = 100
const Ids = z.object({
  ids: z.array(z.string()).max(MAX_IDS, `must have at most ${MAX_IDS} entries`),
})

/**
 * Those of some invitees whose bookings the viewer may read.
 * @throws ApiError INVALID_INPUT for more than 100 ids.
 */
export async function inviteesByIds(ctx: Context, input: { ids: string[] }): Promise<Invitee[]> {
  const { ids } = parse(Ids, input, '')
  const invitees = await ctx.db.invitee.findMany({
    where: { OR: ids.map(byId) },
    orderBy: { id: 'asc' },
  })
  const areReadable = await Promise.all(invitees.map(invitee => mayReadOf(ctx, invitee)))
  return invitees.filter((_, index) => areReadable[index])
}

/** An invitee of a booking that the viewer may read; null when there is none with this id. */
export async function findInvitee(ctx: Context, id: string): Promise<Invitee | null> {
  const invitee = await ctx.db.invitee.findUnique({ where: byId(id) })
  return invitee !== null && (await mayReadOf(ctx, invitee)) ? invitee : null
}
