import { z } from 'zod'
import { type Context, hostOf } from '../context.ts'
import type { Contact, Prisma } from '../db/generated/client/client.ts'
import {
  type Keyset,
  type PageArguments,
  pageOf,
  past,
  pastOrAt,
} from '../graph/keyset-pagination.ts'
import { email, holding, instant, parse, searchWords } from '../validation.ts'

type Moment = 'lastBookingAt' | 'createdAt' | 'updatedAt'

const by = (
  moment: Moment,
  order: 'asc' | 'desc',
): { moment: Moment; keyset: Keyset<Contact, [Date, number]> } => ({
  moment,
  keyset: {
    name: moment === 'lastBookingAt' ? 'contacts' : `contacts by ${moment} ${order}`,
    order,
    key: z.tuple([instant, z.int32()]),
    keyOf: contact => [contact[moment], contact.id],
  },
})

/**
 * Orders of the list; rows of the same moment by their ids. The first reads a range of an index,
 * the others sort.
 */
const orders = {
  LAST_BOOKING_DESC: by('lastBookingAt', 'desc'),
  CREATED: by('createdAt', 'asc'),
  CREATED_DESC: by('createdAt', 'desc'),
  UPDATED: by('updatedAt', 'asc'),
  UPDATED_DESC: by('updatedAt', 'desc'),
}

export type ContactOrder = keyof typeof orders

const Filter = z.object({
  search: searchWords.nullish(),
  email: email.nullish(),
  emails: z.array(email).max(100, 'must have at most 100 entries').nullish(),
})

type Asked = z.input<typeof Filter> & PageArguments & { orderBy?: ContactOrder | null | undefined }

/**
 * A page of the viewer's contacts, most recent booking first by default.
 * @throws ApiError INVALID_INPUT.
 */
export async function listContacts(ctx: Context, args: Asked) {
  const { moment, keyset } = orders[args.orderBy ?? 'LAST_BOOKING_DESC']
  const found = matching(hostOf(ctx), parse(Filter, args, ''))
  const page = await pageOf(keyset, args, ({ from, order, take }) =>
    ctx.db.contact.findMany({
      where: { AND: [found, from === undefined ? {} : beyond(moment, from.side, ...from.key)] },
      orderBy: [{ [moment]: order }, { id: order }],
      take,
    }),
  )
  return { ...page, totalCount: () => ctx.db.contact.count({ where: found }) }
}

function matching(
  hostId: number,
  { search, email, emails }: z.output<typeof Filter>,
): Prisma.ContactWhereInput {
  const named = [email == null ? {} : { email }, emails == null ? {} : { email: { in: emails } }]
  if (search == null) return { hostId, AND: named }
  const holds = holding(search)
  return { hostId, AND: named, OR: [{ name: holds }, { email: holds }] }
}

// The first condition says no more than the second, but lets the index be entered at the place.
const beyond = (
  moment: Moment,
  side: 'lt' | 'gt',
  at: Date,
  id: number,
): Prisma.ContactWhereInput => ({
  [moment]: pastOrAt(side, at),
  OR: [{ [moment]: past(side, at) }, { id: past(side, id) }],
})
