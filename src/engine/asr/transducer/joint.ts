/**
 * The port of a transducer's predictor and joint network: the scores encoder frames get after the
 * tokens a stream has said so far. It knows no stream: what a stream's tokens left behind is a
 * memory of type `P`, which is replaced and never changed, so keeping an old one undoes a step.
 */
import type { EncodedFrames } from '../streaming/streaming-encoder.ts';

export interface JointItem<P> {
  readonly memory: P;
  /** Row of the encoded batch. */
  readonly row: number;
  /** First frame of that row to score. */
  readonly firstFrame: number;
}

export interface JointRequest<P> {
  readonly encoded: EncodedFrames;
  /** At most `maxBatch` of them. */
  readonly items: readonly JointItem<P>[];
  /** Frames to score per item; behind the last frame of a row there are zeros. */
  readonly frames: number;
}

/** A token an item of the request said next. */
export interface NextToken {
  readonly item: number;
  readonly id: number;
}

export interface JointScores<P> {
  /** [items, frames, width]: token classes, then duration classes where the model has them. */
  readonly data: Float32Array;
  /**
   * The memories of the items that said these tokens, in their order.
   * @throws RtError asr_failed, resource_exhausted
   */
  extend(tokens: readonly NextToken[]): Promise<readonly P[]>;
}

export interface Joint<P> {
  /** Scores of one frame. */
  readonly width: number;
  readonly maxBatch: number;
  /** Frames of every request where the export has them baked in. */
  readonly fixedFrames: number | undefined;
  /** The memory of a stream that has said nothing. */
  readonly start: P;
  /** One inference. @throws RtError asr_failed, resource_exhausted */
  score(request: JointRequest<P>): Promise<JointScores<P>>;
}
