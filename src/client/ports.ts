/** What the command line, tests and benchmarks speak through: one streaming session with a gateway. */
import type { RtError } from '../base/errors.ts';
import type { ServerMessage } from '../protocol/server-messages.ts';
import type { ClientConfig } from '../protocol/client-messages.ts';
import type { SocketClose } from '../transport/socket.ts';

export interface StreamOptions {
  /** `ws://host:port`; the path is added. */
  readonly gateway: string;
  readonly language?: string;
  readonly model?: string;
  /** Query parameters by their wire names; a present one wins over the named options. */
  readonly query?: Readonly<Record<string, string>>;
  readonly sampleRate: number;
  readonly channels: number;
  readonly encoding: string;
  readonly token?: string;
  readonly connectTimeoutMs: number;
}

/** How the last connection of a session ended. */
export interface SessionClose extends SocketClose {
  /** Why nobody goes on with the session, where the gateway has not said it in an `error`. */
  readonly fault?: RtError;
}

export interface StreamSession {
  /** Every message in order; ends when the session is over for this client. */
  readonly messages: AsyncIterable<ServerMessage & { readonly receivedMs: number }>;
  /** True while the connection is lost and the session may yet go on: silence means nothing then. */
  readonly isRecovering: boolean;
  /**
   * Numbers of durable events that have not come; absent where whoever reads the messages can count them. A session
   * that is said twice in part passes over numbers that came (CLI-17), which a reader would miss.
   */
  readonly seqHoles?: number;
  /** Sends one binary message, which is not to be changed afterwards; resolves when there is room for the next. */
  send(audio: Uint8Array): Promise<void>;
  flush(): void;
  clear(): void;
  configure(config: Omit<ClientConfig, 'type'>): void;
  /** Says that no more audio follows; the server answers with finals and session.end. */
  end(): void;
  close(code?: number): void;
  readonly closed: Promise<SessionClose>;
}
