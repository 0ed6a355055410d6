/** A number of requests in a window of time. */
export interface Limit {
  requests: number
  /** Length of the window. Windows start at multiples of it since the Unix epoch. */
  seconds: number
}

const perMinute = (requests: number): Limit => ({ requests, seconds: 60 })
const perHour = (requests: number): Limit => ({ requests, seconds: 60 * 60 })
const perDay = (requests: number): Limit => ({ requests, seconds: 24 * 60 * 60 })

/**
 * Every limit of the gateway, apart from the documented limits of the REST dialects. The operator
 * can change the number of requests (`MERIDIAN_RATE_LIMITS`). An address is an IPv4 address or an
 * IPv6 /64 prefix.
 */
export const defaultLimits = {
  /** Operations in the graph, per account. */
  graphPerAccount: perMinute(1_200),
  /** Operations in the graph without a valid credential, per address. */
  graphPerAddress: perMinute(600),
  /** Requests to the OAuth endpoints `token`, `revoke` and `introspect`, per address. */
  oauthPerAddress: perMinute(1_200),
  /** Views of pages and reference documents, per address. */
  pageViews: perMinute(120),
  /** Forms sent from pages, per address. */
  pageForms: perMinute(20),

  /** Failed log-ins to one account, per address or known device. */
  logInFailures: perMinute(10),
  /** The same over an hour. */
  logInFailuresPerHour: perHour(60),
  /** Failed log-ins to any account, per address. */
  logInFailuresOfAddress: perMinute(60),
  /**
   * Failed log-ins to one account from all addresses; past it, `logInFailuresUnderAttack` holds
   * each address.
   */
  logInFailuresOfAccount: perHour(100),
  /** Failed log-ins per address to an account that is being attacked. */
  logInFailuresUnderAttack: perHour(3),
  /** Failed requests with a client secret, code or refresh token, per client and address. */
  clientFailures: perMinute(20),

  /** Attempts to register, per address. */
  registrations: perMinute(20),
  /** Attempts to register an email address that cannot be registered, per address. */
  takenRegistrations: perHour(10),

  /** Attempts to book as a stranger, per address. */
  bookingAttempts: perMinute(20),
  /** Bookings of one event type by strangers, per address. A series counts each occurrence. */
  bookingsPerHour: perHour(10),
  /** The same over a day. */
  bookingsPerDay: perDay(30),
  /** Bookings of one event type by all strangers together. */
  bookingsOfEventType: perMinute(60),
  /** Attempts to reserve a start as a stranger, per address. */
  reservations: perMinute(30),
  /** Reservations of one event type by all strangers together. */
  reservationsOfEventType: perMinute(120),
  /** Computations of free starts for callers without an account, per address. */
  slotsPerAddress: perMinute(240),
  /** Computations of free starts, per account. */
  slotsPerAccount: perMinute(1_200),
  /**
   * Computations of the free starts of one event type for callers without an account, per address.
   */
  slotsOfEventTypePerAddress: perMinute(120),
  /**
   * Computations of the free starts of one event type for all callers without an account together.
   */
  slotsOfEventType: perMinute(2_400),

  /**
   * Acts by a booking's link or id without an account (cancel, reschedule, release, …), per
   * address.
   */
  actsByLink: perMinute(60),
  /** Answers to routing forms, per address. */
  formSubmissions: perMinute(30),
  /** Messages to the assistant, per address. */
  assistantMessages: perMinute(60),
  /** Messages to the assistant, per session. */
  assistantMessagesPerSession: perMinute(20),
  /** Acts that make the gateway send requests to other servers or look names up, per account. */
  outboundActs: perMinute(30),
  /** Acts that name other people by their email address or id, per account. */
  invitations: perMinute(30),
} satisfies Record<string, Limit>

export type LimitName = keyof typeof defaultLimits

/** The limits as the operator set them. */
export type LimitTable = Readonly<Record<LimitName, Limit>>

export const isLimitName = (name: string): name is LimitName => Object.hasOwn(defaultLimits, name)

/**
 * The default limits with other numbers of requests for some of them.
 * @param all for those that are not named
 */
export function limitsWith(requests: Partial<Record<LimitName, number>>, all?: number): LimitTable {
  const table: Record<LimitName, Limit> = { ...defaultLimits }
  for (const name of Object.keys(table).filter(isLimitName)) {
    table[name] = { ...table[name], requests: requests[name] ?? all ?? table[name].requests }
  }
  return table
}
