/**
 * Hears beacon words in a stream that comes in pieces of any length. A burst is what lies between two silences; its
 * periods are measured as they come and read once it is over.
 *
 * Always true: a word is told with the sample it begins at and the one behind its end, exactly; a burst that is not
 * a whole word says nothing, however it was cut; memory is bounded by the longest word. `hear` is pure: a caller that
 * throws its result away has heard nothing.
 */
import { SAMPLE_RATE } from '../frame.ts';
import { LONGEST_WORD_MS } from './beacon-audio.ts';
import { type BeaconLevel, idOf, LOUD_LEVEL, PERIOD_SAMPLES, WORD_BLOCKS } from './beacon-code.ts';
import type { BeaconWord } from './beacon-word.ts';

interface Burst {
  readonly startSample: number;
  /** Behind its newest loud sample. */
  endSample: number;
  /** Sum of the magnitudes of each period, the newest one not complete yet. */
  readonly periodSums: number[];
}

/** What is remembered between two pieces. */
export interface BeaconEar {
  /** Where the next piece begins. */
  readonly position: number;
  readonly burst: Burst | undefined;
}

export interface HeardBeacon {
  readonly ear: BeaconEar;
  /** Words that were found to be over, in order. */
  readonly words: readonly BeaconWord[];
}

/** Silence that ends a burst. */
const END_SAMPLES = PERIOD_SAMPLES;
/** A burst that is longer is no word, and what comes of it is not kept. */
const MOST_PERIODS = (LONGEST_WORD_MS * SAMPLE_RATE) / 1000 / PERIOD_SAMPLES + 1;
/** How far a period may lie from its level, in octaves of amplitude: an eighth, more than G.711 costs. */
const TOLERANCE = 1 / 8;

export function openBeaconEar(position = 0): BeaconEar {
  return { position, burst: undefined };
}

/** Listens to the next piece, 16-bit samples at 16 kHz. */
export function hearBeacon(ear: BeaconEar, samples: Int16Array): HeardBeacon {
  const words: BeaconWord[] = [];
  let burst = ear.burst && { ...ear.burst, periodSums: [...ear.burst.periodSums] };
  for (let i = 0; i < samples.length; i++) {
    const level = Math.abs(samples[i]!);
    if (!burst && level < LOUD_LEVEL) continue;
    const at = ear.position + i;
    burst ??= { startSample: at, endSample: at, periodSums: [] };
    note(burst, at, level);
    if (at + 1 - burst.endSample < END_SAMPLES) continue;
    words.push(...wordOf(burst));
    burst = undefined;
  }
  return { ear: { position: ear.position + samples.length, burst }, words };
}

/** Every word of a recording. */
export function decodeBeacon(pcm: Int16Array): readonly BeaconWord[] {
  const { ear, words } = hearBeacon(openBeaconEar(), pcm);
  return [...words, ...hearBeacon(ear, new Int16Array(END_SAMPLES)).words];
}

function note(burst: Burst, at: number, level: number): void {
  if (level >= LOUD_LEVEL) burst.endSample = at + 1;
  const period = Math.floor((at - burst.startSample) / PERIOD_SAMPLES);
  if (period < MOST_PERIODS) burst.periodSums[period] = (burst.periodSums[period] ?? 0) + level;
}

/** The word a burst is, if it is one. */
function wordOf({ startSample, endSample, periodSums }: Burst): readonly BeaconWord[] {
  const periods = (endSample - startSample) / PERIOD_SAMPLES;
  if (!Number.isInteger(periods) || periods % WORD_BLOCKS !== 0 || periods >= MOST_PERIODS) return [];
  const blockPeriods = periods / WORD_BLOCKS;
  const levels: BeaconLevel[] = [];
  for (let block = 0; block < WORD_BLOCKS; block++) {
    const level = levelOf(
      periodSums.slice(block * blockPeriods, (block + 1) * blockPeriods),
      periodSums[0] ?? 0,
    );
    if (level === undefined) return [];
    levels.push(level);
  }
  const id = idOf(levels);
  return id === undefined ? [] : [{ id, startSample, endSample }];
}

/** The level all periods of a block have; undefined where they have none or not the same one. */
function levelOf(sums: readonly number[], loudest: number): BeaconLevel | undefined {
  const below = Math.round(Math.log2(loudest / (sums[0] ?? 0)));
  const isClean = sums.every((sum) => Math.abs(Math.log2(loudest / sum) - below) <= TOLERANCE);
  const level = 3 - below;
  return isClean && isLevel(level) ? level : undefined;
}

function isLevel(value: number): value is BeaconLevel {
  return value === 0 || value === 1 || value === 2 || value === 3;
}
