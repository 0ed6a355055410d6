import type { Context, Deps } from '../context.ts'
import { allScopes } from '../scopes.ts'

/**
 * The context of an act that the operator does for an account, as its owner in a session would;
 * null is a visitor.
 */
export const actAs = (deps: Deps, userId: number | null): Context => ({
  ...deps,
  viewer:
    userId === null ? null : { userId, credential: { kind: 'session', id: 0 }, scopes: allScopes },
  requestId: 'command line',
  clientAddress: 'command line',
  setCookie: undefined,
})
