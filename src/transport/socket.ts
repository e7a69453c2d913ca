/**
 * The socket port: what gateway, worker and client see of a WebSocket. Only this folder knows the
 * library behind it.
 *
 * Always true: an error of the peer never throws (it ends `messages` and settles `closed`); one
 * reader consumes `messages`; nothing is delivered after `closed` settled.
 */

/** How a socket ended. `code` is 1006 when the peer vanished without a close frame. */
export interface SocketClose {
  readonly code: number;
  readonly reason: string;
}

export interface Socket {
  /** Address of the peer, for logs and records. */
  readonly remoteAddress: string;
  /** The negotiated subprotocol, or the empty string. */
  readonly subprotocol: string;
  /** Bytes handed to `send` that the kernel has not taken yet. */
  readonly bufferedBytes: number;
  /** True until the closing handshake begins or the peer is gone. */
  readonly isOpen: boolean;
  /**
   * Calls `listener` for each whole message, in order. Called once, before the first turn of the
   * event loop ends, or messages wait in the kernel because the socket starts paused.
   */
  onMessage(listener: (data: string | Uint8Array) => void): void;
  /** Sends one message; dropped silently when the socket is not open. */
  send(data: string | Uint8Array): void;
  /** Resolves once at most `bytes` are buffered, at once when they are, or when the socket closes. */
  drained(bytes: number): Promise<void>;
  /** Stops reading from the kernel, so that the peer's own send blocks. Nesting is not counted. */
  pause(): void;
  resume(): void;
  /** Sends a ping; resolves with the round trip in milliseconds, or undefined when the socket closed. */
  ping(): Promise<number | undefined>;
  /** Starts the closing handshake and ends the connection by force after `closeTimeoutMs` (2 s). */
  close(code: number, reason: string): void;
  /** Ends the connection at once (close code 1006 at the peer). */
  terminate(): void;
  /** Settles exactly once; never rejects. */
  readonly closed: Promise<SocketClose>;
}
