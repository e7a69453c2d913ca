/** A session in rt's own messages, which a gateway and a worker read and write alike. */
import { int16ToS16le } from '../../audio/pcm.ts';
import { encodeMessage } from '../../protocol/codec.ts';
import type { InvalidMessage } from '../../protocol/json.ts';
import type { BenchHandlers, BenchStream } from '../wire.ts';
import { type SessionEvent, tellEvent } from './events.ts';
import { openSocketStream, type SocketStreamOptions } from './socket-stream.ts';

export interface SessionStreamOptions extends Omit<SocketStreamOptions, 'onOpen' | 'onText' | 'handlers'> {
  readonly handlers: BenchHandlers;
  /** What is sent before anything else. */
  readonly firstMessage?: string;
  readonly parse: (text: string) => SessionEvent | InvalidMessage;
}

/** Opens a session; a message that cannot be read fails it and ends the connection. */
export function openSessionStream({ firstMessage, parse, ...options }: SessionStreamOptions): BenchStream {
  const { handlers } = options;
  const socket = openSocketStream({
    ...options,
    onOpen: (opened) => {
      if (firstMessage !== undefined) opened.send(firstMessage);
    },
    onText: (text) => {
      const message = parse(text);
      if (message.type !== 'invalid') {
        tellEvent(message, handlers);
        return;
      }
      handlers.onFault({ code: 'invalid_message', message: message.reason });
      socket.close();
    },
  });
  return {
    send: (pcm) => socket.send(int16ToS16le(pcm)),
    flush: () => socket.send(encodeMessage({ type: 'flush' })),
    ping: socket.ping,
    end: () => socket.send(encodeMessage({ type: 'end' })),
    close: socket.close,
  };
}
