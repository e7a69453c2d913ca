/**
 * The client's messages from the first on. While nobody takes them they are kept, because a socket
 * that is not read does not tell either that its client has left; beyond a bound reading stops.
 */
import type { Socket } from '../transport/socket.ts';

export const KEPT_BYTES: number = 128 * 1024;
export const KEPT_MESSAGES = 256;

export interface ClientInbox {
  /** Hands over what was kept, then whatever comes. Called once. */
  open(listener: (data: string | Uint8Array) => void): void;
  /** Takes out the first message, once there is one. */
  first(): Promise<string | Uint8Array>;
}

export function createClientInbox(socket: Pick<Socket, 'onMessage' | 'pause' | 'resume'>): ClientInbox {
  const kept: (string | Uint8Array)[] = [];
  let keptBytes = 0;
  let isPaused = false;
  let onFirst: ((data: string | Uint8Array) => void) | undefined;
  let deliver = (data: string | Uint8Array): void => {
    if (onFirst) {
      onFirst(data);
      onFirst = undefined;
      return;
    }
    kept.push(data);
    keptBytes += data.length;
    if (isPaused || (keptBytes < KEPT_BYTES && kept.length < KEPT_MESSAGES)) return;
    isPaused = true;
    socket.pause();
  };
  socket.onMessage((data) => deliver(data));
  return {
    first() {
      const data = kept.shift();
      if (data !== undefined) return Promise.resolve(data);
      return new Promise((resolve) => {
        onFirst = resolve;
      });
    },
    open(listener) {
      // Resumed first: the listener may hold the client back for reasons of its own.
      if (isPaused) socket.resume();
      for (let data = kept.shift(); data !== undefined; data = kept.shift()) listener(data);
      deliver = listener;
    },
  };
}
