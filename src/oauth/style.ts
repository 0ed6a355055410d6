import { newToken } from '../secrets.ts'
import type { ScopeAliases } from './scope-names.ts'

/**
 * How some endpoints make their tokens and word their answers. A dialect whose tokens look
 * otherwise, or whose token answer says more than RFC 6749 section 5.1, mounts the endpoints with a
 * style of its own. Tokens are found by their hash, so those of every style are good everywhere.
 */
export interface Style {
  newAccessToken(): string
  newRefreshToken(): string
  /** How long an access token is good. */
  accessTokenSeconds: number
  /**
   * How long a refresh token waits for its use; an app that is not used for longer asks its user
   * again.
   */
  refreshTokenSeconds: number
  /**
   * How answers write the type of the token, which is the same in any capitals (RFC 6749 section
   * 5.1).
   */
  tokenType: 'Bearer' | 'bearer'
  /** Names of scopes that applications may use in addition to those of the graph. */
  aliases: ScopeAliases
  /** How a client that would revoke a token of another is refused (RFC 7009 section 2.1). */
  foreignTokenStatus: 400 | 403
  /** Further fields in the responses of `token` and `introspect`. */
  more(issued: Issued): Record<string, unknown> | Promise<Record<string, unknown>>
  /** How it says that a token request was refused. */
  worded(problem: Problem): Problem
}

/** What is wrong with a request: the code and words of RFC 6749 section 5.2, and the status. */
export interface Problem {
  error: string
  description: string
  status: number
}

/** What a style knows of tokens that were just issued. */
export interface Issued {
  /** Whose they are. */
  userId: number
  userUid: string
  createdAt: Date
}

export const standard: Style = {
  newAccessToken: () => newToken('cpa_at_'),
  newRefreshToken: () => newToken('cpa_rt_'),
  accessTokenSeconds: 2 * 60 * 60,
  refreshTokenSeconds: 90 * 24 * 60 * 60,
  tokenType: 'Bearer',
  aliases: {},
  foreignTokenStatus: 400,
  more: () => ({}),
  worded: problem => problem,
}
