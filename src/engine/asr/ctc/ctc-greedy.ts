/**
 * Greedy CTC: the best token of each frame, repeats collapsed, blanks dropped. The previous frame's
 * token is carried across chunks, so cutting a stream into chunks changes nothing.
 * Source: A. Graves et al., "Connectionist Temporal Classification", 2006 (best path decoding).
 */
import type { Hypothesis } from '../hypothesis.ts';

export interface CtcState {
  previousId: number;
}

export function createCtcState(blankId: number): CtcState {
  return { previousId: blankId };
}

export interface CtcStream {
  readonly state: CtcState;
  readonly hypothesis: Hypothesis;
}

/** Log-probabilities of one chunk: `frames` rows of `classes`, starting at `offset`. */
export interface LogProbs {
  readonly data: Float32Array;
  readonly offset: number;
  readonly frames: number;
  readonly classes: number;
  readonly blankId: number;
}

/**
 * Decodes one chunk into `stream`.
 * @returns false when the chunk holds a value that is not a number: the model failed on it
 */
export function decodeCtc(stream: CtcStream, chunk: LogProbs): boolean {
  for (let f = 0; f < chunk.frames; f++) {
    const row = chunk.offset + f * chunk.classes;
    let best = 0;
    let bestValue = chunk.data[row] as number;
    for (let c = 1; c < chunk.classes; c++) {
      const value = chunk.data[row + c] as number;
      if (value > bestValue) {
        best = c;
        bestValue = value;
      }
    }
    if (!Number.isFinite(bestValue)) return false;
    acceptFrame(stream, { id: best, probability: Math.min(1, Math.exp(bestValue)), blankId: chunk.blankId });
  }
  return true;
}

function acceptFrame(
  { state, hypothesis }: CtcStream,
  frame: { readonly id: number; readonly probability: number; readonly blankId: number },
): void {
  if (frame.id === frame.blankId) {
    hypothesis.blankRun++;
  } else {
    hypothesis.blankRun = 0;
    const last = hypothesis.tokens.at(-1);
    if (frame.id !== state.previousId || last === undefined) {
      hypothesis.tokens.push({ id: frame.id, frame: hypothesis.frames, confidence: frame.probability });
    } else {
      last.confidence = Math.max(last.confidence, frame.probability);
    }
  }
  state.previousId = frame.id;
  hypothesis.frames++;
}
