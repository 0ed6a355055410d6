import type { Context } from '../context.ts'
import { transact } from '../db/transact.ts'
import { newToken, tokenHash } from '../secrets.ts'
import { MINUTE_MS } from '../time.ts'
import { newThread, Thread } from './thread.ts'

/** How long a conversation is kept after its last message. */
export const SILENCE_MINUTES = 30
/** How many messages it can have. */
export const MAX_TURNS = 60

/** A conversation that goes on. */
export interface Session {
  /** What its invitee knows it by; stored as a hash. */
  id: string
  thread: Thread
}

/**
 * The conversation of this id about a page. An id that expired, belongs to another page, reached
 * its message limit or never existed starts a new one: the caller cannot distinguish these cases.
 * @param zone of a new one
 */
export async function openSession(
  ctx: Context,
  pageId: number,
  id: string | null | undefined,
  zone: string,
): Promise<Session> {
  const now = ctx.clock.now()
  const expiresAt = new Date(now.getTime() + SILENCE_MINUTES * MINUTE_MS)
  if (id != null) {
    const where = {
      tokenHash: tokenHash(id),
      pageId,
      expiresAt: { gt: now },
      turns: { lt: MAX_TURNS },
    }
    const data = { turns: { increment: 1 }, expiresAt }
    const [row] = await transact(ctx, ({ tx }) =>
      tx.assistantSession.updateManyAndReturn({ where, data }),
    )
    // What an earlier version kept may be of another form.
    const thread = Thread.safeParse(row?.thread)
    if (thread.success) return { id, thread: thread.data }
  }
  const session = { id: newToken('chat_'), thread: newThread(zone) }
  const { id: token, thread } = session
  const data = { tokenHash: tokenHash(token), pageId, thread, turns: 1, createdAt: now, expiresAt }
  await transact(ctx, ({ tx }) => tx.assistantSession.create({ data }))
  sweep(ctx, now)
  return session
}

/** Keeps what the conversation has come to. */
export async function keepSession(ctx: Context, { id, thread }: Session): Promise<void> {
  const where = { tokenHash: tokenHash(id) }
  await transact(ctx, ({ tx }) => tx.assistantSession.updateMany({ where, data: { thread } }))
}

/** Deletes expired conversations in the background. */
function sweep({ db, log }: Context, now: Date): void {
  db.assistantSession
    .deleteMany({ where: { expiresAt: { lte: now } } })
    .catch(error => log.warn({ err: error }, 'could not take old conversations away'))
}
