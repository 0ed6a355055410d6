import { z } from 'zod'
import { holdMaker, type Maker, makerOf } from '../accounts/credential-bounds.ts'
import { type Context, lacking, viewerOf } from '../context.ts'
import type { Tx } from '../db/client.ts'
import { type Hook, HookDialect, type Prisma } from '../db/generated/client/client.ts'
import { ApiError, type FieldProblem, invalid, invalidFields, notFound } from '../errors.ts'
import type { EventKind } from '../event-log/kinds.ts'
import { type Change, changeHost, changeHosts } from '../event-log/transaction.ts'
import { byId, newUid } from '../ids.ts'
import { HOUR_MS } from '../time.ts'
import { parse } from '../validation.ts'
import { giveUpWaiting } from './disable.ts'
import { HookChange, NewHook } from './input.ts'
import { managedBy } from './ownership.ts'
import { reachOfHook, requireHookReach, requirePayloadScopes } from './payload-scopes.ts'
import { whyUnusable } from './render.ts'
import { newHookSecret } from './secret.ts'
import { subjectOf } from './subject.ts'

/** Hooks that an account may have switched on at once; those that are off do not count. */
export const MAX_ACTIVE_HOOKS = 25

/** Hooks that an account may have in all, those that are off among them. */
export const MAX_HOOKS = 200

/** How long deliveries are signed with the secret before the last one too. */
export const SECRET_OVERLAP_HOURS = 24

/**
 * Subscribes a receiver to events of the viewer, or of a team or event type that they manage. Its
 * secret is in this answer and nowhere else.
 * @throws ApiError INVALID_INPUT, for a receiver that may not be called too; LIMIT_REACHED with 25
 * hooks that are active, or 200 in all; CONFLICT for a URL that another hook has, where that was
 * not wanted; NOT_FOUND for a team or event type that the viewer does not see; FORBIDDEN for one
 * that they do not manage; INSUFFICIENT_SCOPE for events whose payload shows what the credential
 * may not read.
 */
export async function createHook(
  ctx: Context,
  input: unknown,
): Promise<{ hook: Hook; secret: string }> {
  const viewer = viewerOf(ctx)
  const hostId = viewer.userId
  const wanted = parse(NewHook, input)
  if (viewer.ofClient !== undefined && wanted.platformClientId == null)
    throw lacking('webhooks:manage')
  requirePayloadScopes(viewer, wanted.events)
  const maker = makerOf(viewer)
  await requireFitting(ctx, wanted.dialect, wanted)
  const secret = wanted.secret ?? newHookSecret()
  const hook = await changeHost(ctx, hostId, async change => {
    await holdMaker(change.tx, maker)
    await requireRoom(change, 'in all')
    if (wanted.isActive !== false) await requireRoom(change, 'active')
    const subject = await subjectOf(ctx, change.tx, wanted)
    await requireHookReach(
      change.tx,
      { ...nobodys, ...subject, ...maker, hostId },
      wanted.events,
      change.now,
    )
    if (wanted.hasOwnUrl === true)
      await requireOwnUrl(change, { ...wanted, ...nobodys, ...subject })
    return change.tx.hook.create({
      data: {
        uid: newUid('Hook'),
        hostId,
        ...subject,
        ...maker,
        dialect: wanted.dialect,
        url: wanted.url,
        label: wanted.label ?? null,
        events: wanted.events,
        messages: wanted.messages ?? [...(ctx.formats.get(wanted.dialect)?.messages?.names ?? [])],
        metadata: wanted.metadata ?? {},
        payloadTemplate: wanted.payloadTemplate ?? null,
        encryptedSecret: ctx.secrets.encrypt(secret),
        isActive: wanted.isActive ?? true,
        asksSince: change.now,
        createdAt: change.now,
        updatedAt: change.now,
      },
    })
  })
  return { hook, secret }
}

/**
 * Changes the fields that the input names. What waits for a hook that is switched off is given up.
 * A hook that gets another URL, or whose credential has ended, depends on the credential of this
 * request from now on.
 * @throws ApiError INVALID_INPUT; NOT_FOUND; LIMIT_REACHED for switching on one more than 25;
 * INSUFFICIENT_SCOPE unless this credential, and the one that the hook depends on, may read what
 * its payloads show.
 */
