import { z } from 'zod'
import { forgetCredentials } from '../accounts/credentials.ts'
import { revokeIssued } from '../accounts/revoke-issued.ts'
import { type Context, hostOf } from '../context.ts'
import type { OAuthClient } from '../db/generated/client/client.ts'
import { ApiError, notFound } from '../errors.ts'
import { type Change, changeHost } from '../event-log/transaction.ts'
import { type Keyset, type PageArguments, pageOf, past } from '../graph/keyset-pagination.ts'
import { newUid } from '../ids.ts'
import { isKeyScope, keyScopes } from '../scopes.ts'
import { newToken, tokenHash } from '../secrets.ts'
import { parse, text } from '../validation.ts'
import { redirectUri } from './redirect-uri.ts'

/** Apps that an account may have registered. */
const MAX_CLIENTS = 50

const redirectUris = z
  .array(redirectUri)
  .min(1, 'must name at least one URI')
  .max(20, 'must name at most 20 URIs')
  .refine(uris => new Set(uris).size === uris.length, 'must name each URI once')

const scopes = z
  .array(z.string().refine(isKeyScope, 'is no scope that an app can have'))
  .min(1, 'must name at least one scope')
  .transform(names => [...new Set(names)])

const NewClient = z.object({
  name: text(100),
  redirectUris,
  scopes: scopes.nullish(),
  isPublic: z.boolean().nullish(),
})

const ClientChange = z.object({
  id: z.string(),
  name: text(100).optional(),
  redirectUris: redirectUris.optional(),
  scopes: scopes.optional(),
})

/** An app, with its secret when that was just made. */
export interface WithSecret {
  client: OAuthClient
  /** Undefined for a public client. */
  secret?: string
}

const newSecret = () => newToken('ocs_')

/**
 * Registers an app. The secret of a confidential one is in this answer and nowhere else.
 * @throws ApiError INVALID_INPUT; LIMIT_REACHED with 50 apps.
 */
export async function createClient(ctx: Context, input: unknown): Promise<WithSecret> {
  const ownerId = hostOf(ctx)
  const wanted = parse(NewClient, input)
  const secret = wanted.isPublic === true ? undefined : newSecret()
  const client = await changeHost(ctx, ownerId, async ({ tx, now }) => {
    if ((await tx.oAuthClient.count({ where: { ownerId } })) >= MAX_CLIENTS) {
      throw new ApiError('LIMIT_REACHED', `An account has at most ${MAX_CLIENTS} OAuth apps.`, {
        limit: MAX_CLIENTS,
      })
    }
    return tx.oAuthClient.create({
      data: {
        uid: newUid('OAuthClient'),
        ownerId,
        name: wanted.name,
        secretHash: secret === undefined ? null : tokenHash(secret),
        redirectUris: wanted.redirectUris,
        scopes: wanted.scopes ?? [...keyScopes],
        createdAt: now,
        updatedAt: now,
      },
    })
  })
  return { client, secret }
}

/**
 * Changes the fields that the input names; what users have allowed stays.
 * @throws ApiError INVALID_INPUT; NOT_FOUND.
 */
export async function updateClient(ctx: Context, input: unknown): Promise<OAuthClient> {
  const { id: uid, ...wanted } = parse(ClientChange, input)
  return changeHost(ctx, hostOf(ctx), async change => {
    const { id } = await ownClient(change, uid, 'input.id')
    return change.tx.oAuthClient.update({
      where: { id },
      data: { ...wanted, updatedAt: change.now },
    })
  })
}

/**
 * Gives the app another secret, at once; tokens stay.
 * @throws ApiError NOT_FOUND; CONFLICT for a public app.
 */
export async function rotateClientSecret(ctx: Context, uid: string): Promise<WithSecret> {
  const secret = newSecret()
  const client = await changeHost(ctx, hostOf(ctx), async change => {
    const { id, secretHash } = await ownClient(change, uid, 'input.id')
    if (secretHash === null) throw new ApiError('CONFLICT', 'A public app has no secret.')
    const data = { secretHash: tokenHash(secret), updatedAt: change.now }
    return change.tx.oAuthClient.update({ where: { id }, data })
  })
  return { client, secret }
}

/**
 * Deletes an app, with every token of its users and everything that was created with one.
 * @throws ApiError NOT_FOUND.
 */
export async function deleteClient(ctx: Context, uid: string): Promise<{ id: string }> {
  const userIds = await changeHost(ctx, hostOf(ctx), async change => {
    const { tx, now } = change
    const { id } = await ownClient(change, uid, 'input.id')
    const grants = await tx.oAuthGrant.findMany({
      where: { clientId: id },
      select: { id: true, userId: true },
    })
    await tx.oAuthClient.delete({ where: { id } })
    const ended = await revokeIssued(tx, { grantIds: grants.map(grant => grant.id) }, now)
    return [...grants.map(({ userId }) => userId), ...ended]
  })
  await forgetCredentials(ctx, ...userIds)
  return { id: uid }
}

async function ownClient({ tx, hostId }: Change, uid: string, path = 'id'): Promise<OAuthClient> {
  const client = await tx.oAuthClient.findUnique({ where: { uid, ownerId: hostId } })
  if (client === null) throw notFound('OAuth client', path)
  return client
}

const newest: Keyset<OAuthClient, [number]> = {
  name: 'oauthClients',
  order: 'desc',
  key: z.tuple([z.int32()]),
  keyOf: client => [client.id],
}

/** A page of the apps that the viewer registered, newest first. @throws ApiError INVALID_INPUT. */
export async function listClients(ctx: Context, args: PageArguments) {
  const ownerId = hostOf(ctx)
  const page = await pageOf(newest, args, ({ from, order, take }) =>
    ctx.db.oAuthClient.findMany({
      where: { ownerId, ...(from && { id: past(from.side, from.key[0]) }) },
      orderBy: { id: order },
      take,
    }),
  )
  return { ...page, totalCount: () => ctx.db.oAuthClient.count({ where: { ownerId } }) }
}
