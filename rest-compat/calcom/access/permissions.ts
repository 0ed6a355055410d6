/**
 * What a platform client may do, by Cal.com's names, each with the scope that it stands for, if
 * any.
 */
export const permissions = {
  EVENT_TYPE_READ: 'event_types:read',
  EVENT_TYPE_WRITE: 'event_types:write',
  BOOKING_READ: 'bookings:read',
  BOOKING_WRITE: 'bookings:write',
  SCHEDULE_READ: 'availability:read',
  SCHEDULE_WRITE: 'availability:write',
  APPS_READ: 'calendars:read',
  APPS_WRITE: 'calendars:write',
  PROFILE_READ: undefined,
  PROFILE_WRITE: 'profile:write',
} as const

export const permissionNames = [
  'EVENT_TYPE_READ',
  'EVENT_TYPE_WRITE',
  'BOOKING_READ',
  'BOOKING_WRITE',
  'SCHEDULE_READ',
  'SCHEDULE_WRITE',
  'APPS_READ',
  'APPS_WRITE',
  'PROFILE_READ',
  'PROFILE_WRITE',
] as const satisfies readonly (keyof typeof permissions)[]

/** The permission that gives a scope; the scope itself where none does. */
export const permissionFor = (scope: string): string =>
  permissionNames.find(name => permissions[name] === scope) ?? scope
