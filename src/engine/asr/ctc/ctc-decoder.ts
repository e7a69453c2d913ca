/** Greedy CTC as a frame decoder: the encoder's frames are log-probabilities already. */
import { RtError } from '../../../base/errors.ts';
import type { FrameDecoder } from '../streaming/frame-decoder.ts';
import { createCtcState, type CtcState, decodeCtc } from './ctc-greedy.ts';

export function createCtcDecoder(blankId: number): FrameDecoder<CtcState> {
  return {
    createState: () => createCtcState(blankId),
    decode(items, { data, frames, width, isFrameLast }) {
      if (isFrameLast) {
        return Promise.reject(new RtError('internal_error', 'Log-probabilities must lie frame by frame'));
      }
      const numeric = items.map((item, row) =>
        decodeCtc(item, { data, offset: row * frames * width, frames, classes: width, blankId }),
      );
      return Promise.resolve(numeric);
    },
  };
}
