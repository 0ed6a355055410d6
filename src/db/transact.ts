import { type Deadline, deadlineIn, timedOut } from '../deadline.ts'
import { type Db, TRANSACTION_MS, type Tx } from './client.ts'

/** What a transaction is run with. */
export interface TransactionParts {
  db: Db
  /** Of the request that it belongs to; without one, a transaction has its own 15 s. */
  deadline?: Deadline | undefined
}

/** A transaction that runs. */
export interface Transacting {
  tx: Tx
  /** When it is given up. */
  deadline: Deadline
}

const MAX_WAIT_MS = 10_000

/**
 * Runs work in one transaction, which is rolled back when it cannot be committed before the
 * deadline. The caller continues at the deadline even when the server is silent: the connection
 * ends by itself (silence.ts).
 * @throws ApiError TIMEOUT when nothing was stored, or when a commit was sent and not confirmed in
 * time.
 */
export async function transact<T>(
  { db, deadline: outer }: TransactionParts,
  work: (transacting: Transacting) => Promise<T>,
): Promise<T> {
  const deadline = outer?.part(TRANSACTION_MS) ?? deadlineIn(TRANSACTION_MS)
  const leftMs = Math.ceil(deadline.writeMs())
  if (leftMs <= 0) throw timedOut()
  return deadline.whileWritable(
    db.$transaction(
      async tx => {
        const result = await work({ tx, deadline })
        deadline.beginCommit()
        return result
      },
      { maxWait: Math.min(leftMs, MAX_WAIT_MS), timeout: leftMs },
    ),
  )
}
