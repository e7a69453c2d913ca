import { writeFile } from 'node:fs/promises';
import type { Interfaces } from '@oclif/core';
import type { BeaconWord } from '../../audio/beacon/beacon-word.ts';
import { SAMPLE_RATE } from '../../audio/frame.ts';
import { messageOf, RtError } from '../../base/errors.ts';
import { BaseCommand, type Examples } from '../../cli/base-command.ts';
import { flagsOf } from '../../cli/flags.ts';
import { chaosAudioSection } from '../../config/settings/chaos-audio.ts';

const LONGEST_MS = 4 * 3_600_000;

export default class ChaosAudio extends BaseCommand {
  static override summary: string = 'Write a WAV file whose words are numbers that a beacon worker reads.';
  static override description: string =
    'Its transcript shows to the word what was lost, doubled or moved on the way: the numbers rise by one. ' +
    'With --json every word is told with its first sample and the one behind its last.';
  static override examples: Examples = [
    { description: 'A minute of it:', command: 'rt chaos audio' },
    {
      description: 'Through a cluster whose workers need no model:',
      command: 'rt up --engine beacon & rt stream beacon.wav --words',
    },
    { description: 'One long utterance:', command: 'rt chaos audio --utterance-words 1000 --duration 20s' },
  ];
  static override flags: Interfaces.FlagInput = flagsOf(chaosAudioSection);

  override async run(): Promise<unknown> {
    const { out, seed, audioMs, firstId, utteranceWords } = this.settings(chaosAudioSection);
    if (audioMs > LONGEST_MS) throw new RtError('usage', '--duration is at most 4h');
    const { makeBeaconAudio } = await import('../../audio/beacon/beacon-audio.ts');
    const { wavBytes } = await import('../../audio/wav-bytes.ts');
    const { pcm, words } = makeBeaconAudio({
      ...{ seed, durationMs: audioMs, firstId },
      utteranceWords: { least: 1, most: utteranceWords },
    });
    await writeFile(out, wavBytes(pcm, SAMPLE_RATE)).catch((cause: unknown) => {
      throw new RtError('usage', `${out} cannot be written: ${messageOf(cause)}`, {
        cause,
        hint: 'Give --out a file that can be written.',
      });
    });
    if (!this.jsonEnabled()) this.output.line(summaryText(out, words, audioMs));
    return {
      schema: 'rt.beacon-audio/v1',
      ...{ file: out, seed, samples: pcm.length, sample_rate: SAMPLE_RATE },
      words: words.map(({ id, startSample, endSample }) => ({
        id,
        start_sample: startSample,
        end_sample: endSample,
      })),
    };
  }
}

function summaryText(file: string, words: readonly BeaconWord[], audioMs: number): string {
  const [first, last] = [words[0], words.at(-1)];
  const range = first && last ? `, ${first.id} to ${last.id}` : '';
  return `${file}: ${words.length} words${range}, in ${audioMs / 1000} s`;
}
