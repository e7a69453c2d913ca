/** Settings of `rt bench captions`. All belong to one call: a run is repeated from its command line alone. */
import { integer, text } from '../kinds.ts';
import type { Section } from '../setting.ts';
import { type CrowdConfig, crowdRows } from './bench-rows.ts';

export interface BenchCaptionsConfig extends CrowdConfig {
  readonly readers: number;
  readonly slow: number;
  readonly seconds: number;
  readonly channelPrefix: string;
}

export const benchCaptionsSection: Section<BenchCaptionsConfig> = {
  name: 'bench.captions',
  rows: {
    readers: {
      flag: 'readers',
      kind: integer(1, 5000),
      default: '50',
      doc: 'Readers of the one speaker, each on a connection of its own.',
      flagOnly: true,
    },
    slow: {
      flag: 'slow',
      kind: integer(0, 5000),
      default: '5',
      doc: 'How many of them take what is there only once a second.',
      flagOnly: true,
    },
    seconds: {
      flag: 'seconds',
      kind: integer(1, 24 * 3600),
      default: '30',
      doc: 'How long is spoken.',
      flagOnly: true,
    },
    channelPrefix: {
      flag: 'channel-prefix',
      kind: text('PREFIX'),
      default: 'transcription-stream:',
      doc: 'What the gateway puts before the id of a session in the name of its channel.',
      flagOnly: true,
    },
    ...crowdRows,
    seed: { ...crowdRows.seed, doc: 'Decides where the audio begins.' },
  },
};
