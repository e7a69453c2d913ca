/** A wire without a socket, for the generator on a clock that a test moves. */
import type { BenchHandlers, BenchStream, BenchWire } from '../../src/bench/wire.ts';

/** One session as its server sees it. */
export interface ScriptedServer {
  readonly handlers: BenchHandlers;
  /** Samples that came so far. */
  received(): number;
}

export interface Script {
  onOpen?(server: ScriptedServer): void;
  onAudio?(server: ScriptedServer): void;
  onFlush?(server: ScriptedServer): void;
  onEnd?(server: ScriptedServer): void;
}

/** What a server that does everything at once does; a script replaces parts of it. */
const PROMPT: Required<Script> = {
  onOpen: ({ handlers }) => handlers.onReady('scripted-160ms'),
  onAudio: () => undefined,
  onFlush: () => undefined,
  onEnd: ({ handlers, received }) => {
    handlers.onEnd(received());
    handlers.onClose(1000);
  },
};

export function createScriptedWire(script: Script): BenchWire {
  const play = { ...PROMPT, ...script };
  return {
    name: 'rt',
    url: 'ws://scripted',
    chunkMsOf: () => 160,
    open(handlers): BenchStream {
      let samples = 0;
      let isClosed = false;
      const server = { handlers, received: () => samples };
      play.onOpen(server);
      return {
        send: (pcm) => {
          samples += pcm.length;
          play.onAudio(server);
        },
        flush: () => play.onFlush(server),
        end: () => play.onEnd(server),
        close: () => {
          if (!isClosed) handlers.onClose(1000);
          isClosed = true;
        },
      };
    },
  };
}
