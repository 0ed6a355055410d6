import type { Logger } from 'pino'
import { type Heartbeat, keepSession } from '../db/session.ts'

/**
 * What can be signalled: something of a host changed; a credential of an account ended; deliveries
 * of a host changed.
 */
export type Topic = `host:${number}` | `credentials:${number}` | `deliveries:${number}`

/**
 * News from all processes on the database, through LISTEN and NOTIFY. A signal says "look again";
 * only that of deliveries says at what, behind a space.
 */
export interface Signals {
  /**
   * Calls back after each commit that signalled the topic, and once after a lost connection, since
   * signals may have been missed then. Returns the function that ends it.
   */
  on(topic: Topic, callback: (about?: string) => void): () => void
  /**
   * As `on`, for every topic of a kind. Without an id: all of them, since signals may have been
   * missed. These callbacks come before those of `on`: caches are emptied before anything is read
   * again.
   */
  onEvery(kind: 'host' | 'credentials', callback: (id?: number) => void): () => void
  /**
   * Calls back in this process at once; the notification that goes to all comes in a moment, and
   * calls back again.
   */
  ring(topic: Topic): void
  /**
   * Whether the connection stands and the server answered over it a moment ago. Otherwise signals
   * may be missing: what was kept until a signal says that it ended must be read again.
   */
  isConnected(): boolean
  close(): Promise<void>
}

const CHANNEL = 'meridian'

/** The statement that signals a topic when its transaction commits: `select pg_notify($1, $2)`. */
export const notification = (topic: Topic): [channel: string, payload: string] => [CHANNEL, topic]

/**
 * Opens the listening connection.
 * @throws Error when the database cannot be reached at the start.
 */
export async function listen(url: string, log: Logger, heartbeat?: Heartbeat): Promise<Signals> {
  const callbacks = new Map<string, Set<(about?: string) => void>>()
  const watchers = new Map<string, Set<(id?: number) => void>>()

  function receive(payload: string | undefined): void {
    const [topic = '', about] = payload?.split(' ') ?? []
    const [kind = '', id] = topic.split(':')
    for (const callback of watchers.get(kind) ?? []) callback(Number(id))
    for (const callback of callbacks.get(topic) ?? []) callback(about)
  }

  function wakeAll(): void {
    for (const set of watchers.values()) for (const callback of set) callback()
    for (const set of callbacks.values()) for (const callback of set) callback()
  }

  const session = await keepSession(url, {
    applicationName: 'meridian signals',
    heartbeat,
    async opened({ query }, isFirst) {
      await query(`listen ${CHANNEL}`)
      if (!isFirst) wakeAll()
    },
    notified: ({ payload }) => receive(payload),
    failed: error => log.warn({ err: error }, 'the listening connection does not work'),
  })

  return {
    on: (topic, callback) => add(callbacks, topic, callback),
    onEvery: (kind, callback) => add(watchers, kind, callback),
    ring: receive,
    isConnected: () => session.isAlive(),
    close: () => session.close(),
  }
}

function add<T>(sets: Map<string, Set<T>>, key: string, value: T): () => void {
  const set = sets.get(key) ?? new Set()
  sets.set(key, set.add(value))
  return () => {
    set.delete(value)
    if (set.size === 0 && sets.get(key) === set) sets.delete(key)
  }
}
