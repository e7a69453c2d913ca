/**
 * One connection to a gateway, with messages instead of text.
 *
 * Always true: messages arrive in order, each with the monotonic time it was received here; while nobody reads them
 * the socket is paused rather than the memory filled; `messages` ends when the socket closed and has one reader.
 */
import type { Clock } from '../base/clock.ts';
import { RtError } from '../base/errors.ts';
import type { ClientMessage } from '../protocol/client-messages.ts';
import { encodeMessage, parseServerMessage } from '../protocol/codec.ts';
import type { ServerMessage } from '../protocol/server-messages.ts';
import { STREAM_PATH, SUBPROTOCOL } from '../protocol/version.ts';
import type { Socket, SocketClose } from '../transport/socket.ts';
import { dial } from '../transport/ws-client.ts';
import { createInbox } from './inbox.ts';
import type { ReceivedMessage } from './metrics.ts';
import type { StreamOptions } from './ports.ts';

/** Messages that may wait for the reader before the socket is paused. */
const MAX_UNREAD_MESSAGES = 1024;
/** A session.end of four hours has about a million characters. */
const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;

export interface Link {
  /** Throws RtError invalid_message for what cannot be read, once, and closes with 1002. */
  readonly messages: AsyncIterable<ReceivedMessage>;
  /** Sends one binary message; dropped when the connection is gone. */
  send(audio: Uint8Array): void;
  say(message: ClientMessage): void;
  /** Resolves once at most `bytes` wait in this process, or the connection is gone. */
  drained(bytes: number): Promise<void>;
  /** Resolves with the round trip in milliseconds, or undefined when the connection is gone. */
  ping(): Promise<number | undefined>;
  close(code: number): void;
  /** Breaks the connection without a word, as a network does. */
  terminate(): void;
  readonly closed: Promise<SocketClose>;
}

/** The address of a session; the token is not in it. */
export function streamUrl(options: StreamOptions): string {
  const url = new URL(options.gateway.replace(/\/+$/, '') + STREAM_PATH);
  const named = {
    language: options.language,
    model: options.model,
    encoding: options.encoding,
    sample_rate: String(options.sampleRate),
    channels: String(options.channels),
  };
  for (const [name, value] of Object.entries({ ...named, ...options.query })) {
    if (value !== undefined) url.searchParams.set(name, value);
  }
  return url.href;
}

/** @throws RtError gateway_unreachable, unauthenticated, forbidden, rate_limited, interrupted */
export async function openLink(
  options: StreamOptions,
  context: { readonly clock: Clock; readonly signal?: AbortSignal | undefined },
): Promise<Link> {
  const socket = await dial({
    url: streamUrl(options),
    subprotocols: [SUBPROTOCOL],
    ...(options.token === undefined ? {} : { headers: { authorization: `Bearer ${options.token}` } }),
    timeoutMs: options.connectTimeoutMs,
    maxPayloadBytes: MAX_MESSAGE_BYTES,
    unreachable: 'gateway_unreachable',
    ...context,
  });
  return {
    messages: readMessages(socket, context.clock),
    send: (audio) => socket.send(audio),
    say: (message) => socket.send(encodeMessage(message)),
    drained: (bytes) => socket.drained(bytes),
    ping: () => socket.ping(),
    close: (code) => socket.close(code, ''),
    terminate: () => socket.terminate(),
    closed: socket.closed,
  };
}

interface Arrival {
  readonly data: string | Uint8Array;
  readonly receivedMs: number;
}

/** Listens at once, so that the time of receipt is the socket's and not the reader's. */
function readMessages(socket: Socket, clock: Clock): AsyncIterable<ReceivedMessage> {
  const arrivals = createInbox<Arrival>();
  socket.onMessage((data) => {
    arrivals.push({ data, receivedMs: clock.nowMs() });
    if (arrivals.size !== MAX_UNREAD_MESSAGES) return;
    socket.pause();
    void arrivals.drained(MAX_UNREAD_MESSAGES / 2).then(() => socket.resume());
  });
  void socket.closed.then(() => arrivals.end());

  async function* read(): AsyncGenerator<ReceivedMessage, void, undefined> {
    for await (const arrival of arrivals.read()) {
      const message = parse(arrival, socket);
      if (message !== undefined) yield { ...message, receivedMs: arrival.receivedMs };
    }
  }
  return read();
}

/** Messages of types this build does not know are skipped: a newer gateway may send them. */
function parse({ data }: Arrival, socket: Socket): ServerMessage | undefined {
  const message =
    typeof data === 'string'
      ? parseServerMessage(data)
      : ({ type: 'invalid', reason: 'binary data' } as const);
  if (message.type === 'unknown') return undefined;
  if (message.type !== 'invalid') return message;
  socket.close(1002, 'message not understood');
  throw new RtError('invalid_message', `The gateway sent a message that cannot be read: ${message.reason}`, {
    hint: 'Check that --gateway is an rt gateway of protocol 1.',
  });
}
