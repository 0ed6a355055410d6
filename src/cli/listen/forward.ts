import { setTimeout as sleep } from 'node:timers/promises'
import { Agent } from 'undici'
import { systemClock } from '../../clock.ts'
import type { ExecuteDocument } from '../../graph/typed.ts'
import { newUid } from '../../ids.ts'
import { post } from '../../webhooks/delivery/post.ts'
import { type HookFormat, headersOf } from '../../webhooks/format.ts'
import { CallError, Unreachable } from './errors.ts'
import type { LiveEvent } from './follow.ts'
import type { Forwarding } from './options.ts'

/** What became of an event that was to be forwarded. */
export type Outcome =
  | { deliveryId: string; status: number | null; durationMs: number; problem: string | null }
  | { notSent: string }

const ASK_AGAIN_MS = 1_000

/**
 * Posts events as a hook of the dialect would tell them. The receiver is the developer's own, so
 * any address will do. Waits while the gateway cannot be asked; what it answers tells how the post
 * went.
 * @param publicUrl where the gateway is reached
 */
export function forwarderTo(
  { url, dialect, format, secret }: Forwarding & { secret: string },
  execute: ExecuteDocument,
  publicUrl: string,
) {
  // A connection for each event: nothing is tried again, so none may be lost to one that the
  // receiver has just closed.
  const dispatcher = new Agent({ pipelining: 0 })
  const stopping = new AbortController().signal

  return async ({ id, kind, sequence }: LiveEvent): Promise<Outcome> => {
    if (!format.kinds.includes(kind)) return { notSent: `${dialect} does not tell of it` }
    const bodies = await bodiesOf(format, execute, id, publicUrl)
    if (bodies === undefined) return { notSent: 'the gateway cannot tell it' }
    // The last message of several, or the first that failed, tells how the event went.
    let outcome: Outcome = { notSent: `${dialect} has no message for it` }
    for (const body of bodies) {
      const deliveryId = newUid('Delivery')
      const headers = headersOf(format, {
        deliveryId,
        kind,
        sequence,
        body,
        at: systemClock.now(),
        secrets: [secret],
      })
      const { answer, durationMs, problem } = await post(
        { clock: systemClock, dispatcher, stopping },
        { url, headers, body, timeoutMs: format.retries.timeoutMs },
      )
      outcome = { deliveryId, status: answer?.status ?? null, durationMs, problem: problem ?? null }
      if (problem !== undefined) break
    }
    return outcome
  }
}

/**
 * The bodies of an event; undefined when the gateway fails to tell it. Patient while no gateway
 * answers.
 */
async function bodiesOf(
  format: HookFormat,
  execute: ExecuteDocument,
  id: string,
  publicUrl: string,
): Promise<string[] | undefined> {
  for (;;) {
    try {
      return [
        ...(await format.bodies(execute, [id], { publicUrl, metadata: {}, render: null })).values(),
      ]
    } catch (error) {
      if (error instanceof CallError && !error.isFinal) return undefined
      if (!(error instanceof Unreachable)) throw error
      await sleep(ASK_AGAIN_MS)
    }
  }
}
