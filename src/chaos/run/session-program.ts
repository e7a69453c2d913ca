/** What each session of a trial says and when, from a seed alone: beacon audio, one flush, its end. */
import { type BeaconAudioOptions, makeBeaconAudio } from '../../audio/beacon/beacon-audio.ts';
import type { BeaconWord } from '../../audio/beacon/beacon-word.ts';
import { SAMPLE_RATE } from '../../audio/frame.ts';
import { randomFrom, seedFrom } from '../../base/random.ts';

export const CHUNK_MS = 100;
const CHUNK_SAMPLES = (SAMPLE_RATE * CHUNK_MS) / 1000;

/** Longer than a gap between words, shorter than a pause between utterances. */
const PAUSE_SAMPLES = SAMPLE_RATE / 2;
/** Silence that a reader needs to know that a word is over. */
const WORD_OVER_SAMPLES = 32;
/** An engine ends an utterance at the last whole window before the flush (ENG-16). */
const WINDOW_SAMPLES = 512;
/** Sessions of a trial begin within this time. */
const STAGGER_MS = 300;
/**
 * Ids of seven digits, above what process ids can be: so that they can be searched for in logs. A thousand for each
 * session.
 */
const LEAST_ID = 5_000_000;
const ID_BLOCKS = 10_000;
const IDS_OF_SESSION = 1000;

export type AudioShape = Pick<BeaconAudioOptions, 'durationMs' | 'utteranceWords' | 'pauseMs'>;

export interface SessionProgram {
  readonly actor: string;
  readonly pcm: Int16Array;
  readonly words: readonly BeaconWord[];
  /** Words between two pauses. */
  readonly utterances: readonly (readonly BeaconWord[])[];
  /** The end of a message between two words, behind which the client says flush. */
  readonly flushSample: number | undefined;
  /** How long after the trial's start it connects. */
  readonly startMs: number;
}

export interface ProgramOptions {
  readonly shape: AudioShape;
  readonly sessions: number;
  /** What is drawn from; two trials with equal labels say the same. */
  readonly labels: readonly (string | number)[];
}

export function makePrograms({ shape, sessions, labels }: ProgramOptions): readonly SessionProgram[] {
  const firstBlock = seedFrom('ids', ...labels) % ID_BLOCKS;
  return Array.from({ length: sessions }, (_, index) => {
    const random = randomFrom(seedFrom('program', ...labels, index));
    const { pcm, words } = makeBeaconAudio({
      ...shape,
      seed: seedFrom('audio', ...labels, index),
      firstId: LEAST_ID + ((firstBlock + index) % ID_BLOCKS) * IDS_OF_SESSION,
    });
    return {
      actor: `c${String(index)}`,
      pcm,
      words,
      utterances: utterancesOf(words),
      flushSample: pick(random, flushPlaces(words)),
      startMs: Math.floor(random() * STAGGER_MS),
    };
  });
}

/** One of `choices`, or undefined when there is none. */
export function pick<T>(random: () => number, choices: readonly T[]): T | undefined {
  return choices[Math.floor(random() * choices.length)];
}

function utterancesOf(words: readonly BeaconWord[]): readonly (readonly BeaconWord[])[] {
  const utterances: BeaconWord[][] = [];
  for (const word of words) {
    const last = utterances.at(-1)?.at(-1);
    if (last !== undefined && word.startSample - last.endSample < PAUSE_SAMPLES)
      utterances.at(-1)?.push(word);
    else utterances.push([word]);
  }
  return utterances;
}

/** Ends of messages that fall into a gap between two words: a flush inside of a word would cut it in two. */
function flushPlaces(words: readonly BeaconWord[]): readonly number[] {
  return words.flatMap((word, index) => {
    const next = words[index + 1];
    const overSample = Math.ceil((word.endSample + WORD_OVER_SAMPLES) / WINDOW_SAMPLES) * WINDOW_SAMPLES;
    const place = Math.ceil(overSample / CHUNK_SAMPLES) * CHUNK_SAMPLES;
    return next !== undefined && place <= next.startSample ? [place] : [];
  });
}
