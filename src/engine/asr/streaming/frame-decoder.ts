/** The port of a greedy decoder: encoded frames in, tokens out; the other half of a streaming recogniser. */
import type { Hypothesis } from '../hypothesis.ts';
import type { EncodedFrames } from './streaming-encoder.ts';

/** One stream as its decoder sees it. */
export interface DecoderItem<S> {
  readonly state: S;
  readonly hypothesis: Hypothesis;
}

/** `S` is what a stream carries from chunk to chunk besides its hypothesis. */
export interface FrameDecoder<S> {
  createState(): S;
  /**
   * Decodes row i of `encoded` into item i.
   * @returns per item, false when its frames hold something that is not a number: it has not changed
   * @throws RtError asr_failed, resource_exhausted: no item has changed
   */
  decode(items: readonly DecoderItem<S>[], encoded: EncodedFrames): Promise<readonly boolean[]>;
}
