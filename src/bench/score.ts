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

/** The alignment without what lies outside the first and the last recognised word of clips that are cut. */
function alignTranscript({ spoken, texts }: Transcript, normaliser: Normaliser): readonly AlignmentStep[] {
  const ref = spoken.flatMap(({ text }) => normaliser.words(text));
  const steps = alignWords(ref, normaliser.words(texts.join(' ')));
  const cutWords = (clip: Spoken | undefined): number =>
    clip?.isCut ? normaliser.words(clip.text).length : 0;
  const withoutStart = trimStart(steps, cutWords(spoken[0]));
  return trimStart(withoutStart.toReversed(), cutWords(spoken.at(-1))).toReversed();
}

/** `steps` from the first match on, if it is among the first `most` words of the reference; else behind those. */
function trimStart(steps: readonly AlignmentStep[], most: number): readonly AlignmentStep[] {
  if (most === 0) return steps;
  let refWords = 0;
  const first = steps.findIndex(({ kind }) => {
    if (kind === 'match' || refWords === most) return true;
    if (kind !== 'ins') refWords += 1;
    return false;
  });
  return first === -1 ? [] : steps.slice(first);
}
