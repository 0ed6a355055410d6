// Accounts that a platform client makes and acts for. They are accounts like any other, but that
// nobody logs in to them.

import { z } from 'zod'
import { forgetCredentials } from '../accounts/credentials.ts'
import { pageSlugsFor } from '../accounts/page-slug.ts'
import { Page, Profile } from '../accounts/profile.ts'
import { workingHours } from '../accounts/working-hours.ts'
import { DEFAULT_COLOR } from '../bounds.ts'
import type { Context } from '../context.ts'
import type { PlatformClient, User } from '../db/generated/client/client.ts'
import { transact } from '../db/transact.ts'
import { uniqueViolation } from '../db/violations.ts'
import { ApiError } from '../errors.ts'
import { createEventType } from '../event-types/create.ts'
import { type Keyset, type PageArguments, pageOf, past } from '../graph/keyset-pagination.ts'
import { managedAccountId } from '../graph/object-ids.ts'
import { newUid } from '../ids.ts'
import { updateSchedule } from '../schedules/update.ts'
import { allScopes } from '../scopes.ts'
import { email, jsonObject, parse, slugOf, text, timeZone } from '../validation.ts'
import { managedAccount, ownClient } from './find.ts'
import { issueTokens, type ManagedTokens, requireLive } from './tokens.ts'

/** Until an account says where it lives. */
const USUAL_ZONE = 'Europe/London'

const metadata = jsonObject.refine(
  value =>
    Object.keys(value).length <= 50 &&
    Object.entries(value).every(([key, each]) => key.length <= 40 && String(each).length <= 500),
  'must have at most 50 keys of 40 characters, and values of 500',
)

const NewAccount = z.object({
  clientId: z.string(),
  email,
  name: text(100),
  timeZone: timeZone.nullish(),
  metadata: metadata.nullish(),
})

const NewProfile = Profile.omit({ name: true, timeZone: true })
const PageOf = Page.pick({ bio: true })

/**
 * The address of an account: the person's own, with the client in it, so that each client can have
 * its own account of them.
 */
const addressFor = (address: string, client: PlatformClient): string =>
  address.replace('@', `+${client.uid}@`)

/**
 * Makes an account, with two tokens for it. It gets a schedule, Monday to Friday from nine to five,
 * where the input says its zone, and four event types where the client wants that.
 * @throws ApiError NOT_FOUND for the client; CONFLICT, with the `userId`, for an address that the
 * client has; INVALID_INPUT.
 */
export async function createManagedAccount(ctx: Context, input: unknown) {
  const wanted = parse(NewAccount, input)
  const client = await ownClient(ctx, wanted.clientId, 'input.clientId')
  await requireLive(ctx, client)
  const made = await insert(ctx, client, {
    ...wanted,
    profile: parse(NewProfile, input),
    page: parse(PageOf, input),
  })
  const account = actingFor(ctx, made.user.id)
  if (client.areDefaultEventTypesEnabled)
    for (const each of usualEventTypes) await createEventType(account, each)
  return made
}

async function insert(
  ctx: Context,
  client: PlatformClient,
  wanted: z.output<typeof NewAccount> & {
    profile: z.output<typeof NewProfile>
    page: z.output<typeof PageOf>
  },
): Promise<{ user: User; tokens: ManagedTokens }> {
  const now = ctx.clock.now()
  const address = addressFor(wanted.email, client)
  const [local = '', domain = ''] = wanted.email.split('@')
  const slug = `${slugOf(local, 'host').slice(0, 24)}-${client.uid}-${slugOf(domain.split('.')[0] ?? '', 'x').slice(0, 10)}`
  try {
    return await transact(ctx, async ({ tx }) => {
      const isTaken = (await tx.bookingPage.findUnique({ where: { slug } })) !== null
      const [free = slug] = isTaken
        ? pageSlugsFor(newUid('User').replace('_', '-'), 'host')
        : [slug]
      const { id } = await tx.user.create({
        data: {
          uid: newUid('User'),
          email: address,
          passwordHash: null,
          plan: ctx.defaultPlan,
          ...wanted.profile,
          name: wanted.name,
          timeZone: wanted.timeZone ?? USUAL_ZONE,
          platformClientId: client.id,
          metadata: wanted.metadata ?? {},
          createdAt: now,
          updatedAt: now,
          page: {
            create: {
              ...wanted.page,
              slug: free,
              displayName: wanted.name,
              brandColor: DEFAULT_COLOR,
              updatedAt: now,
            },
          },
        },
      })
      if (wanted.timeZone != null) {
        const schedule = await tx.schedule.create({
          data: {
            uid: newUid('Schedule'),
            hostId: id,
            name: 'Default schedule',
            timeZone: wanted.timeZone,
            createdAt: now,
            updatedAt: now,
            weekly: { create: workingHours },
          },
        })
        await tx.user.update({ where: { id }, data: { defaultScheduleId: schedule.id } })
      }
      const user = await tx.user.findUniqueOrThrow({ where: { id } })
      return { user, tokens: await issueTokens(ctx, tx, client, id) }
    })
  } catch (error) {
    throw await orTaken(ctx, address, error)
  }
}

