import { type Dispatcher, request } from 'undici'
import type { Fetched, Validators } from '../context.ts'

const TIMEOUT_MS = 10_000
const MOST_BYTES = 5 * 1024 * 1024
const MOST_REDIRECTS = 3

/**
 * What is at an address, or that it has not changed. The dispatcher says which addresses may be
 * connected to, at each redirect again.
 * @throws Error that says in a few words what is wrong.
 */
export async function readUrl(
  dispatcher: Dispatcher,
  address: string,
  known?: Validators,
): Promise<Fetched | 'unchanged'> {
  const signal = AbortSignal.timeout(TIMEOUT_MS)
  let url = new URL(address)
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
    const headers = {
      accept: 'text/calendar, text/plain;q=0.5',
      'user-agent': 'Meridian',
      ...(known?.etag && { 'if-none-match': known.etag }),
      ...(known?.lastModified && { 'if-modified-since': known.lastModified }),
    }
    const {
      statusCode,
      headers: answered,
      body,
    } = await request(url, { dispatcher, signal, headers })
    if (statusCode === 200) {
      const bytes = await bytesIn(body)
      return {
        bytes,
        etag: validatorIn(answered.etag),
        lastModified: validatorIn(answered['last-modified']),
      }
    }
    await body.dump()
    if (statusCode === 304 && known !== undefined) return 'unchanged'
    const { location } = answered
    if (statusCode < 300 || statusCode >= 400 || typeof location !== 'string')
      throw new Error(`answered ${statusCode}`)
    url = new URL(location, url)
    if (url.protocol !== 'https:' && url.protocol !== 'http:')
      throw new Error('leads to what is no web address')
  }
  throw new Error(`leads on more than ${MOST_REDIRECTS} times`)
}

const MAX_VALIDATOR_CHARS = 500

/** A header that can be sent back; null for none, several or a long one. */
const validatorIn = (header: string | string[] | undefined): string | null =>
  typeof header === 'string' &&
  /^[\x20-\x7e]+$/.test(header) &&
  header.length <= MAX_VALIDATOR_CHARS
    ? header
    : null

async function bytesIn(body: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.length
    if (bytes > MOST_BYTES) throw new Error(`has more than ${MOST_BYTES} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
