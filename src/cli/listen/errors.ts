/** No answer of the graph came: another try may have one. */
export class Unreachable extends Error {
  override name = 'Unreachable'
}

/** Codes of what another try can get past. */
const PASSING: ReadonlySet<string> = new Set(['INTERNAL', 'UNAVAILABLE', 'TIMEOUT', 'RATE_LIMITED'])

/** The gateway refused, and says why. */
export class GatewayError extends Error {
  override name = 'GatewayError'

  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message)
  }

  /** Whether the same would be refused again. */
  get isFinal(): boolean {
    return !PASSING.has(this.code)
  }
}
