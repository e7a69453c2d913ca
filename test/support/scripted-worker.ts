/** A worker without an engine: a server of the real transport whose answers a test decides. */
import { errorMessage } from '../../src/protocol/close-codes.ts';
import { RtError, type WireErrorCode } from '../../src/base/errors.ts';
import type { Socket } from '../../src/transport/socket.ts';
import { listen } from '../../src/transport/ws-server.ts';

export interface ScriptedLink {
  readonly socket: Socket;
  readonly texts: readonly string[];
  readonly audio: Uint8Array;
  /** Answers the first message as a worker that takes the session. */
  readonly ready: () => void;
  /** Says no. */
  readonly refuse: (code: WireErrorCode, close: number) => void;
}

export interface ScriptedWorker {
  readonly url: string;
  /** Called when a link has sent its first message. */
  readonly script: (link: ScriptedLink) => void;
  readonly links: readonly ScriptedLink[];
  /** The `count`th link, once it has sent its first message. */
  linked(count: number): Promise<ScriptedLink>;
  stop(): Promise<void>;
}

export async function startScriptedWorker(script: ScriptedWorker['script']): Promise<ScriptedWorker> {
  const links: ScriptedLink[] = [];
  let notify = (): void => undefined;
  const server = await listen({
    host: '127.0.0.1',
    port: 0,
    maxPayloadBytes: 1024 * 1024,
    onRequest: (_request, response) => void response.writeHead(404).end(),
    route: () => 'accept',
    onSocket: (socket) => {
      const texts: string[] = [];
      let audio: Uint8Array = new Uint8Array(0);
      const link: ScriptedLink = {
        socket,
        texts,
        get audio() {
          return audio;
        },
        ready: () => socket.send(JSON.stringify(readyTo(texts[0] ?? '{}'))),
        refuse: (code, close) => {
          socket.send(JSON.stringify(errorMessage(new RtError(code, code), false)));
          socket.close(close, code);
        },
      };
      socket.onMessage((data) => {
        if (typeof data !== 'string') {
          audio = Buffer.concat([audio, data]);
          return;
        }
        texts.push(data);
        if (texts.length > 1) return;
        links.push(link);
        script(link);
        notify();
      });
    },
  });
  return {
    url: server.wsUrl,
    script,
    links,
    async linked(count) {
      for (;;) {
        const link = links[count - 1];
        if (link) return link;
        await new Promise<void>((resolve) => {
          notify = resolve;
        });
      }
    },
    stop: () => server.close(0),
  };
}

function readyTo(first: string): object {
  const { session_id } = JSON.parse(first) as { session_id: string };
  const model = { model: 'scripted-en', language: 'en', partials: true };
  return { type: 'session.begin', session_id, protocol: 1, ...model, warnings: [] };
}
