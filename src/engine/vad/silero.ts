/**
 * Silero VAD v5/v6 at 16 kHz: windows of exactly 512 samples, each with the 64 samples before it as
 * context, and an LSTM state of 2 × 128 per stream. Many streams are scored in one inference.
 */
import type { AudioRing } from '../../audio/lookback.ts';
import type { Graph } from '../onnx.ts';

export const VAD_WINDOW_SAMPLES = 512;
/** Without this context the model gives low but plausible probabilities. */
export const VAD_CONTEXT_SAMPLES = 64;
export const VAD_INPUT_SAMPLES: number = VAD_CONTEXT_SAMPLES + VAD_WINDOW_SAMPLES;

const LAYERS = 2;
const UNITS = 128;
export const VAD_STATE_LENGTH: number = LAYERS * UNITS;

export interface VadItem {
  /** 64 samples of context and 512 new ones. */
  readonly input: Float32Array;
  /** The stream's LSTM state, `VAD_STATE_LENGTH` values, updated in place; zeros at a restart point. */
  readonly state: Float32Array;
}

/** Fills `input` for the window that starts at `startSample`; context the ring does not hold is zero. */
export function readVadWindow(ring: AudioRing, startSample: number, input: Float32Array): void {
  const from = Math.max(ring.firstSample, startSample - VAD_CONTEXT_SAMPLES);
  const audio = ring.read(from, startSample + VAD_WINDOW_SAMPLES);
  input.fill(0);
  input.set(audio, VAD_INPUT_SAMPLES - audio.length);
}

export interface SpeechModel {
  /** Probability of speech per item, in [0, 1], NaN when the model failed on it. @throws RtError asr_failed, resource_exhausted */
  score(items: readonly VadItem[]): Promise<Float32Array>;
}

export function createSileroVad(graph: Graph): SpeechModel {
  const wantsRate = graph.inputs.some((input) => input.name === 'sr');
  const rate = { type: 'int64', dims: [], data: BigInt64Array.of(16_000n) } as const;
  return {
    async score(items) {
      const batch = items.length;
      const input = new Float32Array(batch * VAD_INPUT_SAMPLES);
      const state = new Float32Array(batch * VAD_STATE_LENGTH);
      for (const [row, item] of items.entries()) {
        input.set(item.input, row * VAD_INPUT_SAMPLES);
        // The state is layer first: [2, batch, 128].
        for (let layer = 0; layer < LAYERS; layer++) {
          state.set(item.state.subarray(layer * UNITS, (layer + 1) * UNITS), (layer * batch + row) * UNITS);
        }
      }
      const outputs = await graph.run({
        input: { type: 'float32', dims: [batch, VAD_INPUT_SAMPLES], data: input },
        state: { type: 'float32', dims: [LAYERS, batch, UNITS], data: state },
        ...(wantsRate ? { sr: rate } : {}),
      });
      const next = outputs['stateN']?.data as Float32Array;
      for (const [row, item] of items.entries()) {
        for (let layer = 0; layer < LAYERS; layer++) {
          const from = (layer * batch + row) * UNITS;
          item.state.set(next.subarray(from, from + UNITS), layer * UNITS);
        }
      }
      return outputs['output']?.data as Float32Array;
    },
  };
}