export async function updateHook(ctx: Context, input: unknown): Promise<Hook> {
  const { id, secret, hasOwnUrl, ...wanted } = parse(HookChange, input)
  const { dialect } = await ownHook(ctx, id, 'input.id')
  await requireFitting(ctx, dialect, { ...wanted, secret })
  return changeHook(ctx, id, 'input.id', async (change, hook) => {
    const { tx, now } = change
    const maker = await makerAfter(ctx, tx, hook, wanted, now)
    if (wanted.isActive === true && !hook.isActive) await requireRoom(change, 'active')
    if (hasOwnUrl === true) await requireOwnUrl(change, { ...hook, ...wanted }, hook.id)
    if (wanted.isActive === false) await giveUpWaiting(change, hook.id)
    const isNewStart = wanted.isActive === true || wanted.url !== undefined
    return tx.hook.update({
      where: { id: hook.id },
      data: {
        ...wanted,
        ...maker,
        ...(isNewStart && { failingSince: null, pausedUntil: null }),
        ...(wanted.isActive !== undefined && { disabledReason: null }),
        ...(subscribesToMore(hook, wanted) && { asksSince: now }),
        ...(secret !== undefined && newSecret(ctx, hook, secret, now)),
        updatedAt: now,
      },
    })
  })
}

/**
 * The credential that the hook depends on after a change.
 * @throws ApiError as `updateHook` does.
 */
async function makerAfter(
  ctx: Context,
  tx: Tx,
  hook: Hook,
  wanted: Wanted,
  now: Date,
): Promise<Maker> {
  const viewer = viewerOf(ctx)
  const events = wanted.events ?? hook.events
  requirePayloadScopes(viewer, events)
  const isEnded =
    hook.disabledReason === 'REVOKED' || (await reachOfHook(tx, hook, now)) === undefined
  const isNew = isEnded || (wanted.url !== undefined && wanted.url !== hook.url)
  const { madeByKeyId, madeByGrantId, madeByFamilyId, madeByClientId } = isNew
    ? makerOf(viewer)
    : hook
  const maker = { madeByKeyId, madeByGrantId, madeByFamilyId, madeByClientId }
  if (isNew) await holdMaker(tx, maker)
  await requireHookReach(tx, { ...hook, ...maker }, events, now)
  return maker
}

/**
 * Gives the hook another secret. For a day deliveries are signed with the old one too, so that the
 * receiver can change at leisure.
 * @throws ApiError NOT_FOUND; INSUFFICIENT_SCOPE.
 */
export async function rotateHookSecret(
  ctx: Context,
  givenId: string,
): Promise<{ hook: Hook; secret: string }> {
  const secret = newHookSecret()
  const hook = await changeHook(ctx, givenId, 'input.id', ({ tx, now }, old) => {
    requirePayloadScopes(viewerOf(ctx), old.events)
    return tx.hook.update({
      where: { id: old.id },
      data: { ...newSecret(ctx, old, secret, now), updatedAt: now },
    })
  })
  return { hook, secret }
}

/** @throws ApiError NOT_FOUND, for one that was deleted before too. */
export async function deleteHook(ctx: Context, givenId: string): Promise<{ id: string }> {
  return changeHook(ctx, givenId, 'input.id', async ({ tx }, { id, uid }) => {
    await tx.hook.delete({ where: { id } })
    return { id: uid }
  })
}

const Several = z.object({
  eventTypeId: z.string().nullish(),
  platformClientId: z.string().nullish(),
  dialect: z.enum(HookDialect).nullish(),
})

/**
 * Takes all hooks of an event type or of a platform client away that the viewer manages, or those
 * of one form.
 * @returns how many that were
 * @throws ApiError NOT_FOUND; FORBIDDEN for an event type that the viewer does not manage;
 * INVALID_INPUT unless one of them is named.
 */
export async function deleteHooks(ctx: Context, input: unknown): Promise<{ count: number }> {
  const { dialect, ...named } = parse(Several, input)
  if ((named.eventTypeId == null) === (named.platformClientId == null)) {
    throw invalid('input.eventTypeId', 'give either eventTypeId or platformClientId')
  }
  const { eventTypeId, platformClientId } = await subjectOf(ctx, ctx.db, named)
  const of =
    platformClientId === undefined ? { eventTypeId: eventTypeId ?? 0 } : { platformClientId }
  const where = { ...of, ...(dialect != null && { dialect }), ...managedBy(viewerOf(ctx)) }
  const hooks = await ctx.db.hook.findMany({ where, select: { hostId: true } })
  const owners = hooks.map(({ hostId }) => hostId)
  return changeHosts(ctx, owners, ({ tx }) =>
    tx.hook.deleteMany({ where: { ...where, hostId: { in: owners } } }),
  )
}

/**
 * Runs a change of a hook as one of its host, who need not be the viewer.
 * @throws ApiError NOT_FOUND.
 */
