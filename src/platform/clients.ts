import { customAlphabet } from 'nanoid'
import { z } from 'zod'
import { forgetCredentials } from '../accounts/credentials.ts'
import { maskOf, permissionNames } from '../accounts/permissions.ts'
import { type Context, hostOf } from '../context.ts'
import type { PlatformClient } from '../db/generated/client/client.ts'
import { changeHost } from '../events/change.ts'
import { type Keyset, type PageArguments, pageOf, past } from '../graph/keyset.ts'
import { httpUrl, parse, text } from '../parse.ts'
import { Refusal } from '../refusal.ts'
import { newToken } from '../secrets.ts'
import { isSitePattern } from '../site-pattern.ts'
import { ownClient } from './find.ts'

/** Platform clients that an account may have. */
const MAX_CLIENTS = 50

// 24 characters of 36 carry 124 bits. A letter goes first, so that it looks like no number.
const random = customAlphabet('0123456789abcdefghijklmnopqrstuvwxyz', 24)
const newClientId = (): string => `c${random()}`

/** A page whose site may use tokens; see `isSitePattern`. */
const redirectUri = httpUrl.refine(
  isSitePattern,
  'may have * only in place of the whole first label of its host, such as https://*.example.com',
)
const redirectUris = z.array(redirectUri).min(1, 'must name at least one URI').max(20, 'must name at most 20 URIs')

const settings = {
  name: text(100).optional(),
  logoUrl: httpUrl.nullish(),
  redirectUris: redirectUris.optional(),
  bookingRedirectUri: httpUrl.nullish(),
  bookingCancelRedirectUri: httpUrl.nullish(),
  bookingRescheduleRedirectUri: httpUrl.nullish(),
  areEmailsEnabled: z.boolean().optional(),
  areDefaultEventTypesEnabled: z.boolean().optional(),
  areCalendarEventsEnabled: z.boolean().optional(),
}

const NewClient = z.object({
  ...settings,
  name: text(100),
  redirectUris,
  permissions: z.array(z.enum(permissionNames)).min(1, 'must name at least one permission'),
})

const Changes = z.object({ ...settings, id: z.string() })

/** Makes a platform client of the viewer. @throws Refusal LIMIT_REACHED with 50 of them; INVALID_INPUT. */
export async function createPlatformClient(ctx: Context, input: unknown): Promise<PlatformClient> {
  const ownerId = hostOf(ctx)
  const { permissions, ...wanted } = parse(NewClient, input)
  return changeHost(ctx, ownerId, async ({ tx, now }) => {
    if ((await tx.platformClient.count({ where: { ownerId } })) >= MAX_CLIENTS) {
      const message = `An account has at most ${MAX_CLIENTS} platform clients.`
      throw new Refusal('LIMIT_REACHED', message, { limit: MAX_CLIENTS })
    }
    return tx.platformClient.create({
      data: {
        areEmailsEnabled: true,
        areDefaultEventTypesEnabled: false,
        areCalendarEventsEnabled: true,
        ...wanted,
        uid: newClientId(),
        ownerId,
        permissions: maskOf(permissions),
        encryptedSecret: ctx.secrets.encrypt(newToken('pcs_')),
        createdAt: now,
        updatedAt: now,
      },
    })
  })
}

/** Changes what the input names; what it may do stays. @throws Refusal NOT_FOUND; INVALID_INPUT. */
export async function updatePlatformClient(ctx: Context, input: unknown): Promise<PlatformClient> {
  const { id: uid, ...wanted } = parse(Changes, input)
  const client = await changeHost(ctx, hostOf(ctx), async ({ tx, now }) => {
    const { id } = await ownClient(ctx, uid, 'input.id', tx)
    return tx.platformClient.update({ where: { id }, data: { ...wanted, updatedAt: now } })
  })
  await forgetCredentialsOf(ctx, client)
  return client
}

/**
 * Takes a platform client away, with every token of its accounts. The accounts stay, so that their bookings do, and nobody
 * acts for them.
 * @throws Refusal NOT_FOUND.
 */
export async function deletePlatformClient(ctx: Context, uid: string): Promise<PlatformClient> {
  const client = await ownClient(ctx, uid)
  const userIds = await accountsOf(ctx, client)
  const deleted = await changeHost(ctx, hostOf(ctx), async ({ tx }) => {
    const { id } = await ownClient(ctx, uid, 'id', tx)
    return tx.platformClient.delete({ where: { id } })
  })
  await forgetCredentials(ctx, deleted.ownerId, ...userIds)
  return deleted
}

const accountsOf = async ({ db }: Context, { id }: PlatformClient): Promise<number[]> => {
  const accounts = await db.user.findMany({ where: { platformClientId: id }, select: { id: true } })
  return accounts.map(account => account.id)
}

async function forgetCredentialsOf(ctx: Context, client: PlatformClient): Promise<void> {
  await forgetCredentials(ctx, client.ownerId, ...(await accountsOf(ctx, client)))
}

const oldest: Keyset<PlatformClient, [number]> = {
  name: 'platformClients',
  order: 'asc',
  key: z.tuple([z.int32()]),
  keyOf: client => [client.id],
}

/** A page of the viewer's platform clients, oldest first. @throws Refusal INVALID_INPUT. */
export async function listPlatformClients(ctx: Context, args: PageArguments) {
  const credential = ctx.viewer?.credential
  const own = credential?.kind === 'platformClient' ? [{ id: credential.id }] : []
  const where = { ownerId: hostOf(ctx), AND: own }
  const page = await pageOf(oldest, args, ({ from, order, take, skip }) =>
    ctx.db.platformClient.findMany({
      where: { ...where, ...(from && { id: past(from.side, from.key[0]) }) },
      orderBy: { id: order },
      take,
      skip,
    }),
  )
  return { ...page, totalCount: () => ctx.db.platformClient.count({ where }) }
}
