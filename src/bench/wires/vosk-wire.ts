/**
 * The wire of vosk-server (`websocket/asr_server.py`): a config, samples in, one JSON text per message out.
 *
 * The server says nowhere which audio a result needed, but it answers every message of audio exactly once and in order,
 * changed or not. So answer k (from 0) needed message k, and its last sample at the latest. The answer to `eof` is the
 * last final, behind which the server closes. An answer beyond the messages that were sent needed audio that was not there
 * yet: it is counted as early, and the run is void instead of wrong.
 */
import { SAMPLE_RATE } from '../../audio/frame.ts';
import { int16ToS16le } from '../../audio/pcm.ts';
import { listOf, recordOf, textOf } from '../compare/run-document.ts';
import type { BenchWire, WireResult } from '../wire.ts';
import { openSocketStream } from './socket-stream.ts';

export interface VoskWireOptions {
  /** `ws://host:port`. */
  readonly server: string;
  readonly connectTimeoutMs: number;
}

/** The server compares this text as a whole, its space included. */
const EOF = '{"eof" : 1}';
const CONFIG = JSON.stringify({ config: { sample_rate: SAMPLE_RATE, words: false, max_alternatives: 0 } });

export function createVoskWire({ server: url, connectTimeoutMs }: VoskWireOptions): BenchWire {
  return {
    name: 'vosk',
    url,
    chunkMsOf: () => undefined,
    open(handlers) {
      const positions = createPositions();
      let isEnding = false;
      const socket = openSocketStream({
        url,
        timeoutMs: connectTimeoutMs,
        unreachable: 'worker_unreachable',
        handlers,
        onOpen: (opened) => {
          opened.send(CONFIG);
          handlers.onReady(undefined);
        },
        onText: (text) => {
          const said = readAnswer(text);
          if (said === undefined) {
            handlers.onFault({
              code: 'session_failed',
              message: 'The peer sent a text that is not a result',
            });
            socket.close();
            return;
          }
          const isLast = isEnding && positions.isAnswered;
          const audioEndSample = isLast ? positions.sentSamples : positions.answered();
          handlers.onResult({ ...said, audioEndSample });
          if (!isLast) return;
          handlers.onEnd(undefined);
          socket.close();
        },
      });
      return {
        send: (pcm) => {
          positions.sent(pcm.length);
          socket.send(int16ToS16le(pcm));
        },
        end: () => {
          isEnding = true;
          socket.send(EOF);
        },
        close: socket.close,
      };
    },
  };
}

interface Positions {
  /** Every message of audio has its answer. */
  readonly isAnswered: boolean;
  readonly sentSamples: number;
  readonly sent: (samples: number) => void;
  /** Takes one more answer; the position after the last sample it can have needed. */
  readonly answered: () => number;
}

function createPositions(): Positions {
  const ends: number[] = [];
  let answers = 0;
  return {
    get isAnswered() {
      return answers >= ends.length;
    },
    get sentSamples() {
      return ends.at(-1) ?? 0;
    },
    sent: (samples) => void ends.push((ends.at(-1) ?? 0) + samples),
    answered: () => ends[answers++] ?? (ends.at(-1) ?? 0) + 1,
  };
}

/** `{"partial": …}`, `{"text": …}`, or the first of `{"alternatives": [{"text": …}]}`. */
function readAnswer(text: string): Omit<WireResult, 'audioEndSample'> | undefined {
  let answer: Readonly<Record<string, unknown>>;
  try {
    answer = recordOf(JSON.parse(text));
  } catch {
    return undefined;
  }
  const partial = textOf(answer['partial']);
  if (partial !== undefined) return { text: partial, isFinal: false };
  const [best = answer] = listOf(answer['alternatives']);
  const final = textOf(best['text']);
  return final === undefined ? undefined : { text: final.trim(), isFinal: true };
}
