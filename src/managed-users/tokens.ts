// Tokens with which a platform client acts for an account that it made.

import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { isLiveClient } from '../accounts/credential-bounds.ts'
import { forgetCredentials } from '../accounts/credentials.ts'
import type { Context } from '../context.ts'
import type { Tx } from '../db/client.ts'
import type { PlatformClient } from '../db/generated/client/client.ts'
import { transact } from '../db/transact.ts'
import { ApiError, invalid } from '../errors.ts'
import { equalInConstantTime, tokenHash } from '../secrets.ts'
import { MINUTE_MS } from '../time.ts'
import { parse } from '../validation.ts'
import { managedAccount, ownClient } from './find.ts'

const ACCESS_MS = 60 * MINUTE_MS
const REFRESH_MS = 365 * 24 * 60 * MINUTE_MS

/** Two tokens, in this answer and nowhere else. */
export interface ManagedTokens {
  accessToken: string
  refreshToken: string
  accessTokenExpiresAt: Date
  refreshTokenExpiresAt: Date
}

/** Makes two tokens for an account of the client. */
export async function issueTokens(
  ctx: Context,
  tx: Tx,
  client: PlatformClient,
  userId: number,
): Promise<ManagedTokens> {
  const now = ctx.clock.now()
  const accessTokenExpiresAt = new Date(now.getTime() + ACCESS_MS)
  const refreshTokenExpiresAt = new Date(now.getTime() + REFRESH_MS)
  const sign = (type: 'access' | 'refresh', expiresAt: Date) =>
    ctx.secrets.signJwt({
      type,
      clientId: client.uid,
      ownerId: userId,
      expiresAt: expiresAt.getTime(),
      iat: Math.floor(now.getTime() / 1_000),
      jti: randomUUID(),
    })
  const accessToken = sign('access', accessTokenExpiresAt)
  const refreshToken = sign('refresh', refreshTokenExpiresAt)
  await tx.managedToken.deleteMany({
    where: {
      userId,
      accessExpiresAt: { lte: now },
      OR: [{ refreshHash: null }, { refreshExpiresAt: { lte: now } }],
    },
  })
  await tx.managedToken.create({
    data: {
      userId,
      clientId: client.id,
      accessHash: tokenHash(accessToken),
      refreshHash: tokenHash(refreshToken),
      createdAt: now,
      accessExpiresAt: accessTokenExpiresAt,
      refreshExpiresAt: refreshTokenExpiresAt,
    },
  })
  return { accessToken, refreshToken, accessTokenExpiresAt, refreshTokenExpiresAt }
}

/** @throws ApiError CONFLICT for a client that has ended with the credential that created it. */
export async function requireLive({ db, clock }: Context, client: PlatformClient): Promise<void> {
  if (await isLiveClient(db, client, clock.now())) return
  throw new ApiError(
    'CONFLICT',
    'The platform client has ended with the credential that created it; take it over first.',
  )
}

const Renewal = z.object({ clientId: z.string(), userId: z.string() })

/** Ends every token of an account and makes two others. @throws ApiError NOT_FOUND. */
export async function renewManagedTokens(ctx: Context, input: unknown): Promise<ManagedTokens> {
  const wanted = parse(Renewal, input)
  const client = await ownClient(ctx, wanted.clientId, 'input.clientId')
  const { id: userId } = await managedAccount(ctx, client, wanted.userId, 'input.userId')
  await requireLive(ctx, client)
  const tokens = await transact(ctx, async ({ tx }) => {
    await tx.managedToken.deleteMany({ where: { userId, clientId: client.id } })
    return issueTokens(ctx, tx, client, userId)
  })
  await forgetCredentials(ctx, userId)
  return tokens
}

const Refresh = z.object({
  clientId: z.string(),
  clientSecret: z.string(),
  refreshToken: z.string(),
})

/**
 * Exchanges a refresh token for a new pair of tokens. Requires the secret of the client.
 * @throws ApiError UNAUTHENTICATED for a wrong secret; INVALID_INPUT for a refresh token that is
 * not good (any more).
 */
export async function refreshManagedTokens(ctx: Context, input: unknown): Promise<ManagedTokens> {
  const { clientId: uid, clientSecret, refreshToken } = parse(Refresh, input)
  const who = `${uid} ${ctx.clientAddress}`
  await ctx.limits.take('clientFailures', who, 0)
  const client = await ctx.db.platformClient.findUnique({ where: { uid } })
  if (
    client === null ||
    !equalInConstantTime(clientSecret, ctx.secrets.decrypt(client.encryptedSecret))
  ) {
    await ctx.limits.count('clientFailures', who)
    throw new ApiError('UNAUTHENTICATED', 'The client or its secret is wrong.')
  }
  if (!(await isLiveClient(ctx.db, client, ctx.clock.now())))
    throw new ApiError(
      'UNAUTHENTICATED',
      'The client has ended with the credential that created it.',
    )
  const refreshHash = tokenHash(refreshToken)
  const now = ctx.clock.now()
  return transact(ctx, async ({ tx }) => {
    const pair = await tx.managedToken.findUnique({ where: { refreshHash, clientId: client.id } })
    // Of two that use it at once, one does.
    const { count } = await tx.managedToken.updateMany({
      where: { id: pair?.id ?? 0, refreshHash, refreshExpiresAt: { gt: now } },
      data: { refreshHash: null },
    })
    if (pair === null || count === 0) {
      await ctx.limits.count('clientFailures', who)
      throw invalid('input.refreshToken', 'is not valid (any more)')
    }
    return issueTokens(ctx, tx, client, pair.userId)
  })
}
