import { type Context, hostOf, requireScope } from '../context.ts'
import type { Scope } from '../scopes.ts'

/**
 * How `node(id)` finds a row that belongs to a host: only the viewer's own, with the scope that
 * reading it takes.
 */
export const ownNode =
  (scope: Scope) =>
  (uid: string, ctx: Context): { uid: string; hostId: number } => {
    requireScope(ctx, scope)
    return { uid, hostId: hostOf(ctx) }
  }
