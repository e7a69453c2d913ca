/**
 * The port of a streaming recogniser: fixed windows of log-mel features in, tokens out, many
 * streams in one call. A recogniser holds no stream: everything a stream remembers is in its
 * `RecogniserState`, so that dropping the state is all it takes to reset.
 */
import type { CtcState } from './ctc-greedy.ts';
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

/** One row of a tensor that may be shared by the streams that were stepped together. */
export interface CacheRow {
  readonly data: Float32Array;
  readonly row: number;
}

export interface RecogniserState {
  readonly ctc: CtcState;
  channelCache: CacheRow;
  timeCache: CacheRow;
  cacheLength: bigint;
}

export interface RecogniserItem {
  readonly state: RecogniserState;
  /** `windowFrames` × `bands`, frame by frame. */
  readonly features: Float32Array;
}

export interface Recogniser {
  readonly shape: WindowShape;
  readonly vocabulary: Vocabulary;
  /** Largest batch the graph takes. */
  readonly maxBatch: number;
  createState(): RecogniserState;
  /**
   * Advances every item by one window and decodes it into its state, in one inference. One step at a
   * time: work buffers are shared.
   * @returns per item, false when the model produced something that is not a number for it
   * @throws RtError asr_failed, resource_exhausted: no state has changed
   */
  step(items: readonly RecogniserItem[]): Promise<readonly boolean[]>;
}
