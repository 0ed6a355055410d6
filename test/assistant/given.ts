// What tests of the assistant ask over HTTP, and the answers as types.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { z } from 'zod'
import { at, type Client, type Data } from '../helpers/world.ts'

export const ASK = `mutation ($input: AskAssistantInput!) {
  askAssistant(input: $input) {
    sessionId message timeZone
    action {
      kind durationMinutes dates partOfDay time missing questionKey
      eventTypes { slug }
      slots { start end date time }
      booking { id status start invitees { name email } }
      invitee { linkToken }
    }
  }
}`

const Said = z.object({
  sessionId: z.string(),
  message: z.string(),
  timeZone: z.string(),
  action: z.object({
    kind: z.string(),
    durationMinutes: z.number().nullable(),
    dates: z.array(z.string()),
    partOfDay: z.string().nullable(),
    time: z.string().nullable(),
    missing: z.string().nullable(),
    questionKey: z.string().nullable(),
    eventTypes: z.array(z.object({ slug: z.string() })),
    slots: z.array(
      z.object({ start: z.string(), end: z.string(), date: z.string(), time: z.string() }),
    ),
    booking: z
      .object({
        id: z.string(),
        status: z.string(),
        start: z.string(),
        invitees: z.array(z.object({ name: z.string(), email: z.string() })),
      })
      .nullable(),
    invitee: z.object({ linkToken: z.string().nullable() }).nullable(),
  }),
})
export type Said = z.output<typeof Said>

/** Says something to the assistant of a page. */
export async function say(
  client: Client,
  pageSlug: string,
  message: string,
  more: Data = {},
): Promise<Said> {
  return Said.parse(
    at(await client.run(ASK, { input: { pageSlug, message, ...more } }), 'askAssistant'),
  )
}

/** Somebody who talks to the assistant of a page; the session goes along. */
export function talkTo(client: Client, pageSlug: string, more: Data = {}) {
  let sessionId: string | undefined
  return async (message: string): Promise<Said> => {
    const said = await say(client, pageSlug, message, {
      ...more,
      ...(sessionId !== undefined && { sessionId }),
    })
    sessionId = said.sessionId
    return said
  }
}

/** The starts of an answer, on the clock of its zone. */
export const timesOf = ({ action }: Said): string[] =>
  action.slots.map(({ date, time }) => `${date} ${time}`)

const Asked = z.object({
  model: z.string(),
  messages: z.array(z.looseObject({ role: z.string(), content: z.string().nullable() })),
  tools: z.array(z.object({ function: z.object({ name: z.string() }) })),
})
export type ModelRequest = z.output<typeof Asked>

/** How a stand-in for a model answers: a tool to call, or anything else. */
export type ModelReply = { tool: string; args: unknown } | ((response: ServerResponse) => void)

/** A local server that speaks the chat completions protocol as far as a test tells it to. */
export async function givenModel() {
  const requests: (ModelRequest & { headers: IncomingMessage['headers'] })[] = []
  let script: ((request: ModelRequest, round: number) => ModelReply) | undefined
  let round = 0
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', chunk => chunks.push(chunk))
    request.on('end', () => {
      const asked = Asked.parse(JSON.parse(Buffer.concat(chunks).toString()))
      requests.push({ ...asked, headers: request.headers })
      const reply = script?.(asked, round++)
      if (typeof reply === 'function') return reply(response)
      const call = {
        id: `call_${round}`,
        type: 'function',
        function: { name: reply?.tool ?? '', arguments: JSON.stringify(reply?.args ?? {}) },
      }
      response.setHeader('content-type', 'application/json')
      response.end(
        JSON.stringify({
          choices: [{ message: { role: 'assistant', content: null, tool_calls: [call] } }],
        }),
      )
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string')
    throw new Error('the stand-in listens on no port')
  return {
    settings: {
      url: `http://127.0.0.1:${address.port}/v1`,
      name: 'stand-in',
      key: 'sk-very-secret-key',
    },
    requests,
    /** What it answers from now on, by the request and how many came since. */
    answers(next: NonNullable<typeof script>) {
      script = next
      round = 0
      requests.length = 0
    },
    close() {
      server.closeAllConnections()
      return new Promise<void>(resolve => server.close(() => resolve()))
    },
  }
}
