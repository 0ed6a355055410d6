import { z } from 'zod'
import { type Context, hostOf, viewerOf } from '../context.ts'
import type { ApiKey } from '../db/generated/client/client.ts'
import { transact } from '../db/transact.ts'
import { ApiError, notFound } from '../errors.ts'
import { changeHost } from '../event-log/transaction.ts'
import { type Keyset, type PageArguments, pageOf, past } from '../graph/keyset-pagination.ts'
import { byId, newUid } from '../ids.ts'
import { isApiKeyScope, keyScopes } from '../scopes.ts'
import { tokenHash } from '../secrets.ts'
import { instant, parse, text } from '../validation.ts'
import { boundsFor, earlier, holdMaker } from './credential-bounds.ts'
import { forgetCredentials, newApiKey } from './credentials.ts'
import { revokeIssued } from './revoke-issued.ts'
import { transferIssued } from './transfer-issued.ts'

const MAX_KEYS = 50

const newKeyAt = (now: Date) =>
  z.object({
    label: text(100),
    scopes: z
      .array(z.string().refine(isApiKeyScope, 'is no scope that a key can have'))
      .min(1, 'must name at least one scope')
      .nullish(),
    expiresAt: instant.refine(value => value > now, 'must lie in the future').nullish(),
  })

/**
 * Creates a key; its secret is in this answer and nowhere else. Without `scopes` it has those of
 * its creator, except over credentials. It expires with its creator at the latest.
 * @throws ApiError LIMIT_REACHED with 50 keys that are not revoked; INVALID_INPUT, for scopes that
 * the creator lacks too.
 */
export async function createApiKey(ctx: Context, input: unknown) {
  const userId = hostOf(ctx)
  const wanted = parse(newKeyAt(ctx.clock.now()), input)
  const given = (wanted.scopes ?? []).map((name, at) => ({
    path: `input.scopes.${at}`,
    name,
    scopes: [name],
  }))
  const { maker, scopes, expiresAt } = boundsFor(viewerOf(ctx), given, wanted.expiresAt)
  const secret = newApiKey()
  const apiKey = await changeHost(ctx, userId, async ({ tx, now }) => {
    await holdMaker(tx, maker)
    const live = await tx.apiKey.count({ where: { userId, revokedAt: null } })
    if (live >= MAX_KEYS) {
      throw new ApiError('LIMIT_REACHED', `An account has at most ${MAX_KEYS} API keys.`, {
        limit: MAX_KEYS,
      })
    }
    return tx.apiKey.create({
      data: {
        ...rowOf(userId, secret, now),
        label: wanted.label,
        scopes: [...new Set(wanted.scopes ?? scopes.filter(scope => keyScopes.has(scope)))],
        expiresAt,
        madeByKeyId: maker.madeByKeyId,
      },
    })
  })
  return { apiKey, secret }
}

const replacementAt = (now: Date) =>
  z.object({ expiresAt: instant.refine(value => value > now, 'must lie in the future').nullish() })

/**
 * Creates a key in place of the one that the request came with, with its label and scopes. It
 * expires with that one at the latest. The replaced key ends; what was created with it depends on
 * the new key from now on.
 * @throws ApiError FORBIDDEN without an API key; INVALID_INPUT.
 */
export async function replaceApiKey(ctx: Context, input: unknown) {
  const userId = hostOf(ctx)
  const wanted = parse(replacementAt(ctx.clock.now()), input)
  const credential = ctx.viewer?.credential
  if (credential?.kind !== 'apiKey')
    throw new ApiError('FORBIDDEN', 'Send the API key that is to be replaced.')
  const secret = newApiKey()
  const { apiKey, moved } = await changeHost(ctx, userId, async ({ tx, now }) => {
    // Of two that replace it at once, one does.
    const { count } = await tx.apiKey.updateMany({
      where: { id: credential.id, userId, revokedAt: null },
      data: { revokedAt: now },
    })
    if (count === 0) throw new ApiError('UNAUTHENTICATED', 'The credential is not valid any more.')
    const { label, scopes, madeByKeyId, ...old } = await tx.apiKey.findUniqueOrThrow({
      where: { id: credential.id },
    })
    const expiresAt = earlier(wanted.expiresAt ?? null, old.expiresAt)
    const apiKey = await tx.apiKey.create({
      data: { ...rowOf(userId, secret, now), label, scopes, expiresAt, madeByKeyId },
    })
    return { apiKey, moved: await transferIssued(tx, credential.id, apiKey) }
  })
  await forgetCredentials(ctx, userId, ...moved)
  return { apiKey, secret }
}

/** What every new key has. */
const rowOf = (userId: number, secret: string, now: Date) => ({
  uid: newUid('ApiKey'),
  userId,
  tokenHash: tokenHash(secret),
  hint: secret.slice(-4),
  createdAt: now,
})

/**
 * Revokes a key, and ends everything that was created with it. Revoking twice is the same.
 * @throws ApiError NOT_FOUND.
 */
export async function revokeApiKey(ctx: Context, givenId: string) {
  const userId = hostOf(ctx)
  const apiKey = await ctx.db.apiKey.findUnique({ where: { ...byId(givenId), userId } })
  if (apiKey === null) throw notFound('API key', 'input.id')
  const now = ctx.clock.now()
  const { revoked, ended } = await transact(ctx, async ({ tx }) => ({
    revoked: await tx.apiKey.update({
      where: { id: apiKey.id },
      data: { revokedAt: apiKey.revokedAt ?? now },
    }),
    ended: await revokeIssued(tx, { keyIds: [apiKey.id] }, now),
  }))
  await forgetCredentials(ctx, userId, ...ended)
  return revoked
}

const newest: Keyset<ApiKey, [number]> = {
  name: 'apiKeys',
  order: 'desc',
  key: z.tuple([z.int32()]),
  keyOf: apiKey => [apiKey.id],
}

/**
 * A page of the viewer's keys, newest first, revoked ones among them.
 * @throws ApiError INVALID_INPUT.
 */
export async function listApiKeys(ctx: Context, args: PageArguments) {
  const userId = hostOf(ctx)
  const page = await pageOf(newest, args, ({ from, order, take }) =>
    ctx.db.apiKey.findMany({
      where: { userId, ...(from && { id: past(from.side, from.key[0]) }) },
      orderBy: { id: order },
      take,
    }),
  )
  return { ...page, totalCount: () => ctx.db.apiKey.count({ where: { userId } }) }
}
