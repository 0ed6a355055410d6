// What the operator of an installation may do with the accounts of it. Nothing of this can be
// reached over the network.

import { z } from 'zod'
import type { Deps } from '../context.ts'
import type { Plan, User } from '../db/generated/client/client.ts'
import { notFound } from '../errors.ts'
import { email, holding, parse, whole } from '../validation.ts'

/** An account with the slug of its page. */
export type Account = User & { page: { slug: string } | null }

const withPage = { page: { select: { slug: true } } } as const

/**
 * The account of an e-mail address.
 * @throws ApiError NOT_FOUND; INVALID_INPUT for what is no address.
 */
export async function findAccount(
  { db }: Deps,
  address: string,
  path = 'input.email',
): Promise<Account> {
  const user = await db.user.findUnique({
    where: { email: parse(email, address, path) },
    include: withPage,
  })
  if (user === null) throw notFound('account', path)
  return user
}

/** The account that is there for the longest; null when there is none. */
export const firstAccount = ({ db }: Deps): Promise<Account | null> =>
  db.user.findFirst({ orderBy: { id: 'asc' }, include: withPage })

const MOST_ACCOUNTS = 1000

const Search = z.object({
  /** A part of the address. */
  email: z.string().optional(),
  limit: whole(1, MOST_ACCOUNTS),
})

/**
 * Accounts in the order in which they were made, and how many there are.
 * @throws ApiError INVALID_INPUT.
 */
export async function listAccounts(
  { db }: Deps,
  input: unknown,
): Promise<{ accounts: Account[]; totalCount: number }> {
  const { email: part, limit } = parse(Search, input)
  const where = part === undefined ? {} : { email: holding(part) }
  const accounts = await db.user.findMany({
    where,
    orderBy: { id: 'asc' },
    take: limit,
    include: withPage,
  })
  return { accounts, totalCount: await db.user.count({ where }) }
}

/**
 * Changes what an account pays for. A dialect that asks for a plan remembers for ten seconds that
 * an account has it.
 * @throws ApiError NOT_FOUND.
 */
export async function setPlan(deps: Deps, address: string, plan: Plan): Promise<Account> {
  const { id } = await findAccount(deps, address)
  return deps.db.user.update({
    where: { id },
    data: { plan, updatedAt: deps.clock.now() },
    include: withPage,
  })
}
