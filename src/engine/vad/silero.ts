/**
 * Silero VAD v5/v6 at 16 kHz: windows of exactly 512 samples, each with the 64 samples before it as
 * context, and an LSTM state of 2 × 128 per stream. Many streams are scored in one inference.
 */
import type { Graph } from '../onnx.ts';
import { FOLDED_LENGTH, foldWindow, FRAMES_PER_WINDOW } from './folded-frames.ts';

const UNITS = 128;
/** Output and cell of the LSTM. */
export const VAD_STATE_LENGTH: number = 2 * UNITS;

export interface VadItem {
  /** 64 samples of context and 512 new ones. */
  readonly input: Float32Array;
  /** The stream's LSTM state, `VAD_STATE_LENGTH` values, updated in place; zeros at a restart point. */
  readonly state: Float32Array;
}

export interface SpeechModel {
  /** Probability of speech per item, in [0, 1], NaN when the model failed on it. @throws RtError asr_failed, resource_exhausted */
  score(items: readonly VadItem[]): Promise<Float32Array>;
}

/** @param graph the folded graph of `models/silero-vad` */
export function createSileroVad(graph: Graph): SpeechModel {
  return {
    async score(items) {
      const batch = items.length;
      const frameCount = batch * FRAMES_PER_WINDOW;
      const frames = new Float32Array(2 * frameCount * FOLDED_LENGTH);
      const state = new Float32Array(batch * VAD_STATE_LENGTH);
      for (const [row, item] of items.entries()) {
        foldWindow(item.input, frames, row);
        state.set(item.state, row * VAD_STATE_LENGTH);
      }
      const outputs = await graph.run({
        frames: { type: 'float32', dims: [2, frameCount, FOLDED_LENGTH], data: frames },
        state: { type: 'float32', dims: [batch, VAD_STATE_LENGTH], data: state },
      });
      const next = outputs['stateN']?.data as Float32Array;
      for (const [row, item] of items.entries()) {
        item.state.set(next.subarray(row * VAD_STATE_LENGTH, (row + 1) * VAD_STATE_LENGTH));
      }
      return outputs['output']?.data as Float32Array;
    },
  };
}
