// Cal.com's scopes: its contract, 2.4. The graph has a list of its own.

import type { ScopeAliases } from '../../../src/oauth/scope-names.ts'
import type { Scope } from '../../../src/scopes.ts'

/**
 * What each resource of theirs is here, to read and to write. Nothing: what is not here, or what
 * every token may.
 */
const resources: Record<string, readonly [read: readonly Scope[], write: readonly Scope[]]> = {
  EVENT_TYPE: [['event_types:read'], ['event_types:write']],
  BOOKING: [['bookings:read', 'contacts:read'], ['bookings:write']],
  SCHEDULE: [['availability:read'], ['availability:write']],
  APPS: [['calendars:read'], ['calendars:write']],
  PROFILE: [[], ['profile:write']],
  WEBHOOK: [['webhooks:manage'], ['webhooks:manage']],
  VERIFIED_RESOURCES: [[], []],
  CREDITS: [[], []],
  TEAM_EVENT_TYPE: [['event_types:read', 'teams:read'], ['event_types:write']],
  TEAM_BOOKING: [['bookings:read', 'teams:read'], ['bookings:write']],
  TEAM_SCHEDULE: [['availability:read', 'teams:read'], ['availability:write']],
  TEAM_PROFILE: [['teams:read'], ['teams:write']],
  TEAM_MEMBERSHIP: [['teams:read'], ['teams:write']],
  TEAM_APPS: [[], []],
  TEAM_ROUTING_FORM: [['routing_forms:read'], ['routing_forms:write']],
  TEAM_WORKFLOW: [[], []],
  TEAM_VERIFIED_RESOURCES: [[], []],
  ORG_EVENT_TYPE: [[], []],
  ORG_BOOKING: [[], []],
  ORG_SCHEDULE: [[], []],
  ORG_PROFILE: [[], []],
  ORG_MEMBERSHIP: [[], []],
  ORG_ROUTING_FORM: [[], []],
  ORG_WEBHOOK: [[], []],
  ORG_ATTRIBUTES: [[], []],
}

/** By their names. Writing does not include reading. */
const byName: Record<string, readonly Scope[]> = Object.fromEntries(
  Object.entries(resources).flatMap(([name, [read, write]]) => [
    [`${name}_READ`, read],
    [`${name}_WRITE`, write],
  ]),
)

const everything = [...new Set(Object.values(byName).flat())]

/**
 * The same with the names of old apps. An app that asks for these alone is of the time before
 * scopes, and is not held to any: it gets all that it may have.
 */
export const scopeAliases: ScopeAliases = {
  ...byName,
  INSIGHTS_READ: [],
  TEAM_INSIGHTS_READ: [],
  ORG_INSIGHTS_READ: [],
  READ_BOOKING: { whole: everything, otherwise: ['bookings:read', 'contacts:read'] },
  READ_PROFILE: { whole: everything, otherwise: [] },
}

/** Its name of a scope of the graph; the graph's own where it has none. */
export const scopeNameOf = (scope: string): string =>
  Object.keys(byName).find(name => byName[name]?.some(each => each === scope)) ?? scope
