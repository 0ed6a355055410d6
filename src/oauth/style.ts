import { newToken } from '../secrets.ts'

/**
 * How some endpoints make their tokens and word their answers. A dialect whose tokens look otherwise, or whose token
 * answer says more than RFC 6749 section 5.1, mounts the endpoints with a style of its own. Tokens are found by their
 * hash, so those of every style are good everywhere.
 */
export interface Style {
  newAccessToken(): string
  newRefreshToken(): string
  /** What the answers of `token` and `introspect` say besides. */
  more(issued: Issued): Record<string, unknown> | Promise<Record<string, unknown>>
}

/** What a style can tell of tokens that were just made. */
export interface Issued {
  /** Whose they are. */
  userId: number
  userUid: string
  createdAt: Date
}

export const standard: Style = {
  newAccessToken: () => newToken('cpa_at_'),
  newRefreshToken: () => newToken('cpa_rt_'),
  more: () => ({}),
}
