import type { IncomingMessage } from 'node:http'
import { z } from 'zod'
import { limits } from '../graph/document-limits.ts'
import type { Operation } from '../graph/operation.ts'

const JSON_TYPE = /^application\/json\s*(;|$)/i
const PLAIN_ACCEPT = /^(\*\/\*|application\/json)$/

/**
 * Whether a request is of the ordinary kind: one operation in JSON, answered in JSON. Those are
 * served without the machinery that streams, batches, forms and GraphiQL need. Other requests go to
 * Yoga.
 */
export function isOrdinary({ method, headers }: IncomingMessage): boolean {
  return (
    method === 'POST' &&
    JSON_TYPE.test(headers['content-type'] ?? '') &&
    PLAIN_ACCEPT.test(headers.accept ?? '*/*')
  )
}

/** The body of a request; undefined when it is longer than allowed. The rest is not read then. */
export function readBody(incoming: IncomingMessage): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let bytes = 0
    incoming.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes > limits.bodyBytes) {
        incoming.pause()
        resolve(undefined)
      } else chunks.push(chunk)
    })
    incoming.on('end', () => resolve(Buffer.concat(chunks)))
    incoming.on('error', reject)
    incoming.on('close', () => {
      if (!incoming.complete) reject(new Error('the client went away'))
    })
  })
}

const Ordinary = z.strictObject({
  query: z.string().min(1),
  variables: z.record(z.string(), z.unknown()).nullish(),
  operationName: z.string().nullish(),
  // Names and versions of clients, hashes of texts: nothing that an answer depends on.
  extensions: z.record(z.string(), z.unknown()).nullish(),
})

/** The operation of a body; undefined for a batch, or a body that is wrong: Yoga says how. */
export function operationIn(body: Buffer): Operation | undefined {
  try {
    return Ordinary.safeParse(JSON.parse(body.toString())).data
  } catch {
    return undefined
  }
}