/** The error for an address that already has an account. It names the account. */
async function orTaken(ctx: Context, address: string, error: unknown): Promise<unknown> {
  if (!uniqueViolation(error)?.includes('email')) return error
  return taken((await ctx.db.user.findUnique({ where: { email: address } }))?.id)
}

/** @throws ApiError CONFLICT for an address of another account. */
async function requireFree(ctx: Context, address: string, ofUserId: number): Promise<void> {
  const user = await ctx.db.user.findUnique({ where: { email: address } })
  if (user !== null && user.id !== ofUserId) throw taken(user.id)
}

const taken = (userId: number | undefined): ApiError =>
  new ApiError('CONFLICT', 'The client has an account with this e-mail already.', {
    userId,
    fields: [{ path: 'input.email', message: 'has an account already' }],
  })

const usualEventTypes = [
  { name: '30 minutes', slug: 'thirty-minutes', durationMinutes: 30 },
  { name: '60 minutes', slug: 'sixty-minutes', durationMinutes: 60 },
  {
    name: '30 minutes with video',
    slug: 'thirty-minutes-video',
    durationMinutes: 30,
    locations: video(),
  },
  {
    name: '60 minutes with video',
    slug: 'sixty-minutes-video',
    durationMinutes: 60,
    locations: video(),
  },
]

function video() {
  return [{ kind: 'VIDEO', provider: 'cal_video' }]
}

/** The request as if the account itself made it. */
const actingFor = (ctx: Context, userId: number): Context => ({
  ...ctx,
  viewer: ctx.viewer && { ...ctx.viewer, userId, scopes: allScopes },
})

const Changes = z.object({
  clientId: z.string(),
  userId: z.string(),
  email: email.optional(),
  metadata: metadata.optional(),
  defaultScheduleId: z.string().optional(),
  timeZone: timeZone.optional(),
})

/**
 * Changes what the input names, the zone of the default schedule with that of the account.
 * @throws ApiError as above.
 */
export async function updateManagedAccount(ctx: Context, input: unknown): Promise<User> {
  const wanted = parse(Changes, input)
  const client = await ownClient(ctx, wanted.clientId, 'input.clientId')
  const { id, defaultScheduleId } = await managedAccount(ctx, client, wanted.userId, 'input.userId')
  const profile = parse(Profile, input)
  const page = parse(PageOf, input)
  const address = wanted.email && addressFor(wanted.email, client)
  // Before the schedule is changed, in a transaction of its own.
  if (address !== undefined) await requireFree(ctx, address, id)
  const schedule = wanted.defaultScheduleId ?? defaultScheduleId?.toString()
  if (schedule !== undefined && (wanted.defaultScheduleId ?? wanted.timeZone) !== undefined) {
    await updateSchedule(actingFor(ctx, id), {
      id: schedule,
      isDefault: true,
      timeZone: wanted.timeZone,
    })
  }
  try {
    const updatedAt = ctx.clock.now()
    const data = { ...profile, email: address, metadata: wanted.metadata, updatedAt }
    return await transact(ctx, async ({ tx }) => {
      if (page.bio !== undefined)
        await tx.bookingPage.update({ where: { hostId: id }, data: { ...page, updatedAt } })
      return tx.user.update({ where: { id }, data })
    })
  } catch (error) {
    throw await orTaken(ctx, address ?? '', error)
  }
}

const Deletion = z.object({ clientId: z.string(), userId: z.string() })

/** Takes an account away with all that is in it. @throws ApiError NOT_FOUND. */
export async function deleteManagedAccount(ctx: Context, input: unknown): Promise<{ id: string }> {
  const wanted = parse(Deletion, input)
  const client = await ownClient(ctx, wanted.clientId, 'input.clientId')
  const user = await managedAccount(ctx, client, wanted.userId, 'input.userId')
  await transact(ctx, ({ tx }) => tx.user.delete({ where: { id: user.id } }))
  await forgetCredentials(ctx, user.id)
  return { id: managedAccountId.of(user) }
}

const oldest: Keyset<User, [number]> = {
  name: 'managedAccounts',
  order: 'asc',
  key: z.tuple([z.int32()]),
  keyOf: user => [user.id],
}

const Wanted = z.object({
  clientId: z.string(),
  emails: z.array(email).max(250, 'must name at most 250').nullish(),
})

/**
 * A page of the accounts of a client, oldest first; `emails`: only those of these people.
 * @throws ApiError NOT_FOUND.
 */
export async function listManagedAccounts(
  ctx: Context,
  args: PageArguments & { clientId: string; emails?: unknown },
) {
  const { clientId, emails } = parse(Wanted, args, '')
  const client = await ownClient(ctx, clientId, 'clientId')
  // Both forms of an address are taken.
  const named = emails && { in: emails.flatMap(each => [each, addressFor(each, client)]) }
  const where = { platformClientId: client.id, ...(named && { email: named }) }
  const page = await pageOf(oldest, args, ({ from, order, take, skip }) =>
    ctx.db.user.findMany({
      where: { ...where, ...(from && { id: past(from.side, from.key[0]) }) },
      orderBy: { id: order },
      take,
      skip,
    }),
  )
  return { ...page, totalCount: () => ctx.db.user.count({ where }) }
}
