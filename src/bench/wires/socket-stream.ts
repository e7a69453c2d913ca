/**
 * A socket of the generator's own: dialled in the background, told to the handlers, let go of at any time.
 *
 * Always true: `onClose` comes exactly once and last; what is sent before the socket is open or after it closed is
 * dropped; a message is handled in the turn in which it was read.
 */
import { toRtError } from '../../base/errors.ts';
import type { Socket } from '../../transport/socket.ts';
import { dial, type DialOptions } from '../../transport/ws-client.ts';
import type { BenchHandlers } from '../wire.ts';

/** A session.end of four hours has about a million characters. */
const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;
const ABNORMAL_CLOSE = 1006;

export interface SocketStreamOptions
  extends Pick<DialOptions, 'url' | 'timeoutMs' | 'subprotocols' | 'headers' | 'unreachable'> {
  readonly handlers: Pick<BenchHandlers, 'onFault' | 'onClose'>;
  /** Called when the socket is open, before any message. */
  readonly onOpen: (socket: Socket) => void;
  readonly onText: (text: string) => void;
}

export interface SocketStream {
  readonly send: (data: string | Uint8Array) => void;
  /** Round trip in milliseconds; undefined without an open socket. */
  readonly ping: () => Promise<number | undefined>;
  /** Ends the connection in good order, or stops dialling. */
  readonly close: () => void;
}

export function openSocketStream(options: SocketStreamOptions): SocketStream {
  const { handlers, url, timeoutMs, subprotocols, headers, unreachable } = options;
  const dialling = new AbortController();
  let socket: Socket | undefined;
  const connect = async (): Promise<number> => {
    const { signal } = dialling;
    const maxPayloadBytes = MAX_MESSAGE_BYTES;
    socket = await dial({ url, timeoutMs, subprotocols, headers, unreachable, maxPayloadBytes, signal });
    options.onOpen(socket);
    socket.onMessage((data) => {
      if (typeof data === 'string') options.onText(data);
    });
    return (await socket.closed).code;
  };
  connect().then(
    (code) => handlers.onClose(code),
    (error: unknown) => {
      const { code, message, retryAfterMs } = toRtError(error);
      if (!dialling.signal.aborted) handlers.onFault({ code, message, retryAfterMs });
      handlers.onClose(ABNORMAL_CLOSE);
    },
  );
  return {
    send: (data) => socket?.send(data),
    ping: async () => socket?.ping(),
    close: () => {
      dialling.abort();
      socket?.close(1000, '');
    },
  };
}
