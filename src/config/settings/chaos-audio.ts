/** Settings of `rt chaos audio`. */
import { durationMs, integer, text } from '../kinds.ts';
import type { Section } from '../setting.ts';

export interface ChaosAudioConfig {
  readonly out: string;
  readonly seed: number;
  readonly audioMs: number;
  readonly firstId: number;
  readonly utteranceWords: number;
}

export const chaosAudioSection: Section<ChaosAudioConfig> = {
  name: 'chaos',
  rows: {
    out: { flag: 'out', kind: text('FILE'), default: 'beacon.wav', doc: 'File to write.', flagOnly: true },
    seed: {
      flag: 'seed',
      kind: integer(0, 2 ** 32 - 1),
      default: '1',
      doc: 'What utterances and pauses are drawn from; the same seed gives the same file.',
      flagOnly: true,
    },
    audioMs: {
      flag: 'duration',
      kind: durationMs,
      default: '60s',
      doc: 'Length of the audio.',
      flagOnly: true,
    },
    firstId: {
      flag: 'first-id',
      kind: integer(0, 2 ** 24 - 1),
      default: '0',
      doc: 'Number of the first word.',
      flagOnly: true,
    },
    utteranceWords: {
      flag: 'utterance-words',
      kind: integer(1, 1_000_000),
      default: '10',
      doc: 'Most words of an utterance; 10 are less than 5 s.',
      flagOnly: true,
    },
  },
};