export async function changeHook<T>(
  ctx: Context,
  id: string,
  path: string,
  work: (change: Change, hook: Hook) => Promise<T>,
): Promise<T> {
  const { hostId } = await ownHook(ctx, id, path)
  return changeHost(ctx, hostId, async change =>
    work(change, await ownHook(ctx, id, path, change.tx)),
  )
}

/** A hook that the viewer manages. @throws ApiError NOT_FOUND. */
export async function ownHook(
  ctx: Context,
  id: string,
  path = 'id',
  db: Tx = ctx.db,
): Promise<Hook> {
  const hook = await db.hook.findFirst({ where: { ...byId(id), ...managedBy(viewerOf(ctx)) } })
  if (hook === null) throw notFound('hook', path)
  return hook
}

/** Whether the webhook subscribes to a kind that it did not subscribe to before. */
const subscribesToMore = (
  hook: Hook,
  { isActive, events = [] }: { isActive?: boolean | undefined; events?: string[] | undefined },
) => (isActive === true && !hook.isActive) || events.some(kind => !hook.events.includes(kind))

function newSecret(
  { secrets }: Context,
  hook: Hook,
  secret: string,
  now: Date,
): Prisma.HookUpdateInput {
  return {
    encryptedSecret: secrets.encrypt(secret),
    encryptedPreviousSecret: hook.encryptedSecret,
    previousSecretUntil: new Date(now.getTime() + SECRET_OVERLAP_HOURS * HOUR_MS),
  }
}

const nobodys = { teamId: null, eventTypeId: null, platformClientId: null }

/**
 * Refuses the URL of another hook of the dialect for the same: the account, the team, the event
 * type, or the client.
 */
async function requireOwnUrl(
  { tx, hostId }: Change,
  {
    dialect,
    url,
    teamId,
    eventTypeId,
    platformClientId,
  }: Pick<Hook, 'dialect' | 'url' | keyof typeof nobodys>,
  id = 0,
): Promise<void> {
  const owner = (teamId ?? eventTypeId ?? platformClientId) === null ? { hostId } : {}
  const where = { ...owner, teamId, eventTypeId, platformClientId, dialect, url, id: { not: id } }
  if ((await tx.hook.count({ where })) === 0) return
  const message = 'is the URL of another hook'
  throw new ApiError('CONFLICT', `The URL ${message}.`, {
    fields: [{ path: 'input.url', message }],
  })
}

interface Wanted {
  url?: string | undefined
  messages?: string[] | null | undefined
  events?: EventKind[] | undefined
  secret?: string | null | undefined
  payloadTemplate?: string | null | undefined
}

/**
 * Holds what is wanted to the dialect, and the receiver to the operator's rules.
 * @throws ApiError INVALID_INPUT.
 */
async function requireFitting(
  ctx: Context,
  dialect: HookDialect,
  { url, events, messages, secret, payloadTemplate }: Wanted,
): Promise<void> {
  const format = ctx.formats.get(dialect)
  const problems: FieldProblem[] = []
  const note = (path: string, message: string | undefined) => {
    if (message !== undefined) problems.push({ path: `input.${path}`, message })
  }
  if (format === undefined) note('dialect', 'is not available on this server')
  if (url !== undefined) note('url', await ctx.whyNotReceiver(url, format?.httpsOnly === true))
  for (const [at, kind] of (events ?? []).entries()) {
    if (format?.kinds.includes(kind) === false)
      note(`events.${at}`, `${dialect} webhooks do not receive ${kind}`)
  }
  for (const [at, name] of (messages ?? []).entries()) {
    if (format?.messages?.names.includes(name) !== true)
      note(`messages.${at}`, `is no message of ${dialect} hooks`)
  }
  if (secret != null) note('secret', format?.whyNotSecret(secret))
  if (payloadTemplate != null) {
    const takesTemplates = format?.takesTemplates === true
    note(
      'payloadTemplate',
      takesTemplates
        ? await whyUnusable(ctx, payloadTemplate)
        : `${dialect} hooks take no template`,
    )
  }
  if (problems.length > 0) throw invalidFields(problems)
}

async function requireRoom({ tx, hostId }: Change, which: 'active' | 'in all'): Promise<void> {
  const limit = which === 'active' ? MAX_ACTIVE_HOOKS : MAX_HOOKS
  const count = await tx.hook.count({
    where: { hostId, ...(which === 'active' && { isActive: true }) },
  })
  if (count < limit) return
  const hooks = which === 'active' ? 'active hooks' : 'hooks in all'
  throw new ApiError('LIMIT_REACHED', `An account has at most ${limit} ${hooks}.`, { limit })
}
