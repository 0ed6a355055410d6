// What ends connections over which nothing arrives any more, on both sides: a lost packet, a
// failed-over server or a vanished client does not close a socket.

import { Socket } from 'node:net'
import { constants } from 'node:os'

/** The server did not answer in time; to callers the same as ETIMEDOUT of the system. */
class SilentServer extends Error {
  override name = 'SilentServer'
  readonly code = 'ETIMEDOUT'
  readonly syscall = 'read'
  readonly errno = -constants.errno.ETIMEDOUT
}

/**
 * Makes sockets for pg that are destroyed when nothing was sent or received for so long. pg leaves
 * a client on which a query timed out in an undefined state, so the connection ends with the query:
 * it fails, the pool drops the client. An idle connection must be closed, or used for a heartbeat,
 * before.
 */
export const socketWithLimit = (silenceMs: number) => (): Socket => {
  const socket = new Socket()
  socket.setTimeout(silenceMs, () =>
    socket.destroy(new SilentServer(`The database was silent for ${silenceMs} ms.`)),
  )
  return socket
}

/**
 * Settings by which the server notices that a client is gone, and releases its locks: within about
 * 15 s.
 */
export const serverNoticesLoss = [
  'tcp_keepalives_idle=5',
  'tcp_keepalives_interval=3',
  'tcp_keepalives_count=3',
  'tcp_user_timeout=15000',
]
  .map(setting => `-c ${setting}`)
  .join(' ')
