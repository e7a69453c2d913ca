/** A gateway without an engine: a server of the real transport that plays what a test tells it to. */
import { parseClientMessage } from '../../src/protocol/codec.ts';
import type { ClientMessage } from '../../src/protocol/client-messages.ts';
import type { ServerMessage } from '../../src/protocol/server-messages.ts';
import type { Socket, SocketClose } from '../../src/transport/socket.ts';
import { listen } from '../../src/transport/ws-server.ts';

/** One connection as the script sees it. */
export interface ScriptedPeer {
  readonly url: URL;
  readonly authorization: string | undefined;
  readonly socket: Socket;
  /** Bytes of audio so far. */
  audioBytes(): number;
  readonly texts: readonly ClientMessage[];
  say(message: ServerMessage): void;
  /** Resolves when the client has said `type`. */
  heard(type: ClientMessage['type']): Promise<void>;
}

export interface ScriptedGateway {
  readonly url: string;
  readonly closes: readonly Promise<SocketClose>[];
  stop(): Promise<void>;
}

export const sessionBegin: ServerMessage = {
  type: 'session.begin',
  session_id: 'sess_0123456789ab',
  protocol: 1,
  model: 'rt-tiny-en',
  language: 'en',
  sample_rate: 16_000,
  encoding: 'pcm_s16le',
  channels: 1,
  partials: true,
  epoch: 1,
  warnings: [],
  seq: 1,
};

export function sessionEnd(seq: number, totalS: number): ServerMessage {
  return {
    type: 'session.end',
    session_id: 'sess_0123456789ab',
    total_duration: totalS,
    total_speech_duration: totalS,
    transcript: 'hello world',
    segments: [],
    seq,
  };
}

/** Plays `script` for every connection; port 0 of 127.0.0.1. */
export async function startScriptedGateway(script: (peer: ScriptedPeer) => void): Promise<ScriptedGateway> {
  const closes: Promise<SocketClose>[] = [];
  const server = await listen({
    host: '127.0.0.1',
    port: 0,
    subprotocol: 'rt.v1',
    onRequest: (request, response) => void response.writeHead(request.url === '/readyz' ? 200 : 404).end(),
    route: () => 'accept',
    onSocket: (socket, { url, headers }) => {
      closes.push(socket.closed);
      const texts: ClientMessage[] = [];
      const waiting: { readonly type: string; readonly wake: () => void }[] = [];
      let audioBytes = 0;
      socket.onMessage((data) => {
        if (typeof data !== 'string') {
          audioBytes += data.byteLength;
          return;
        }
        const message = parseClientMessage(data);
        if (message.type === 'invalid') throw new Error(message.reason);
        texts.push(message);
        for (const { type, wake } of waiting) if (type === message.type) wake();
      });
      script({
        url,
        authorization: headers.authorization,
        socket,
        texts,
        audioBytes: () => audioBytes,
        say: (message) => socket.send(JSON.stringify(message)),
        heard: (type) =>
          new Promise((wake) => {
            waiting.push({ type, wake });
          }),
      });
    },
  });
  return { url: server.wsUrl, closes, stop: () => server.close(0) };
}
