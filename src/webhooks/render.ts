import { type Context, hostOf } from '../context.ts'
import { BoundExceeded, runBounded } from '../worker-pool/bounded.ts'

/** A template of the most that it may do takes some milliseconds. */
const DEADLINE_MS = 1_000

/**
 * The text that a template makes of values, computed in a worker thread.
 * @param owner whose template it is: templates of one owner are rendered one after another
 * @throws Error for one that repeats or prints too much, or takes too long.
 */
export const renderTemplate = (
  owner: string,
  template: string,
  data: Record<string, unknown>,
): Promise<string> =>
  runBounded('fillTemplate', { template, data }, { owner, deadlineMs: DEADLINE_MS })

/**
 * Why the viewer cannot have a template, as the end of a sentence about it; undefined when they
 * can.
 */
export async function whyUnusable(ctx: Context, template: string): Promise<string | undefined> {
  const owner = `host:${hostOf(ctx)}`
  return runBounded('checkTemplate', template, { owner, deadlineMs: DEADLINE_MS }).catch(error => {
    if (error instanceof BoundExceeded) return error.message
    throw error
  })
}
