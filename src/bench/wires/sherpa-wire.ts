/**
 * The wire of sherpa-onnx's online websocket server: float samples in, one JSON text per decoded chunk out.
 *
 * The server says nowhere which audio a result needed. But it answers exactly once for each chunk it decodes, changed
 * or not, in order, and an endpoint does not restart the count; so result k (from 0) needed what chunk k needed:
 * (k + 1) chunks and the look-ahead of its feature window. After `Done` it decodes padding of its own; those results
 * lie beyond the audio that was sent.
 */
import { SAMPLE_RATE } from '../../audio/frame.ts';
import { float32ToF32le, int16ToFloat32 } from '../../audio/pcm.ts';
import { type Clock, systemClock } from '../../base/clock.ts';
import type { BenchWire } from '../wire.ts';
import { openSocketStream } from './socket-stream.ts';

export interface SherpaWireOptions {
  /** `ws://host:port`. */
  readonly server: string;
  /** Audio that one decoding step moves on. */
  readonly chunkMs: number;
  /** What the server waits for beyond the end of a chunk. */
  readonly lookaheadMs: number;
  readonly connectTimeoutMs: number;
  readonly clock?: Clock;
}

const DONE = 'Done';
const ALL_SAID = 'Done!';
/** How long the last result may come behind `Done!`. */
const OVERTAKEN_MS = 1000;

export function createSherpaWire(options: SherpaWireOptions): BenchWire {
  const { server: url, chunkMs, lookaheadMs } = options;
  const neededSamples = (result: number): number =>
    Math.ceil((((result + 1) * chunkMs + lookaheadMs) * SAMPLE_RATE) / 1000);
  return {
    name: 'sherpa',
    url,
    chunkMsOf: () => chunkMs,
    open(handlers) {
      const ending = createEnding(options.clock ?? systemClock, () => {
        handlers.onEnd(undefined);
        socket.close();
      });
      let results = 0;
      const onText = (text: string): void => {
        if (text === ALL_SAID) {
          ending.allSaid();
          return;
        }
        const result = readResult(text);
        if (result === undefined) {
          handlers.onFault({ code: 'session_failed', message: 'The peer sent a text that is not a result' });
          socket.close();
          return;
        }
        const { text: said, isFinal } = result;
        handlers.onResult({ text: said, isFinal, audioEndSample: neededSamples(results) });
        results += 1;
        if (result.isLast) ending.lastResult();
      };
      const socket = openSocketStream({
        url,
        timeoutMs: options.connectTimeoutMs,
        unreachable: 'worker_unreachable',
        handlers,
        onOpen: () => handlers.onReady(undefined),
        onText,
      });
      return {
        send: (pcm) => socket.send(float32ToF32le(int16ToFloat32(pcm))),
        end: () => socket.send(DONE),
        close: socket.close,
      };
    },
  };
}

/**
 * When a session has ended: `Done!` and the last result have come. The server sends the two from different threads,
 * and under load the first overtakes the second; a stream without a whole chunk has no last result at all.
 */
function createEnding(
  clock: Clock,
  onEnd: () => void,
): { readonly allSaid: () => void; readonly lastResult: () => void } {
  let isLastHere = false;
  let isAllSaid = false;
  let isOver = false;
  const end = (): void => {
    if (isOver) return;
    isOver = true;
    onEnd();
  };
  return {
    allSaid: () => {
      isAllSaid = true;
      if (isLastHere) end();
      else void clock.sleep(OVERTAKEN_MS).then(end);
    },
    lastResult: () => {
      isLastHere = true;
      if (isAllSaid) end();
    },
  };
}

const IS_FINAL = /"is_final":\s*(true|false)/;
const IS_LAST = /"is_eof":\s*true/;
const TEXT = /"text":\s*("(?:[^"\\]|\\.)*")/;

interface SherpaResult {
  readonly text: string;
  readonly isFinal: boolean;
  readonly isLast: boolean;
}

/**
 * The fields that are needed. A result repeats every token of its segment, up to 20 s of them, and parsing all that
 * 12 times a second would cost the generator more than sending the audio.
 */
function readResult(text: string): SherpaResult | undefined {
  const said = TEXT.exec(text)?.[1];
  const isFinal = IS_FINAL.exec(text)?.[1];
  if (said === undefined || isFinal === undefined) return undefined;
  try {
    return { text: String(JSON.parse(said)), isFinal: isFinal === 'true', isLast: IS_LAST.test(text) };
  } catch {
    return undefined;
  }
}
