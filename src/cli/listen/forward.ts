import { setTimeout as sleep } from 'node:timers/promises'
import { Agent } from 'undici'
import { systemClock } from '../../clock.ts'
import type { ExecuteDocument } from '../../graph/typed.ts'
import { newUid } from '../../ids.ts'
import { post } from '../../webhooks/delivery/post.ts'
import { type HookFormat, headersOf } from '../../webhooks/format.ts'
import { GatewayError, Unreachable } from './errors.ts'
import type { LiveEvent } from './follow.ts'
import type { Forwarding } from './options.ts'

/** What became of an event that was to be forwarded. */
export type Outcome =
  | { deliveryId: string; status: number | null; durationMs: number; problem: string | null }
  | { notSent: string }

const ASK_AGAIN_MS = 1_000

/**
 * Posts events as a webhook of the dialect would. The receiver belongs to the developer, so any
 * address is allowed. Waits while the gateway is unreachable. Returns the result of the post.
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
    if (!format.kinds.includes(kind)) return { notSent: `${dialect} does not send it` }
    const bodies = await bodiesOf(format, execute, id, publicUrl)
    if (bodies === undefined) return { notSent: 'the gateway cannot read it' }
    // The outcome is that of the last message, or of the first that failed.
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
 * The bodies of an event; undefined if the gateway fails to read it. Waits while no gateway
 * responds.
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
      if (error instanceof GatewayError && !error.isFinal) return undefined
      if (!(error instanceof Unreachable)) throw error
      await sleep(ASK_AGAIN_MS)
    }
  }
}
