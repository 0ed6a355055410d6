import type { ErrorCode, FieldProblem } from '../errors.ts'

/** An error of the graph's answer. */
export interface GraphError {
  code: ErrorCode
  message: string
  /**
   * The invalid fields, by their paths in the document's variables, such as `input.invitee.email`;
   * often none.
   */
  fields: readonly FieldProblem[]
  /** What else the error says: `retryAfterSeconds`, `scope`, `requestId`. */
  details: Readonly<Record<string, unknown>>
}

/**
 * The graph answered with errors. What the act behind it threw as a `ApiError` comes out as this,
 * presented as to anyone.
 */
export class CallError extends Error {
  override name = 'Refused'
  /** All errors, the first included. */
  readonly errors: readonly GraphError[]

  constructor(
    /** The first error. A caller whose dialect has room for one answers this. */
    readonly first: GraphError,
    ...others: readonly GraphError[]
  ) {
    super(`${first.code}: ${first.message}`)
    this.errors = [first, ...others]
  }
}

/** One refusal, of somebody who stands before the graph and speaks as it does. */
export const callError = (
  code: ErrorCode,
  message: string,
  { fields = [], ...details }: { fields?: readonly FieldProblem[]; [fact: string]: unknown } = {},
): CallError => new CallError({ code, message, fields, details })
