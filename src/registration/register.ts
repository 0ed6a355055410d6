import { z } from 'zod'
import { openSession } from '../accounts/credentials.ts'
import { whenHashingIsFree } from '../accounts/hashing-queue.ts'
import { pageSlug, pageSlugsFor } from '../accounts/page-slug.ts'
import { hashPassword } from '../accounts/password.ts'
import { enterSession, requireCookies } from '../accounts/sessions.ts'
import { workingHours } from '../accounts/working-hours.ts'
import { DEFAULT_COLOR } from '../bounds.ts'
import type { Context } from '../context.ts'
import type { Tx } from '../db/client.ts'
import type { Plan, Prisma, User } from '../db/generated/client/client.ts'
import { transact } from '../db/transact.ts'
import { uniqueViolation } from '../db/violations.ts'
import { ApiError } from '../errors.ts'
import { createFirstEventType } from '../event-types/index.ts'
import { newUid } from '../ids.ts'
import { email, parse, text, timeZone } from '../validation.ts'

const Registration = z.object({
  name: text(100),
  email,
  password: z
    .string()
    .min(8, 'must have at least 8 characters')
    .max(200, 'must have at most 200 characters'),
  timeZone: timeZone.nullish(),
  slug: pageSlug.nullish(),
  firstEventType: z.boolean().nullish(),
})

type NewAccount = z.output<typeof Registration> & { passwordHash: string; plan: Plan }

/** What is stored in the transaction of a new account. */
type More<T> = (tx: Tx, user: User) => Promise<T>

/**
 * Creates an account with its booking page, a default schedule (Monday to Friday from nine to five)
 * and, by default, a first event type, so that it can be booked at once.
 * @param plan what it pays for, which nobody chooses for themselves: what the settings say, unless
 * the operator says otherwise
 * @throws ApiError CONFLICT for an e-mail that has an account, or a slug that is taken;
 * INVALID_INPUT.
 */
export async function register(
  ctx: Context,
  input: unknown,
  plan: Plan = ctx.defaultPlan,
): Promise<User> {
  const [user] = await registerWith(ctx, input, plan, async () => {})
  return user
}

/**
 * Registers an account and opens its first session, both or neither.
 * @throws ApiError as `register` does.
 */
export async function registerAndLogIn(ctx: Context, input: unknown): Promise<User> {
  requireCookies(ctx)
  const [user, opened] = await registerWith(ctx, input, ctx.defaultPlan, (tx, { id }) =>
    openSession(tx, id, ctx.clock.now()),
  )
  enterSession(ctx, user, opened)
  return user
}

/** The same, with more in the same transaction. */
async function registerWith<T>(
  ctx: Context,
  input: unknown,
  plan: Plan,
  more: More<T>,
): Promise<[User, T]> {
  await ctx.limits.take('registrations', ctx.clientAddress)
  // The response reveals whether an address has an account: without confirmed addresses this cannot
  // be hidden, because a new account is logged in at once. So an address that hit a few of them
  // cannot register anything for a while.
  await ctx.limits.take('takenRegistrations', ctx.clientAddress, 0)
  const wanted = parse(Registration, input)
  const account = { ...wanted, plan, passwordHash: await hashFor(ctx, wanted.password) }
  if (wanted.slug != null) return (await create(ctx, account, wanted.slug, more)) ?? slugTaken()

  for (const candidate of pageSlugsFor(wanted.name, 'host')) {
    const taken = await ctx.db.bookingPage.findUnique({ where: { slug: candidate } })
    // Between the look and the write somebody of the same name may take it.
    const created = taken === null ? await create(ctx, account, candidate, more) : undefined
    if (created !== undefined) return created
  }
  return slugTaken()
}

const hashFor = (ctx: Context, password: string): Promise<string> =>
  whenHashingIsFree(ctx.clientAddress, () => hashPassword(password))

/** Creates the account; undefined when the slug is taken. */
async function create<T>(
  ctx: Context,
  wanted: NewAccount,
  pageSlug: string,
  more: More<T>,
): Promise<[User, T] | undefined> {
  const now = ctx.clock.now()
  const zone = wanted.timeZone ?? 'UTC'
  const account: Prisma.UserCreateInput = {
    uid: newUid('User'),
    email: wanted.email,
    passwordHash: wanted.passwordHash,
    plan: wanted.plan,
    name: wanted.name,
    timeZone: zone,
    createdAt: now,
    updatedAt: now,
    page: {
      create: {
        slug: pageSlug,
        displayName: wanted.name,
        brandColor: DEFAULT_COLOR,
        updatedAt: now,
      },
    },
  }
  try {
    return await transact(ctx, async ({ tx }) => {
      const { id } = await tx.user.create({ data: account })
      const schedule = await tx.schedule.create({
        data: {
          uid: newUid('Schedule'),
          hostId: id,
          name: 'Working hours',
          timeZone: zone,
          createdAt: now,
          updatedAt: now,
          weekly: { create: workingHours },
        },
      })
      const user = await tx.user.update({ where: { id }, data: { defaultScheduleId: schedule.id } })
      if (wanted.firstEventType !== false) await createFirstEventType(ctx, tx, id)
      return [user, await more(tx, user)]
    })
  } catch (error) {
    const taken = uniqueViolation(error)
    if (taken?.includes('email')) {
      await ctx.limits.count('takenRegistrations', ctx.clientAddress)
      throw conflict('email', 'has an account already')
    }
    if (taken?.includes('slug')) return undefined
    throw error
  }
}

function slugTaken(): never {
  throw conflict('slug', 'is taken')
}

const conflict = (field: 'email' | 'slug', message: string) =>
  new ApiError('CONFLICT', `The ${field} ${message}.`, {
    fields: [{ path: `input.${field}`, message }],
  })
