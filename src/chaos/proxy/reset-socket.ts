/** A TCP reset that is neither delayed nor announced. */
import type { Socket } from 'node:net';

/**
 * Ends `socket` at once with a RST; what is unsent is dropped.
 *
 * `socket.resetAndDestroy()` finishes the stream first: a receiver that does not read delays the reset for ever,
 * one that reads sees a FIN before it, and an error in between leaves the socket open without `close`. So the
 * flag it sets is set here. While a FIN is on its way libuv refuses to reset: then the socket is only closed.
 */
export function resetSocket(socket: Socket): void {
  const isSendingFin = socket.writableEnded && !socket.writableFinished && socket.writableLength === 0;
  if (!socket.connecting && !socket.pending && !isSendingFin)
    Object.assign(socket, { resetAndClosing: true });
  socket.destroy();
}
