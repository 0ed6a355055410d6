import { z } from 'zod'
import type { Deps, LanguageModel } from '../../context.ts'

/**
 * The model cannot be used for this answer; the message says why and holds nothing that the server
 * or the invitee wrote.
 */
export class ModelFailed extends Error {}

/** A message of the conversation with a model, in the words of the chat completions API. */
export type ChatMessage =
  | { role: 'system' | 'user'; content: string }
  | { role: 'assistant'; content: string | null; tool_calls?: ToolCall[] }
  | { role: 'tool'; tool_call_id: string; content: string }

const ToolCall = z.object({
  id: z.string().max(200),
  type: z.literal('function').default('function'),
  function: z.object({ name: z.string().max(100), arguments: z.string().max(10_000) }),
})
export type ToolCall = z.output<typeof ToolCall>

const Completion = z.object({
  choices: z
    .array(
      z.object({
        message: z.object({
          content: z.string().nullish(),
          tool_calls: z.array(ToolCall).max(8).nullish(),
        }),
      }),
    )
    .min(1),
})

/** What a model answers: tools that it wants called, or words. */
export interface Completed {
  content: string | null
  toolCalls: ToolCall[]
}

const MOST_BYTES = 256 * 1024
const MOST_TOKENS = 800

/**
 * Asks the model once. The key goes to its server alone: redirects are not followed.
 * @throws ModelFailed for every way in which a server can fail, and when the signal aborts.
 */
export async function complete(
  { url, name, key }: LanguageModel,
  messages: readonly ChatMessage[],
  tools: readonly unknown[],
  signal: AbortSignal,
): Promise<Completed> {
  let body: unknown
  try {
    const response = await fetch(`${url}/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
      body: JSON.stringify({
        model: name,
        messages,
        tools,
        tool_choice: 'auto',
        temperature: 0,
        max_tokens: MOST_TOKENS,
      }),
      redirect: 'error',
      signal,
    })
    if (!response.ok) {
      await response.body?.cancel()
      throw new ModelFailed(`its server answered ${response.status}`)
    }
    body = JSON.parse(await textOf(response))
  } catch (error) {
    if (error instanceof ModelFailed) throw error
    if (signal.aborted) throw new ModelFailed('its server took too long')
    throw new ModelFailed(
      error instanceof SyntaxError ? 'its server answered no JSON' : 'its server cannot be reached',
    )
  }
  const read = Completion.safeParse(body)
  const message = read.data?.choices[0]?.message
  if (message === undefined) throw new ModelFailed('its server answered no chat completion')
  return { content: message.content ?? null, toolCalls: message.tool_calls ?? [] }
}

async function textOf(response: Response): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true })
    if (text.length > MOST_BYTES) throw new ModelFailed('its server answered too much')
  }
  return text + decoder.decode()
}

/**
 * A signal that aborts when so much time of the clock has passed, or the gateway stops; and what
 * ends the waiting.
 */
export function deadline({ clock, stopping }: Pick<Deps, 'clock' | 'stopping'>, ms: number) {
  const controller = new AbortController()
  const abort = () => controller.abort()
  const inTime = clock.after(ms, abort)
  stopping.addEventListener('abort', abort)
  return {
    signal: controller.signal,
    over: () => {
      inTime()
      stopping.removeEventListener('abort', abort)
    },
  }
}
