/** The port of a greedy decoder for whole utterances, and its two kinds. */
import { createCtcState, decodeCtc } from '../ctc/ctc-greedy.ts';
import { createHypothesis, type Hypothesis } from '../hypothesis.ts';
import { decodeGreedy } from '../transducer/greedy-decode.ts';
import { extendHypothesis, type TransducerParts } from '../transducer/transducer-decoder.ts';
import type { EncodedUtterances } from './offline-encoder.ts';

export interface UtteranceDecoder {
  /**
   * Decodes every row.
   * @returns undefined for a row with something that is not a number
   * @throws RtError asr_failed, resource_exhausted
   */
  decode(utterances: EncodedUtterances): Promise<readonly (Hypothesis | undefined)[]>;
}

export function createCtcUtteranceDecoder(blankId: number): UtteranceDecoder {
  return {
    decode: ({ encoded, frames }) =>
      Promise.resolve(
        frames.map((count, row) => {
          const stream = { state: createCtcState(blankId), hypothesis: createHypothesis() };
          const { data, width } = encoded;
          const offset = row * encoded.frames * width;
          const isNumeric = decodeCtc(stream, { data, offset, frames: count, classes: width, blankId });
          return isNumeric ? stream.hypothesis : undefined;
        }),
      ),
  };
}

export function createTransducerUtteranceDecoder<P>(parts: TransducerParts<P>): UtteranceDecoder {
  const { joint } = parts;
  const rules = { ...parts.rules, resetIds: new Set<number>() };
  return {
    async decode({ encoded, frames }) {
      const streams = frames.map((count) => ({ memory: joint.start, skipFrames: 0, frames: count }));
      const outcomes = await decodeGreedy(joint, rules, { encoded, streams });
      return outcomes.map((outcome, row) => {
        if (!outcome) return undefined;
        const hypothesis = createHypothesis();
        extendHypothesis(hypothesis, outcome, { ...parts, frames: frames[row] ?? 0 });
        return hypothesis;
      });
    },
  };
}
