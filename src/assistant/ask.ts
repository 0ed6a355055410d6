import { z } from 'zod'
import type { Context } from '../context.ts'
import { parse, text, timeZone } from '../validation.ts'
import { type BookingActions, bookingActionsOf } from './actions.ts'
import { converse } from './converse.ts'
import { ModelFailed } from './model/chat.ts'
import { converseByModel } from './model/converse.ts'
import type { Action, Reply } from './reply.ts'
import { keepSession, openSession } from './session.ts'
import type { Thread } from './thread.ts'

/** A message in characters. */
const LONGEST_MESSAGE = 1_000
/** Number of previous messages that are sent to a model. */
const KEPT_TO_SAY = 20

const Asked = z.object({
  pageSlug: z.string().max(64, 'must have at most 64 characters'),
  sessionId: z.string().max(100, 'must have at most 100 characters').nullish(),
  message: text(LONGEST_MESSAGE),
  timeZone: timeZone.nullish(),
})

/** What is answered to a message. */
export interface Asked {
  sessionId: string
  message: string
  timeZone: string
  action: Action
}

/**
 * Replies to a message of an invitee, and books when it contains everything needed. A configured
 * language model reads it; without one, or when it fails, the built-in reader does.
 * @throws ApiError NOT_FOUND for the page; INVALID_INPUT; RATE_LIMITED.
 */
export async function askAssistant(ctx: Context, input: unknown): Promise<Asked> {
  await ctx.limits.take('assistantMessages', ctx.clientAddress)
  const asked = parse(Asked, input)
  const actions = await bookingActionsOf(ctx, asked.pageSlug)
  const session = await openSession(
    ctx,
    actions.pageId,
    asked.sessionId,
    asked.timeZone ?? actions.hostZone,
  )
  await ctx.limits.take('assistantMessagesPerSession', `${session.id}`)
  const turn = await answer(
    ctx,
    actions,
    inClientZone(session.thread, asked.timeZone ?? null),
    asked.message,
  )
  const said: Thread['said'] = [
    ...turn.thread.said,
    { by: 'invitee', text: asked.message },
    { by: 'assistant', text: turn.message },
  ]
  await keepSession(ctx, {
    id: session.id,
    thread: { ...turn.thread, said: said.slice(-KEPT_TO_SAY) },
  })
  return {
    sessionId: session.id,
    message: turn.message,
    timeZone: turn.thread.zone,
    action: turn.action,
  }
}

/** In the zone that the client names, until the invitee names another. */
const inClientZone = (thread: Thread, zone: string | null): Thread =>
  zone === null || zone === thread.clientZone ? thread : { ...thread, zone, clientZone: zone }

async function answer(
  ctx: Context,
  actions: BookingActions,
  thread: Thread,
  message: string,
): Promise<Reply> {
  const { languageModel, log, requestId } = ctx
  if (languageModel === undefined) return converse(actions, thread, message)
  try {
    return await converseByModel(ctx, languageModel, actions, thread, message)
  } catch (error) {
    if (!(error instanceof ModelFailed)) throw error
    // Logs neither the message nor the response of the server: both can contain personal data.
    log.warn(
      { problem: error.message, requestId },
      'the language model failed; the built-in reading answered',
    )
    return converse(actions, thread, message)
  }
}
