import { customAlphabet } from 'nanoid'
import { z } from 'zod'
import { type Bounds, boundsFor, holdMaker } from '../accounts/credential-bounds.ts'
import { forgetCredentials } from '../accounts/credentials.ts'
import { maskOf, permissionNames, permissions as permissionTable } from '../accounts/permissions.ts'
import { revokeIssued } from '../accounts/revoke-issued.ts'
import { type Context, hostOf, viewerOf } from '../context.ts'
import type { PlatformClient } from '../db/generated/client/client.ts'
import { ApiError, invalid } from '../errors.ts'
import { changeHost } from '../event-log/transaction.ts'
import { type Keyset, type PageArguments, pageOf, past } from '../graph/keyset-pagination.ts'
import { newToken } from '../secrets.ts'
import { isSitePattern } from '../site-pattern.ts'
import { httpUrl, parse, text } from '../validation.ts'
import { ownClient, scopeBeyond } from './find.ts'

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
const redirectUris = z
  .array(redirectUri)
  .min(1, 'must name at least one URI')
  .max(20, 'must name at most 20 URIs')

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

const Changes = z.object({ ...settings, clientId: z.string(), takeOver: z.boolean().nullish() })

/**
 * Creates a platform client of the viewer. On the viewer's own account it may do what this
 * credential may, within its permissions; and it ends with this credential.
 * @throws ApiError LIMIT_REACHED with 50 of them; INVALID_INPUT, for permissions that the
 * credential lacks too.
 */
export async function createPlatformClient(ctx: Context, input: unknown): Promise<PlatformClient> {
  const ownerId = hostOf(ctx)
  const { permissions, ...wanted } = parse(NewClient, input)
  const given = permissions.map((name, at) => ({
    path: `input.permissions.${at}`,
    name,
    scopes: permissionTable[name].scopes,
  }))
  const bounds = boundsFor(viewerOf(ctx), given)
  return changeHost(ctx, ownerId, async ({ tx, now }) => {
    await holdMaker(tx, bounds.maker)
    if ((await tx.platformClient.count({ where: { ownerId } })) >= MAX_CLIENTS) {
      const message = `An account has at most ${MAX_CLIENTS} platform clients.`
      throw new ApiError('LIMIT_REACHED', message, { limit: MAX_CLIENTS })
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
        ...boundedBy(bounds),
        encryptedSecret: ctx.secrets.encrypt(newToken('pcs_')),
        createdAt: now,
        updatedAt: now,
      },
    })
  })
}

const boundedBy = ({ maker, scopes, expiresAt }: Bounds) => ({
  ...maker,
  ownerScopes: scopes,
  expiresAt,
})

/**
 * Changes the fields that the input names; permissions stay. With `takeOver` the client gets a new
 * secret and depends on the credential of this request from now on, also when the one that created
 * it has ended.
 * @throws ApiError NOT_FOUND; INVALID_INPUT; INSUFFICIENT_SCOPE.
 */
export async function updatePlatformClient(ctx: Context, input: unknown): Promise<PlatformClient> {
  const { clientId: uid, takeOver, ...wanted } = parse(Changes, input)
  const viewer = viewerOf(ctx)
  const client = await changeHost(ctx, hostOf(ctx), async ({ tx, now }) => {
    const { id } = await ownClient(ctx, uid, 'input.clientId', tx)
    if (takeOver !== true)
      return tx.platformClient.update({ where: { id }, data: { ...wanted, updatedAt: now } })
    if (viewer.credential.kind === 'platformClient')
      throw invalid('input.takeOver', 'takes a credential of the owner')
    const bounds = boundsFor(viewer, [])
    await holdMaker(tx, bounds.maker)
    const encryptedSecret = ctx.secrets.encrypt(newToken('pcs_'))
    const data = {
      ...wanted,
      ...boundedBy(bounds),
      revokedAt: null,
      encryptedSecret,
      updatedAt: now,
    }
    return tx.platformClient.update({ where: { id }, data })
  })
  await forgetCredentialsOf(ctx, client)
  return client
}

/**
 * Deletes a platform client, revokes the tokens of its accounts, and ends what was created with it.
 * The accounts stay with their bookings, and nobody acts for them.
 * @throws ApiError NOT_FOUND; INSUFFICIENT_SCOPE.
 */
export async function deletePlatformClient(ctx: Context, uid: string): Promise<PlatformClient> {
  const client = await ownClient(ctx, uid, 'input.clientId')
  const userIds = await accountsOf(ctx, client)
  const { deleted, ended } = await changeHost(ctx, hostOf(ctx), async ({ tx, now }) => {
    const { id } = await ownClient(ctx, uid, 'input.clientId', tx)
    const deleted = await tx.platformClient.delete({ where: { id } })
    return { deleted, ended: await revokeIssued(tx, { clientIds: [id] }, now) }
  })
  await forgetCredentials(ctx, deleted.ownerId, ...userIds, ...ended)
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

/**
 * A page of the viewer's platform clients, oldest first: those that may do no more than the
 * credential of the request, since they come with their secrets.
 * @throws ApiError INVALID_INPUT.
 */
export async function listPlatformClients(ctx: Context, args: PageArguments) {
  const viewer = viewerOf(ctx)
  const all = await ctx.db.platformClient.findMany({ where: { ownerId: viewer.userId } })
  const isOwnAlone = viewer.credential.kind === 'platformClient'
  const shown = all.filter(client =>
    isOwnAlone ? client.id === viewer.credential.id : !scopeBeyond(viewer, client),
  )
  const where = { id: { in: shown.map(({ id }) => id) } }
  const page = await pageOf(oldest, args, ({ from, order, take, skip }) =>
    ctx.db.platformClient.findMany({
      where: { AND: [where, from ? { id: past(from.side, from.key[0]) } : {}] },
      orderBy: { id: order },
      take,
      skip,
    }),
  )
  return { ...page, totalCount: () => shown.length }
}
