/** Compares what was recognised with what was said. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { rtBasic } from '../bench/normalise.ts';
import { type AlignmentStep, wordErrorRate } from '../bench/wer.ts';

/** A step as documents have it; null where a text has no word. */
export interface AlignedPair {
  readonly op: AlignmentStep['kind'];
  readonly ref: string | null;
  readonly hyp: string | null;
}

export interface StreamScore {
  readonly normaliser: string;
  readonly rate: (transcript: string) => number;
  readonly align: (transcript: string) => readonly AlignedPair[];
}

/** `ref` is a file when there is one of that name, else the words themselves. */
export function createStreamScore(ref: string): StreamScore {
  const reference = existsSync(ref) && statSync(ref).isFile() ? readFileSync(ref, 'utf8') : ref;
  const compare = (transcript: string): ReturnType<typeof wordErrorRate> =>
    wordErrorRate(reference, transcript, rtBasic);
  return {
    normaliser: rtBasic.name,
    rate: (transcript) => compare(transcript).wer,
    align: (transcript) => compare(transcript).steps.map(pairOf),
  };
}

function pairOf(step: AlignmentStep): AlignedPair {
  return {
    op: step.kind,
    ref: 'ref' in step ? step.ref : null,
    hyp: 'hyp' in step ? step.hyp : null,
  };
}
