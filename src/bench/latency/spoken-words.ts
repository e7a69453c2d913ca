/** The words of one stream and when each is spoken: a stream begins anywhere in the circle of clips. Pure. */
import { SAMPLE_RATE } from '../../audio/frame.ts';
import type { Program, TimedWord } from '../program.ts';
import { wordKey } from './word-keys.ts';

export interface SpokenWord {
  readonly key: string;
  /** In samples of the stream; the end is the sample behind the last one. */
  readonly startSample: number;
  readonly endSample: number;
  /** Another word begins before a pause that would end the utterance. */
  readonly isInside: boolean;
}

/** The silence after which rt ends an utterance unless told otherwise (`min_silence_ms`). */
const PAUSE_SAMPLES = SAMPLE_RATE / 2;

/** Words of which every sample is among the `count` from `offsetSamples` of the circle on. */
export function spokenWords(program: Program, offsetSamples: number, count: number): readonly SpokenWord[] {
  const words = [...wordsFrom(program, offsetSamples + count + PAUSE_SAMPLES)];
  return words.flatMap((word, index) => {
    const startSample = word.startSample - offsetSamples;
    const endSample = word.endSample - offsetSamples;
    const key = wordKey(word.word);
    if (startSample < 0 || endSample > count || key === undefined) return [];
    const next = words[index + 1];
    const isInside = next !== undefined && next.startSample - word.endSample < PAUSE_SAMPLES;
    return [{ key, startSample, endSample, isInside }];
  });
}

/** All words that begin before `untilSample`, round after round. */
function* wordsFrom({ clips, loopSamples }: Program, untilSample: number): Generator<TimedWord> {
  for (let round = 0; round < untilSample; round += loopSamples) {
    for (const { startSample: at, words = [] } of clips) {
      for (const { word, startSample, endSample } of words) {
        const start = round + at + startSample;
        if (start < untilSample) yield { word, startSample: start, endSample: round + at + endSample };
      }
    }
  }
}
