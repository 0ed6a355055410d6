// What a platform client may do for its accounts: bits of a mask, each of which is a scope of the
// credentials.

import type { Scope } from '../scopes.ts'

interface Permission {
  bit: number
  scopes: readonly Scope[]
  description: string
}

export const permissions = {
  EVENT_TYPE_READ: { bit: 1, scopes: ['event_types:read'], description: 'Read event types.' },
  EVENT_TYPE_WRITE: { bit: 2, scopes: ['event_types:write'], description: 'Change event types.' },
  BOOKING_READ: {
    bit: 4,
    scopes: ['bookings:read', 'contacts:read'],
    description: 'Read bookings.',
  },
  BOOKING_WRITE: { bit: 8, scopes: ['bookings:write'], description: 'Change bookings.' },
  SCHEDULE_READ: { bit: 16, scopes: ['availability:read'], description: 'Read schedules.' },
  SCHEDULE_WRITE: { bit: 32, scopes: ['availability:write'], description: 'Change schedules.' },
  APPS_READ: { bit: 64, scopes: ['calendars:read'], description: 'Read what is connected.' },
  APPS_WRITE: {
    bit: 128,
    scopes: ['calendars:write'],
    description: 'Connect calendars and conferences.',
  },
  PROFILE_READ: { bit: 256, scopes: [], description: 'Read the profile, as every credential may.' },
  PROFILE_WRITE: { bit: 512, scopes: ['profile:write'], description: 'Change the profile.' },
} as const satisfies Record<string, Permission>

export type PermissionName = keyof typeof permissions

const isName = (name: string): name is PermissionName => Object.hasOwn(permissions, name)

export const permissionNames: readonly PermissionName[] = Object.keys(permissions).filter(isName)

/** What stands in the rows of permissions. */
export const maskOf = (names: readonly PermissionName[]): number =>
  names.reduce((mask, name) => mask | permissions[name].bit, 0)

export const namesIn = (mask: number): PermissionName[] =>
  permissionNames.filter(name => (mask & permissions[name].bit) !== 0)

// No permission stands for these.
const always: readonly Scope[] = ['webhooks:manage', 'teams:read', 'teams:write']

/** The scopes that the permissions of a mask stand for. */
export const permissionScopesIn = (mask: number): Scope[] =>
  namesIn(mask).flatMap(name => permissions[name].scopes)

/** The scopes of credentials with such a mask. */
export const scopesFor = (mask: number): Scope[] => [...always, ...permissionScopesIn(mask)]
