import type { Dispatcher } from 'undici'
import type { Deps } from '../../context.ts'
import type { ExecuteDocument } from '../../graph/typed.ts'
import type { Locks } from './locks.ts'

/** What the turns of hooks work with. */
export interface Engine {
  deps: Deps
  locks: Locks
  /** Opens the connections to receivers. */
  dispatcher: Dispatcher
  /** Asks the graph as the host whose hook it is. */
  executeAs(hostId: number, hookId: number): ExecuteDocument
  /** Aborts when attempts that are under way shall be cut off. */
  stopping: AbortSignal
}
