/**
 * One streaming session with a gateway, on one socket.
 *
 * Always true: messages arrive in order, each with the monotonic time it was received here; while nobody reads them
 * the socket is paused rather than the memory filled; `messages` ends when the socket closed and has one reader.
 * It does not reconnect: a session that ends is over.
 */
import { type Clock, systemClock } from '../base/clock.ts';
import { RtError } from '../base/errors.ts';
import { encodeMessage, parseServerMessage } from '../protocol/codec.ts';
import type { ServerMessage } from '../protocol/server-messages.ts';
import { STREAM_PATH, SUBPROTOCOL } from '../protocol/version.ts';
import type { Socket } from '../transport/socket.ts';
import { dial } from '../transport/ws-client.ts';
import type { StreamOptions, StreamSession } from './ports.ts';

/** Audio that may wait in this process; a longer queue would only hide that the gateway reads slowly. */
const MAX_UNSENT_BYTES = 1024 * 1024;
/** Messages that may wait for the reader before the socket is paused. */
const MAX_UNREAD_MESSAGES = 1024;
/** A session.end of four hours has about a million characters. */
const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;

export interface StreamSessionContext {
  readonly clock?: Clock;
  /** Aborts connecting; an open session is ended with `close`. */
  readonly signal?: AbortSignal;
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
export async function openStreamSession(
  options: StreamOptions,
  context: StreamSessionContext = {},
): Promise<StreamSession> {
  const clock = context.clock ?? systemClock;
  const socket = await dial({
    url: streamUrl(options),
    subprotocols: [SUBPROTOCOL],
    ...(options.token === undefined ? {} : { headers: { authorization: `Bearer ${options.token}` } }),
    timeoutMs: options.connectTimeoutMs,
    maxPayloadBytes: MAX_MESSAGE_BYTES,
    unreachable: 'gateway_unreachable',
    clock,
    ...(context.signal === undefined ? {} : { signal: context.signal }),
  });
  return sessionOn(socket, clock);
}

/** A session on an open socket that nobody has read from yet. */
function sessionOn(socket: Socket, clock: Clock): StreamSession {
  return {
    messages: readMessages(socket, clock),
    send: (audio) => {
      socket.send(audio);
      return socket.drained(MAX_UNSENT_BYTES);
    },
    flush: () => socket.send(encodeMessage({ type: 'flush' })),
    clear: () => socket.send(encodeMessage({ type: 'clear' })),
    configure: (config) => socket.send(encodeMessage({ type: 'config', ...config })),
    end: () => socket.send(encodeMessage({ type: 'end' })),
    close: (code = 1000) => socket.close(code, ''),
    closed: socket.closed,
  };
}

interface Arrival {
  readonly data: string | Uint8Array;
  readonly receivedMs: number;
}

/** Listens at once, so that the time of receipt is the socket's and not the reader's. */
function readMessages(socket: Socket, clock: Clock): StreamSession['messages'] {
  const arrivals: Arrival[] = [];
  let isClosed = false;
  let wake = (): void => undefined;
  socket.onMessage((data) => {
    arrivals.push({ data, receivedMs: clock.nowMs() });
    if (arrivals.length === MAX_UNREAD_MESSAGES) socket.pause();
    wake();
  });
  void socket.closed.then(() => {
    isClosed = true;
    wake();
  });

  async function* read(): AsyncGenerator<ServerMessage & { readonly receivedMs: number }> {
    for (;;) {
      const arrival = arrivals.shift();
      if (arrival !== undefined) {
        if (arrivals.length === MAX_UNREAD_MESSAGES / 2) socket.resume();
        const message = parse(arrival, socket);
        if (message !== undefined) yield { ...message, receivedMs: arrival.receivedMs };
      } else if (isClosed) {
        return;
      } else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
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
