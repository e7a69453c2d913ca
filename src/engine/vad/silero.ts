/**
 * Silero VAD v5/v6 at 16 kHz: windows of exactly 512 samples, each with the 64 samples before it as
 * context, and an LSTM state of 2 × 128 per stream. Many streams, and windows of a stream that follow each
 * other, are scored in one inference.
 */
import type { Graph, Tensor } from '../onnx.ts';
import { FOLDED_LENGTH, foldWindow, FRAMES_PER_WINDOW } from './folded-frames.ts';

const UNITS = 128;
/** Output and cell of the LSTM. */
export const VAD_STATE_LENGTH: number = 2 * UNITS;

export interface VadItem {
  /** Windows of one stream that follow each other, at least one: of each 64 samples of context and 512 new ones. */
  readonly windows: readonly Float32Array[];
  /** The stream's LSTM state, `VAD_STATE_LENGTH` values, updated in place; zeros at a restart point. */
  readonly state: Float32Array;
}

export interface SpeechModel {
  /**
   * Probabilities of speech for the windows of each item, in [0, 1], NaN where the model failed.
   * @throws RtError asr_failed, resource_exhausted
   */
  score(items: readonly VadItem[]): Promise<readonly Float32Array[]>;
}

/** @param graph the folded graph of `models/silero-vad` */
export function createSileroVad(graph: Graph): SpeechModel {
  return {
    async score(items) {
      const batch = items.length;
      const outputs = await graph.run(feedsOf(items));
      const next = outputs['stateN']?.data as Float32Array;
      const probabilities = outputs['output']?.data as Float32Array;
      return items.map(({ windows, state }, row) => {
        state.set(next.subarray(row * VAD_STATE_LENGTH, (row + 1) * VAD_STATE_LENGTH));
        return Float32Array.from(windows, (_, step) => probabilities[step * batch + row] as number);
      });
    },
  };
}

/** Rows are ordered by window first: a stream with fewer windows than another has rows of zeros that count for nothing. */
function feedsOf(items: readonly VadItem[]): Readonly<Record<string, Tensor>> {
  const batch = items.length;
  const lengths = Int32Array.from(items, ({ windows }) => windows.length);
  const frameCount = Math.max(...lengths) * batch * FRAMES_PER_WINDOW;
  const frames = new Float32Array(2 * frameCount * FOLDED_LENGTH);
  const state = new Float32Array(batch * VAD_STATE_LENGTH);
  for (const [row, item] of items.entries()) {
    for (const [step, window] of item.windows.entries()) foldWindow(window, frames, step * batch + row);
    state.set(item.state, row * VAD_STATE_LENGTH);
  }
  return {
    frames: { type: 'float32', dims: [2, frameCount, FOLDED_LENGTH], data: frames },
    lengths: { type: 'int32', dims: [batch], data: lengths },
    state: { type: 'float32', dims: [batch, VAD_STATE_LENGTH], data: state },
  };
}
