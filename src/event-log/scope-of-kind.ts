import type { Scope } from '../scopes.ts'
import type { EventKind } from './kinds.ts'

/**
 * The scope that reading an event of the kind takes, in the log, in a live feed, or as the payload
 * of a hook.
 */
export function scopeOfKind(kind: EventKind): Scope {
  if (kind.startsWith('CONTACT_')) return 'contacts:read'
  if (kind.startsWith('EVENT_TYPE_')) return 'event_types:read'
  if (kind.startsWith('ROUTING_FORM_')) return 'routing_forms:read'
  return kind.startsWith('HOOK_') ? 'webhooks:manage' : 'bookings:read'
}
