/** A transducer as a frame decoder: what greedy decoding heard in a chunk becomes the streams' hypotheses. */
import type { Hypothesis } from '../hypothesis.ts';
import type { SpecialTokens } from '../special-tokens.ts';
import type { FrameDecoder } from '../streaming/frame-decoder.ts';
import { decodeGreedy, type GreedyOutcome, type TransducerMemory } from './greedy-decode.ts';
import type { TransducerRules } from './greedy-scan.ts';
import type { Joint } from './joint.ts';

/** A stream's decoder state: the memory of its last finished chunk. */
export interface TransducerState<P> {
  last: TransducerMemory<P>;
}

export interface TransducerParts<P> {
  readonly joint: Joint<P>;
  readonly rules: TransducerRules;
  readonly special: SpecialTokens;
}

/** After the end of a turn the predictor starts afresh; the encoder goes on. */
export function createTransducerDecoder<P>(parts: TransducerParts<P>): FrameDecoder<TransducerState<P>> {
  const { joint, special } = parts;
  const rules = { ...parts.rules, resetIds: special.turnEndIds };
  return {
    createState: () => ({ last: { memory: joint.start, skipFrames: 0 } }),
    async decode(items, encoded) {
      const streams = items.map(({ state }) => ({ ...state.last, frames: encoded.frames }));
      const outcomes = await decodeGreedy(joint, rules, { encoded, streams });
      for (const [i, { state, hypothesis }] of items.entries()) {
        const outcome = outcomes[i];
        if (!outcome) continue;
        state.last = { memory: outcome.memory, skipFrames: outcome.skipFrames };
        extendHypothesis(hypothesis, outcome, { ...parts, frames: encoded.frames });
      }
      return outcomes.map((outcome) => outcome !== undefined);
    },
  };
}

/** Appends the tokens of a chunk of `frames` frames. */
export function extendHypothesis<P>(
  hypothesis: Hypothesis,
  outcome: GreedyOutcome<P>,
  chunk: { readonly frames: number; readonly rules: TransducerRules; readonly special: SpecialTokens },
): void {
  const { frames, rules, special } = chunk;
  const lasts = rules.durations.length > 0;
  for (const { id, frame, durationFrames, confidence } of outcome.tokens) {
    const token = { id, frame: hypothesis.frames + frame, confidence };
    hypothesis.tokens.push(lasts ? { ...token, frames: durationFrames } : token);
    if (special.turnEndIds.has(id)) hypothesis.isTurnOver = true;
    const language = special.language(id);
    if (language !== undefined) hypothesis.language = language;
  }
  hypothesis.frames += frames;
  const last = hypothesis.tokens.at(-1);
  hypothesis.blankRun = last
    ? Math.max(0, hypothesis.frames - last.frame - Math.max(1, last.frames ?? 1))
    : hypothesis.frames;
}
