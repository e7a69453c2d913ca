/**
 * The port of a streaming recogniser: fixed windows of log-mel features in, tokens out, many
 * streams in one call. A recogniser holds no stream: everything a stream remembers is in its
 * `RecogniserState`, so that dropping the state is all it takes to reset.
 */
import type { Hypothesis } from './hypothesis.ts';
import type { Vocabulary } from './vocabulary.ts';

/** Geometry of the windows a recogniser wants, in mel frames of 10 ms. */
export interface WindowShape {
  readonly bands: number;
  /** Frames of one window; the first `cacheFrames` repeat the end of the window before. */
  readonly windowFrames: number;
  readonly shiftFrames: number;
  readonly cacheFrames: number;
  /** Samples per encoder frame: the unit of token times. */
  readonly tokenFrameSamples: number;
}

/** A stream's memory: its hypothesis is for everybody, the rest for the recogniser that made it. */
export interface RecogniserState {
  readonly hypothesis: Hypothesis;
}

export interface RecogniserItem {
  readonly state: RecogniserState;
  /** `windowFrames` × `bands`, frame by frame. */
  readonly features: Float32Array;
}

export interface Recogniser {
  readonly shape: WindowShape;
  readonly vocabulary: Vocabulary;
  /** How much later than a word begins its first token comes. */
  readonly wordDelaySamples: number;
  /** Largest batch the graph takes. */
  readonly maxBatch: number;
  /** @param language as the session asked for it; `auto` where it did not say */
  createState(language: string): RecogniserState;
  /**
   * Says that a stream is over, so that its memory serves others at once. Not needed: a state that is only
   * dropped falls to the garbage collector.
   */
  release?(state: RecogniserState): void;
  /**
   * Advances every item by one window and decodes it into its state, in one inference. One step at a
   * time: work buffers are shared.
   * @returns per item, false when the model produced something that is not a number for it
   * @throws RtError asr_failed, resource_exhausted: no state has changed
   */
  step(items: readonly RecogniserItem[]): Promise<readonly boolean[]>;
}
