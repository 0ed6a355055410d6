/**
 * What a credential may do, with the words for a consent page. A `:write` does not include its
 * `:read`. Every credential may read its own account (`viewer`).
 */
export const scopes = {
  'profile:write': 'Change your profile and booking page',
  'event_types:read': 'Read your event types',
  'event_types:write': 'Create, change and archive event types',
  'availability:read': 'Read your schedules',
  'availability:write': 'Create, change and delete schedules',
  'bookings:read': 'Read your bookings and follow them live',
  'bookings:write': 'Cancel, move, approve and decline bookings',
  'contacts:read': 'Read your contacts',
  'contacts:write': 'Create, change and delete contacts',
  'teams:read': 'Read your teams, their members and invitations',
  'teams:write': 'Create and change your teams, and who is in them',
  'routing_forms:read': 'Read your routing forms and what was submitted',
  'routing_forms:write': 'Create, change and publish routing forms',
  'activity:read': 'Read what happened in your account, with the people whom it concerns',
  'data:erase': 'Erase what is stored of people who booked, and past bookings, for good',
  'webhooks:manage':
    'Read, create, change and delete webhooks for events that its other scopes let it read, with the links by which invitees cancel and move, and read their deliveries',
  'calendars:read': 'Read which calendars are followed, and when they say that you are busy',
  'calendars:write': 'Follow calendars, and end that',
  'platform:manage':
    'Read, create and change platform clients with their secrets, and act for the accounts that they made',
  'keys:manage': 'Read, create and revoke API keys',
  'apps:manage': 'Register OAuth apps, and end what apps may do with your account',
} as const

export type Scope = keyof typeof scopes

export const isScope = (name: string): name is Scope => Object.hasOwn(scopes, name)

/** A session may do everything. */
export const allScopes: ReadonlySet<Scope> = new Set(Object.keys(scopes).filter(isScope))

/** Scopes over credentials, which no credential gets unless its owner names them. */
const ownersScopes: ReadonlySet<Scope> = new Set(['keys:manage', 'apps:manage'])

/** The scopes that an OAuth token can have, and that an API key has by default. */
export const keyScopes: ReadonlySet<Scope> = new Set(
  [...allScopes].filter(scope => !ownersScopes.has(scope)),
)

/**
 * Whether an API key can have the scope: those of apps, and `keys:manage` where the owner names it.
 */
export const isApiKeyScope = (name: string): name is Scope =>
  isKeyScope(name) || name === 'keys:manage'

export const isKeyScope = (name: string): name is Scope => isScope(name) && keyScopes.has(name)
