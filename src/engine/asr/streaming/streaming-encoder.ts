/** The port of a cache-aware encoder: the acoustic half of a streaming recogniser. */
import type { WindowShape } from '../recogniser.ts';

/** Encoded frames of one step, for all streams of the batch. */
export interface EncodedFrames {
  /** [rows, frames, width], or [rows, width, frames] when `isFrameLast`. Valid until the next call. */
  readonly data: Float32Array;
  readonly rows: number;
  readonly frames: number;
  readonly width: number;
  readonly isFrameLast: boolean;
}

export interface EncoderItem<S> {
  readonly state: S;
  /** `windowFrames` × `bands`, frame by frame. */
  readonly features: Float32Array;
}

export interface EncoderStep {
  readonly encoded: EncodedFrames;
  /** Makes what the graph returned the streams' memory. Not called when decoding failed. */
  adopt(): void;
}

/** `S` is a stream's memory of the encoder: caches and their fill. */
export interface StreamingEncoder<S> {
  readonly shape: WindowShape;
  /** Largest batch the graph takes. */
  readonly maxBatch: number;
  createState(language: string): S;
  /** One inference. @throws RtError asr_failed, resource_exhausted: no state has changed */
  encode(items: readonly EncoderItem<S>[]): Promise<EncoderStep>;
  /** The stream is over: what its caches took is free at once. It would begin anew. */
  release?(state: S): void;
}
