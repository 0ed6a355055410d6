import type { ServerResponse } from 'node:http'

const STREAMED = /^(text\/event-stream|multipart\/mixed)/

/** Whether an answer is a stream that goes on as things happen. */
export const isLive = (answer: Response): boolean =>
  STREAMED.test(answer.headers.get('content-type') ?? '')

/**
 * Destroys the connection of a client that has stopped reading: bytes wait for it, and none of them
 * went out for so long. Until then nothing more is read for it than fills the buffers of the stream
 * and of the socket, since no event is asked for before there is room. The pings of a stream make
 * sure that something is sent.
 */
export function cutOffWhenStalled(outgoing: ServerResponse, stalledMs: number): void {
  outgoing.setTimeout(stalledMs, () => {
    if (outgoing.writableLength > 0) outgoing.destroy()
    // Just silent; the timer of a socket runs once.
    else outgoing.socket?.setTimeout(stalledMs)
  })
}
