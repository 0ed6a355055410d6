import { type Dispatcher, request } from 'undici'

const TIMEOUT_MS = 10_000
const MOST_BYTES = 5 * 1024 * 1024
const MOST_REDIRECTS = 3

/**
 * The text at an address. The dispatcher says which addresses may be connected to, at each redirect again.
 * @throws Error that says in a few words what is wrong.
 */
export async function readUrl(dispatcher: Dispatcher, address: string): Promise<string> {
  const signal = AbortSignal.timeout(TIMEOUT_MS)
  let url = new URL(address)
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
    const headers = { accept: 'text/calendar, text/plain;q=0.5', 'user-agent': 'Meridian' }
    const { statusCode, headers: answered, body } = await request(url, { dispatcher, signal, headers })
    if (statusCode === 200) return textIn(body)
    await body.dump()
    const { location } = answered
    if (statusCode < 300 || statusCode >= 400 || typeof location !== 'string') throw new Error(`answered ${statusCode}`)
    url = new URL(location, url)
    if (url.protocol !== 'https:' && url.protocol !== 'http:') throw new Error('leads to what is no web address')
  }
  throw new Error(`leads on more than ${MOST_REDIRECTS} times`)
}

async function textIn(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.length
    if (bytes > MOST_BYTES) throw new Error(`has more than ${MOST_BYTES} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
