import { z } from 'zod'
import { forgetCredentials } from '../accounts/credentials.ts'
import { revokeIssued } from '../accounts/revoke-issued.ts'
import { type Context, hostOf } from '../context.ts'
import type { OAuthClient, OAuthGrant } from '../db/generated/client/client.ts'
import { transact } from '../db/transact.ts'
import { notFound } from '../errors.ts'
import { changeHost } from '../event-log/transaction.ts'
import { type Keyset, type PageArguments, pageOf, past } from '../graph/keyset-pagination.ts'
import { newUid } from '../ids.ts'
import { newToken, tokenHash } from '../secrets.ts'
import type { Asked } from './authorization-request.ts'
import { sweep } from './tokens.ts'

/** How long a code waits to be redeemed, in seconds. */
export const CODE_SECONDS = 60

/** Whether the viewer has allowed the client all this before. */
export async function isGranted(
  ctx: Context,
  client: OAuthClient,
  scopes: string[],
): Promise<boolean> {
  const userId = hostOf(ctx)
  const grant = await ctx.db.oAuthGrant.findUnique({
    where: { userId_clientId: { userId, clientId: client.id } },
  })
  return grant !== null && scopes.every(scope => grant.scopes.includes(scope))
}

/**
 * Grants the client the requested scopes in addition to what it has. Returns an authorization code.
 */
export async function allow(ctx: Context, asked: Asked): Promise<string> {
  const userId = hostOf(ctx)
  const code = newToken('cpa_ac_')
  const { codeChallenge, redirectUri, scopes, scopeNames } = asked
  await changeHost(ctx, userId, async ({ tx, now }) => {
    const key = { userId, clientId: asked.client.id }
    const before = await tx.oAuthGrant.findUnique({ where: { userId_clientId: key } })
    const all = { scopes: [...new Set([...(before?.scopes ?? []), ...scopes])], updatedAt: now }
    const { id: grantId } = await tx.oAuthGrant.upsert({
      where: { userId_clientId: key },
      create: { uid: newUid('OAuthGrant'), ...key, ...all, createdAt: now },
      update: before?.scopes.length === all.scopes.length ? {} : all,
    })
    const expiresAt = new Date(now.getTime() + CODE_SECONDS * 1000)
    await tx.tokenFamily.create({
      data: {
        grantId,
        scopes,
        scopeNames,
        codeHash: tokenHash(code),
        codeChallenge,
        redirectUri,
        createdAt: now,
        expiresAt,
      },
    })
  })
  sweep(ctx)
  return code
}

/**
 * Ends all that the viewer allowed an app, with every token of it and everything that was created
 * with one.
 * @throws ApiError NOT_FOUND.
 */
export async function endAuthorization(ctx: Context, uid: string): Promise<{ id: string }> {
  const userId = hostOf(ctx)
  const ended = await transact(ctx, async ({ tx }) => {
    const grant = await tx.oAuthGrant.findUnique({ where: { uid, userId } })
    if (grant === null) throw notFound('authorization', 'input.id')
    await tx.oAuthGrant.deleteMany({ where: { id: grant.id } })
    return revokeIssued(tx, { grantIds: [grant.id] }, ctx.clock.now())
  })
  await forgetCredentials(ctx, userId, ...ended)
  return { id: uid }
}

const newest: Keyset<OAuthGrant, [number]> = {
  name: 'authorizedApps',
  order: 'desc',
  key: z.tuple([z.int32()]),
  keyOf: grant => [grant.id],
}

/** A page of what the viewer allowed to apps, newest first. @throws ApiError INVALID_INPUT. */
export async function listGrants(ctx: Context, args: PageArguments) {
  const userId = hostOf(ctx)
  const page = await pageOf(newest, args, ({ from, order, take }) =>
    ctx.db.oAuthGrant.findMany({
      where: { userId, ...(from && { id: past(from.side, from.key[0]) }) },
      orderBy: { id: order },
      take,
    }),
  )
  return { ...page, totalCount: () => ctx.db.oAuthGrant.count({ where: { userId } }) }
}
