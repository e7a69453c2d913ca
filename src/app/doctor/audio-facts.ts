/** What this machine can read, record and convert. Never rejects. */
import { readFile } from 'node:fs/promises';
import { execa } from 'execa';
import { SAMPLE_RATE } from '../../audio/frame.ts';
import { createResampler, loadResampler } from '../../audio/resample.ts';
import { messageOf } from '../../base/errors.ts';

export interface AudioFacts {
  /** First line of what ffmpeg says of itself; undefined where it is not installed. */
  readonly ffmpeg: string | undefined;
  /** Programs that record, of those that are known. */
  readonly recorders: readonly string[];
  /** Names of sound cards; undefined where this system does not tell. */
  readonly cards: readonly string[] | undefined;
  readonly resampler: ResamplerFacts;
}

export type ResamplerFacts =
  | { readonly type: 'broken'; readonly reason: string }
  /** Half a second at 48 kHz: samples that came out, and the level of a tone that is kept and of one that is not. */
  | {
      readonly type: 'works';
      readonly samples: number;
      readonly keptLevel: number;
      readonly removedLevel: number;
    };

/** Amplitude of the tones, of 32767. */
export const TONE_LEVEL = 16_000;
export const TONE_SAMPLES: number = SAMPLE_RATE / 2;
const TONE_RATE = 48_000;
const RECORDERS = ['arecord', 'parecord', 'pw-record', 'rec'];
const ANSWER_WITHIN_MS = 3000;

export async function gatherAudioFacts(): Promise<AudioFacts> {
  const [ffmpeg, cards, resampler, ...recorders] = await Promise.all([
    firstLineOf('ffmpeg', ['-version']),
    readCards(),
    tryResampler(),
    ...RECORDERS.map(async (name) => ((await firstLineOf(name, ['--version'])) === undefined ? [] : [name])),
  ]);
  return { ffmpeg, cards, resampler, recorders: recorders.flat() };
}

/** Undefined where the program is not there; one that is and complains is there. */
async function firstLineOf(program: string, args: readonly string[]): Promise<string | undefined> {
  const result = await execa(program, args, {
    timeout: ANSWER_WITHIN_MS,
    reject: false,
    stdin: 'ignore',
  });
  if (result.code === 'ENOENT' || result.code === 'EACCES') return undefined;
  return (result.stdout || result.stderr).split('\n', 1)[0] ?? '';
}

async function readCards(): Promise<readonly string[] | undefined> {
  const text = await readFile('/proc/asound/cards', 'utf8').catch(() => undefined);
  return text?.split('\n').flatMap((line) => /^\s*\d+ \[[^\]]*\]: (.*)$/.exec(line)?.[1] ?? []);
}

async function tryResampler(): Promise<ResamplerFacts> {
  try {
    await loadResampler();
    const kept = convert(1000);
    return {
      type: 'works',
      samples: kept.length,
      keptLevel: levelOf(kept),
      removedLevel: levelOf(convert(11_000)),
    };
  } catch (error) {
    return { type: 'broken', reason: messageOf(error) };
  }
}

/** A tone of `frequencyHz` at 48 kHz, brought to 16 kHz. */
function convert(frequencyHz: number): Int16Array {
  const tone = Int16Array.from({ length: TONE_RATE / 2 }, (_, index) =>
    Math.round(TONE_LEVEL * Math.sin((2 * Math.PI * frequencyHz * index) / TONE_RATE)),
  );
  const resampler = createResampler({ fromRate: TONE_RATE });
  const begin = resampler.push(tone);
  const end = resampler.flush();
  const whole = new Int16Array(begin.length + end.length);
  whole.set(begin);
  whole.set(end, begin.length);
  return whole;
}

/** The highest sample of the middle half: a filter rings at both ends. */
function levelOf(samples: Int16Array): number {
  const middle = samples.subarray(samples.length / 4, (3 * samples.length) / 4);
  return middle.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
}
