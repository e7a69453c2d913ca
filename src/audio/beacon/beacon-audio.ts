/**
 * Speech that can be checked to the sample: words that carry their own number, in utterances, with pauses
 * between them (docs/beacon.md). The same options give the same samples.
 */
import { RtError } from '../../base/errors.ts';
import { randomFrom } from '../../base/random.ts';
import { SAMPLE_RATE } from '../frame.ts';
import { levelsOf, MOST_BEACON_ID, PERIOD_SAMPLES, tonePeriod, WORD_BLOCKS } from './beacon-code.ts';
import type { BeaconWord } from './beacon-word.ts';

/** Both ends included. */
export interface Span {
  readonly least: number;
  readonly most: number;
}

export interface BeaconAudioOptions {
  readonly seed: number;
  readonly durationMs: number;
  /** Id of the first word (0); each further word has the next one. */
  readonly firstId?: number;
  /** Length of every word: a multiple of 24 (240). */
  readonly wordMs?: number;
  /** Silence between the words of an utterance (80 to 240). */
  readonly gapMs?: Span;
  /** Silence before the first utterance and between utterances (700 to 1500). */
  readonly pauseMs?: Span;
  /** Words of an utterance (1 to 10: with the other defaults at most 4.6 s). */
  readonly utteranceWords?: Span;
}

export interface BeaconAudio {
  /** 16 kHz, mono, exactly `durationMs` long. */
  readonly pcm: Int16Array;
  /** Every word in it, in order. */
  readonly words: readonly BeaconWord[];
}

const MS = SAMPLE_RATE / 1000;
/** A block is whole milliseconds, hence whole periods. */
const WORD_STEP_MS = (WORD_BLOCKS * PERIOD_SAMPLES) / MS;
export const LONGEST_WORD_MS = 2400;
/** What a reader needs to tell two words apart, twice over. */
const SHORTEST_SILENCE_MS = 2;
/** Loudest sample of silence: stretches of zeros in a recording are then not the maker's. */
const NOISE_LEVEL = 3;

/** @throws RtError usage for lengths and ids that no word can have */
export function makeBeaconAudio(options: BeaconAudioOptions): BeaconAudio {
  const plan = withDefaults(options);
  const { firstId } = plan;
  const random = randomFrom(options.seed);
  const pcm = createNoise(Math.round(options.durationMs * MS), random);
  const starts = wordStarts(plan, { random, endSample: pcm.length });
  if (firstId + starts.length - 1 > MOST_BEACON_ID) {
    throw new RtError(
      'usage',
      `Beacon words are numbered up to ${MOST_BEACON_ID}; ${starts.length} do not fit behind ${firstId}`,
    );
  }
  const words = starts.map((startSample, index) => ({
    id: firstId + index,
    startSample,
    endSample: startSample + plan.wordMs * MS,
  }));
  for (const word of words) writeWord(pcm, word);
  return { pcm, words };
}

type Plan = Required<BeaconAudioOptions>;

function withDefaults(options: BeaconAudioOptions): Plan {
  const plan = {
    firstId: 0,
    wordMs: 240,
    gapMs: { least: 80, most: 240 },
    pauseMs: { least: 700, most: 1500 },
    utteranceWords: { least: 1, most: 10 },
    ...options,
  };
  const { wordMs } = plan;
  if (wordMs < WORD_STEP_MS || wordMs > LONGEST_WORD_MS || wordMs % WORD_STEP_MS !== 0) {
    throw new RtError(
      'usage',
      `A beacon word lasts a multiple of ${WORD_STEP_MS} ms up to ${LONGEST_WORD_MS} ms, not ${wordMs} ms`,
    );
  }
  const silences = Math.min(plan.gapMs.least, plan.pauseMs.least);
  if (silences < SHORTEST_SILENCE_MS || plan.utteranceWords.least < 1) {
    throw new RtError(
      'usage',
      `Beacon words stand at least ${SHORTEST_SILENCE_MS} ms apart, and an utterance has at least one`,
    );
  }
  return plan;
}

function createNoise(samples: number, random: () => number): Int16Array {
  const pcm = new Int16Array(samples);
  for (let i = 0; i < samples; i++) pcm[i] = Math.floor(random() * (2 * NOISE_LEVEL + 1)) - NOISE_LEVEL;
  return pcm;
}

/** First samples of all words that end by `endSample`. */
function wordStarts(
  plan: Plan,
  { random, endSample }: { readonly random: () => number; readonly endSample: number },
): readonly number[] {
  const within = ({ least, most }: Span): number => least + Math.floor(random() * (most - least + 1));
  const starts: number[] = [];
  const wordSamples = plan.wordMs * MS;
  let at = 0;
  for (;;) {
    at += within(inSamples(plan.pauseMs));
    for (let left = within(plan.utteranceWords); left > 0; left--) {
      if (at + wordSamples > endSample) return starts;
      starts.push(at);
      at += wordSamples + (left > 1 ? within(inSamples(plan.gapMs)) : 0);
    }
  }
}

function inSamples({ least, most }: Span): Span {
  return { least: Math.round(least * MS), most: Math.round(most * MS) };
}

function writeWord(pcm: Int16Array, { id, startSample, endSample }: BeaconWord): void {
  const blockSamples = (endSample - startSample) / WORD_BLOCKS;
  for (const [block, level] of levelsOf(id).entries()) {
    const period = tonePeriod(level);
    const from = startSample + block * blockSamples;
    for (let at = from; at < from + blockSamples; at += PERIOD_SAMPLES) pcm.set(period, at);
  }
}
