import { type Context, hostOf } from '../context.ts'
import type { Hook } from '../db/generated/client/client.ts'
import { type Change, changeHost } from '../events/change.ts'
import { newUid } from '../ids.ts'
import { parse } from '../parse.ts'
import { notFound, Refusal } from '../refusal.ts'
import { HookChange, NewHook } from './input.ts'
import { newHookSecret } from './secret.ts'

/** Hooks that an account may have switched on at once; those that are off do not count. */
export const MAX_ACTIVE_HOOKS = 25

/**
 * Subscribes a receiver to events of the viewer. Its secret is in this answer and nowhere else.
 * @throws Refusal INVALID_INPUT; LIMIT_REACHED with 25 hooks that are active.
 */
export async function createHook(ctx: Context, input: unknown): Promise<{ hook: Hook; secret: string }> {
  const hostId = hostOf(ctx)
  const wanted = parse(NewHook, input)
  const secret = newHookSecret()
  const hook = await changeHost(ctx, hostId, async change => {
    await needRoom(change)
    return change.tx.hook.create({
      data: {
        uid: newUid('Hook'),
        hostId,
        url: wanted.url,
        label: wanted.label ?? null,
        events: wanted.events,
        encryptedSecret: ctx.secrets.encrypt(secret),
        createdAt: change.now,
        updatedAt: change.now,
      },
    })
  })
  return { hook, secret }
}

/**
 * Changes the fields that the input names.
 * @throws Refusal INVALID_INPUT; NOT_FOUND; LIMIT_REACHED for switching on one more than 25.
 */
export async function updateHook(ctx: Context, input: unknown): Promise<Hook> {
  const hostId = hostOf(ctx)
  const { id: uid, ...wanted } = parse(HookChange, input)
  return changeHost(ctx, hostId, async change => {
    const hook = await ownHook(change, uid, 'input.id')
    if (wanted.isActive === true && !hook.isActive) await needRoom(change)
    return change.tx.hook.update({ where: { id: hook.id }, data: { ...wanted, updatedAt: change.now } })
  })
}

/** Gives the hook another secret; what was signed with the old one is not valid any more. @throws Refusal NOT_FOUND. */
export async function rotateHookSecret(ctx: Context, uid: string): Promise<{ hook: Hook; secret: string }> {
  const hostId = hostOf(ctx)
  const secret = newHookSecret()
  const hook = await changeHost(ctx, hostId, async change => {
    const { id } = await ownHook(change, uid)
    const encryptedSecret = ctx.secrets.encrypt(secret)
    return change.tx.hook.update({ where: { id }, data: { encryptedSecret, updatedAt: change.now } })
  })
  return { hook, secret }
}

/** @throws Refusal NOT_FOUND, for one that was deleted before too. */
export async function deleteHook(ctx: Context, uid: string): Promise<{ id: string }> {
  await changeHost(ctx, hostOf(ctx), async change => {
    const { id } = await ownHook(change, uid)
    await change.tx.hook.delete({ where: { id } })
  })
  return { id: uid }
}

async function ownHook({ tx, hostId }: Change, uid: string, path = 'id'): Promise<Hook> {
  const hook = await tx.hook.findUnique({ where: { uid, hostId } })
  if (hook === null) throw notFound('hook', path)
  return hook
}

async function needRoom({ tx, hostId }: Change): Promise<void> {
  const active = await tx.hook.count({ where: { hostId, isActive: true } })
  if (active < MAX_ACTIVE_HOOKS) return
  throw new Refusal('LIMIT_REACHED', `An account has at most ${MAX_ACTIVE_HOOKS} active hooks.`, {
    limit: MAX_ACTIVE_HOOKS,
  })
}
