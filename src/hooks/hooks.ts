import { type Context, hostOf } from '../context.ts'
import type { Hook } from '../db/generated/client/client.ts'
import { type Change, changeHost } from '../events/change.ts'
import { byId, newUid } from '../ids.ts'
import { parse } from '../parse.ts'
import { notFound, Refusal } from '../refusal.ts'
import { HookChange, NewHook } from './input.ts'
import { newHookSecret } from './secret.ts'

/** Hooks that an account may have switched on at once; those that are off do not count. */
export const MAX_ACTIVE_HOOKS = 25

/** Hooks that an account may have in all, those that are off among them. */
export const MAX_HOOKS = 200

/**
 * Subscribes a receiver to events of the viewer. Its secret is in this answer and nowhere else.
 * @throws Refusal INVALID_INPUT; LIMIT_REACHED with 25 hooks that are active, or 200 in all.
 */
export async function createHook(ctx: Context, input: unknown): Promise<{ hook: Hook; secret: string }> {
  const hostId = hostOf(ctx)
  const wanted = parse(NewHook, input)
  const secret = newHookSecret()
  const hook = await changeHost(ctx, hostId, async change => {
    await needRoom(change, 'in all')
    await needRoom(change, 'active')
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
  const { id, ...wanted } = parse(HookChange, input)
  return changeHost(ctx, hostId, async change => {
    const hook = await ownHook(change, id, 'input.id')
    if (wanted.isActive === true && !hook.isActive) await needRoom(change, 'active')
    return change.tx.hook.update({ where: { id: hook.id }, data: { ...wanted, updatedAt: change.now } })
  })
}

/** Gives the hook another secret; what was signed with the old one is not valid any more. @throws Refusal NOT_FOUND. */
export async function rotateHookSecret(ctx: Context, givenId: string): Promise<{ hook: Hook; secret: string }> {
  const hostId = hostOf(ctx)
  const secret = newHookSecret()
  const hook = await changeHost(ctx, hostId, async change => {
    const { id } = await ownHook(change, givenId)
    const encryptedSecret = ctx.secrets.encrypt(secret)
    return change.tx.hook.update({ where: { id }, data: { encryptedSecret, updatedAt: change.now } })
  })
  return { hook, secret }
}

/** @throws Refusal NOT_FOUND, for one that was deleted before too. */
export async function deleteHook(ctx: Context, givenId: string): Promise<{ id: string }> {
  const { uid } = await changeHost(ctx, hostOf(ctx), async change => {
    const { id } = await ownHook(change, givenId)
    return change.tx.hook.delete({ where: { id } })
  })
  return { id: uid }
}

async function ownHook({ tx, hostId }: Change, id: string, path = 'id'): Promise<Hook> {
  const hook = await tx.hook.findUnique({ where: { ...byId(id), hostId } })
  if (hook === null) throw notFound('hook', path)
  return hook
}

async function needRoom({ tx, hostId }: Change, which: 'active' | 'in all'): Promise<void> {
  const limit = which === 'active' ? MAX_ACTIVE_HOOKS : MAX_HOOKS
  const count = await tx.hook.count({ where: { hostId, ...(which === 'active' && { isActive: true }) } })
  if (count < limit) return
  const hooks = which === 'active' ? 'active hooks' : 'hooks in all'
  throw new Refusal('LIMIT_REACHED', `An account has at most ${limit} ${hooks}.`, { limit })
}
