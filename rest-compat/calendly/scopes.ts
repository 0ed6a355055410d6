// Calendly's scopes: its contract, "Scopes". The graph has a list of its own.

import type { ScopeAliases } from '../../src/oauth/scope-names.ts'
import type { Scope } from '../../src/scopes.ts'

/**
 * What each of them grants here, where writing includes reading. Nothing: to know whose the account
 * is, which every token may. Where the graph divides less, the nearest is granted, and the consent
 * page says what that is.
 */
const byName: Record<string, readonly Scope[]> = {
  'activity_log:read': ['activity:read'],
  'availability:read': ['availability:read'],
  'availability:write': ['availability:write', 'availability:read'],
  'contacts:read': ['contacts:read'],
  'contacts:write': ['contacts:write', 'contacts:read'],
  'data_compliance:write': ['data:erase'],
  'event_types:read': ['event_types:read'],
  'event_types:write': ['event_types:write', 'event_types:read'],
  'groups:read': ['teams:read'],
  'locations:read': [],
  'meeting_recaps:read': [],
  'meeting_recaps:write': [],
  'organizations:read': ['teams:read'],
  'organizations:write': ['teams:write', 'teams:read'],
  'outgoing_communications:read': [],
  'routing_forms:read': ['routing_forms:read'],
  'scheduled_events:read': ['bookings:read'],
  'scheduled_events:write': ['bookings:write', 'bookings:read'],
  // Links are made of event types, and for an occasion another event type is.
  'scheduling_links:write': ['event_types:write', 'event_types:read'],
  'shares:write': ['event_types:write', 'event_types:read', 'availability:read'],
  'users:read': [],
  'webhooks:read': ['webhooks:manage'],
  'webhooks:write': ['webhooks:manage'],
}

/** The same with `default`, by which apps of the time before scopes ask for all of them. */
export const scopeAliases: ScopeAliases = {
  ...byName,
  default: { whole: [...new Set(Object.values(byName).flat())] },
}

const names: Record<string, string> = {
  'activity:read': 'activity_log:read',
  'bookings:read': 'scheduled_events:read',
  'bookings:write': 'scheduled_events:write',
  'data:erase': 'data_compliance:write',
  'teams:read': 'organizations:read',
  'teams:write': 'organizations:write',
  'webhooks:manage': 'webhooks:write',
}

/** Its name of a scope of the graph. */
export const scopeNameOf = (scope: string): string => names[scope] ?? scope
