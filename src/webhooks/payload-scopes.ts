// What a hook may show. Its payloads are read with the credential that created it, so it shows
// nothing that this credential could not read, and ends with it.

import { isLiveClient, type Maker, reachOfMaker } from '../accounts/credential-bounds.ts'
import { scopesFor } from '../accounts/permissions.ts'
import { lacking, type Viewer } from '../context.ts'
import type { Tx } from '../db/client.ts'
import { ApiError } from '../errors.ts'
import { scopeOfKind } from '../event-log/scope-of-kind.ts'
import type { Scope } from '../scopes.ts'
import { knownKinds } from './input.ts'

/** The parts of a hook that decide what it may show. */
export interface HookOf extends Maker {
  hostId: number
  platformClientId: number | null
}

/**
 * The scopes whose data the hook may show now; undefined when the credential that created it has
 * ended.
 */
export async function reachOfHook(
  db: Tx,
  hook: HookOf,
  now: Date,
): Promise<ReadonlySet<Scope> | undefined> {
  const reach = await reachOfMaker(db, hook, hook.hostId, now)
  if (reach === undefined || hook.platformClientId === null) return reach
  // It shows the accounts that the client manages, and of those the client may read what its
  // permissions say.
  const client = await db.platformClient.findUnique({ where: { id: hook.platformClientId } })
  return client !== null && (await isLiveClient(db, client, now))
    ? new Set(scopesFor(client.permissions))
    : undefined
}

/** A scope that payloads of these kinds take and that is missing. */
export const scopeMissing = (reach: ReadonlySet<Scope>, events: string[]): Scope | undefined =>
  knownKinds(events)
    .map(scopeOfKind)
    .find(scope => !reach.has(scope))

/** The scopes of the viewer on the accounts whose hooks they manage. */
export const hookScopesOf = (viewer: Viewer): ReadonlySet<Scope> =>
  viewer.ofClient?.scopes ?? viewer.scopes

/**
 * @throws ApiError INSUFFICIENT_SCOPE unless the viewer may read what payloads of these kinds show.
 */
export function requirePayloadScopes(viewer: Viewer, events: string[]): void {
  const missing = scopeMissing(hookScopesOf(viewer), events)
  if (missing !== undefined) throw lacking(missing)
}

/**
 * @throws ApiError INSUFFICIENT_SCOPE unless the hook itself may show these kinds; UNAUTHENTICATED
 * when its maker ended.
 */
export async function requireHookReach(
  db: Tx,
  hook: HookOf,
  events: string[],
  now: Date,
): Promise<void> {
  const reach = await reachOfHook(db, hook, now)
  if (reach === undefined)
    throw new ApiError('UNAUTHENTICATED', 'The credential is not valid any more.')
  const missing = scopeMissing(reach, events)
  if (missing !== undefined) throw lacking(missing)
}
