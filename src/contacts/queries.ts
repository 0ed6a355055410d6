import { z } from 'zod'
import { type Context, hostOf } from '../context.ts'
import type { Contact, Prisma } from '../db/generated/client/client.ts'
import { type Keyset, type PageArguments, pageOf, past, pastOrAt } from '../graph/keyset.ts'
import { email, holding, instant, parse, searchWords } from '../parse.ts'

const lately: Keyset<Contact, [Date, number]> = {
  name: 'contacts',
  order: 'desc',
  key: z.tuple([instant, z.int32()]),
  keyOf: contact => [contact.lastBookingAt, contact.id],
}

const Filter = z.object({
  search: searchWords.nullish(),
  email: email.nullish(),
})

/**
 * A page of the viewer's contacts, who booked last first. Reads a range of the index on (hostId, lastBookingAt, id).
 * @throws Refusal INVALID_INPUT.
 */
export async function listContacts(ctx: Context, args: z.input<typeof Filter> & PageArguments) {
  const found = matching(hostOf(ctx), parse(Filter, args, ''))
  const page = await pageOf(lately, args, ({ from, order, take }) =>
    ctx.db.contact.findMany({
      where: { AND: [found, from === undefined ? {} : beyond(from.side, ...from.key)] },
      orderBy: [{ lastBookingAt: order }, { id: order }],
      take,
    }),
  )
  return { ...page, totalCount: () => ctx.db.contact.count({ where: found }) }
}

function matching(hostId: number, { search, email }: z.output<typeof Filter>): Prisma.ContactWhereInput {
  if (search == null) return { hostId, ...(email != null && { email }) }
  const holds = holding(search)
  return { hostId, ...(email != null && { email }), OR: [{ name: holds }, { email: holds }] }
}

// The first condition says no more than the second, but lets the index be entered at the place.
const beyond = (side: 'lt' | 'gt', lastBookingAt: Date, id: number): Prisma.ContactWhereInput => ({
  lastBookingAt: pastOrAt(side, lastBookingAt),
  OR: [{ lastBookingAt: past(side, lastBookingAt) }, { id: past(side, id) }],
})
