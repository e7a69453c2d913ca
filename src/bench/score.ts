/** Word error rate over all sessions of a step. Streams begin and end anywhere, so their edges are cut words. Pure. */
import type { Normaliser } from './normalise.ts';
import type { Spoken } from './program.ts';
import { type AlignmentStep, alignWords } from './wer.ts';

export interface Score {
  readonly normaliser: string;
  /** (sub + ins + del) / refWords over all sessions; null of no word. */
  readonly wer: number | null;
  readonly sub: number;
  readonly ins: number;
  readonly del: number;
  readonly refWords: number;
}

export interface Transcript {
  readonly spoken: readonly Spoken[];
  readonly texts: readonly string[];
}

export function scoreTranscripts(transcripts: readonly Transcript[], normaliser: Normaliser): Score {
  const totals = { sub: 0, ins: 0, del: 0, refWords: 0 };
  for (const transcript of transcripts) {
    for (const { kind } of alignTranscript(transcript, normaliser)) {
      if (kind !== 'match') totals[kind] += 1;
      if (kind !== 'ins') totals.refWords += 1;
    }
  }
  const { sub, ins, del, refWords } = totals;
  return {
    normaliser: normaliser.name,
    wer: refWords === 0 ? null : (sub + ins + del) / refWords,
    ...totals,
  };
}

/**
 * The alignment of what was heard with what was said. Nobody knows which words of a cut clip were said before the
 * stream began or after it ended, so those that fit best are taken; and a word that was cut itself is no word: up to
 * the first match in a cut clip nothing is counted, and nothing behind the last.
 */
function alignTranscript({ spoken, texts }: Transcript, normaliser: Normaliser): readonly AlignmentStep[] {
  const ref = spoken.flatMap(({ text }) => normaliser.words(text));
  const wordsIf = (isCut: boolean | undefined, clip: Spoken | undefined): number =>
    isCut && clip !== undefined ? normaliser.words(clip.text).length : 0;
  const [first, last] = [spoken[0], spoken.at(-1)];
  const optional = { start: wordsIf(first?.isCutAtStart, first), end: wordsIf(last?.isCutAtEnd, last) };
  const steps = alignWords(ref, normaliser.words(texts.join(' ')), optional);
  const withoutStart = fromFirstMatch(steps, optional.start);
  return fromFirstMatch(withoutStart.toReversed(), optional.end).toReversed();
}

/** `steps` from the first match on, if it is among the first `most` words of the reference; else behind those. */
function fromFirstMatch(steps: readonly AlignmentStep[], most: number): readonly AlignmentStep[] {
  if (most === 0) return steps;
  let refWords = 0;
  const first = steps.findIndex(({ kind }) => {
    if (kind === 'match' || refWords === most) return true;
    if (kind !== 'ins') refWords += 1;
    return false;
  });
  return first === -1 ? [] : steps.slice(first);
}
