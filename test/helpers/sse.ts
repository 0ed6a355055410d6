/** Follows a subscription over server-sent events. */
export interface Stream {
  status: number
  headers: Headers
  /** The answer of the next event: data and errors as they came. Fails when none comes in time. */
  next(withinMs?: number): Promise<unknown>
  /** Answers when the server said that nothing more comes. */
  completed: Promise<void>
  stop(): void
}

/** Subscribes with a POST that asks for an event stream. */
export async function stream(
  gatewayUrl: string,
  query: string,
  {
    headers = {},
    variables = {},
  }: { headers?: Record<string, string>; variables?: Record<string, unknown> } = {},
): Promise<Stream> {
  const stopping = new AbortController()
  const response = await fetch(`${gatewayUrl}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...headers },
    body: JSON.stringify({ query, variables }),
    signal: stopping.signal,
  })
  const events: unknown[] = []
  let arrived = () => {}
  let complete = () => {}
  const completed = new Promise<void>(resolve => {
    complete = resolve
  })

  async function read(): Promise<void> {
    let text = ''
    const decoder = new TextDecoder()
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk, { stream: true })
      const blocks = text.split('\n\n')
      text = blocks.pop() ?? ''
      for (const block of blocks) {
        const field = (name: string) => new RegExp(`^${name}: ?(.*)$`, 'm').exec(block)?.[1]
        if (field('event') === 'next') events.push(JSON.parse(field('data') ?? 'null'))
        if (field('event') === 'complete') complete()
      }
      arrived()
    }
  }
  read().catch(() => {})

  return {
    status: response.status,
    headers: response.headers,
    completed,
    async next(withinMs = 5_000) {
      const deadline = Date.now() + withinMs
      while (events.length === 0) {
        if (Date.now() >= deadline) throw new Error(`no event within ${withinMs} ms`)
        await new Promise<void>(resolve => {
          const timer = setTimeout(resolve, deadline - Date.now())
          arrived = () => {
            clearTimeout(timer)
            resolve()
          }
        })
      }
      return events.shift()
    },
    stop: () => stopping.abort(),
  }
}
