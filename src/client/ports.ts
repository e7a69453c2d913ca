/** What the command line, tests and benchmarks speak through: one streaming session with a gateway. */
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

export interface StreamSession {
  /** Every message in order; ends when the socket closed. */
  readonly messages: AsyncIterable<ServerMessage & { readonly receivedMs: number }>;
  /** Sends one binary message; resolves when at most 1 MiB waits in this process. */
  send(audio: Uint8Array): Promise<void>;
  flush(): void;
  clear(): void;
  configure(config: Omit<ClientConfig, 'type'>): void;
  /** Says that no more audio follows; the server answers with finals and session.end. */
  end(): void;
  close(code?: number): void;
  readonly closed: Promise<SocketClose>;
}
