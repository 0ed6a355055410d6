import { type HookFormat, headersOf } from '../format.ts'
import type { Engine } from './engine.ts'
import type { Waiting } from './pending.ts'
import { type Attempt, post } from './post.ts'
import type { Target } from './target.ts'

const MAX_BODY_BYTES = 256 * 1024

/**
 * Sends a delivery once, in the dialect of its hook.
 * @param body undefined when the graph could not read the event
 */
export async function attempt(
  { deps, dispatcher, stopping }: Engine,
  to: Target,
  format: HookFormat,
  delivery: Waiting,
  body: string | undefined,
): Promise<Attempt> {
  const at = deps.clock.now()
  const unsent = (why: NonNullable<Attempt['unsent']>, problem: string): Attempt => ({
    url: to.url,
    startedAt: at,
    durationMs: 0,
    answer: undefined,
    problem,
    unsent: why,
  })
  if (body === undefined) return unsent('for now', 'was not called: the event cannot be read')
  const bytes = Buffer.byteLength(body)
  if (bytes > MAX_BODY_BYTES) {
    return unsent(
      'for good',
      `was not called: the body has ${bytes} bytes, and at most ${MAX_BODY_BYTES} are sent`,
    )
  }
  const { uid: deliveryId, kind, sequence } = delivery
  const headers = headersOf(format, { deliveryId, kind, sequence, body, at, secrets: to.secrets })
  const { timeoutMs } = format.retries
  return post(
    { clock: deps.clock, dispatcher, stopping },
    { url: to.url, headers, body, timeoutMs },
  )
}
