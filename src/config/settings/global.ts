/** Settings every command has. */
import { durationMs, text, toggle, url } from '../kinds.ts';
import type { ForeignVariable, Section } from '../setting.ts';

export interface GlobalConfig {
  readonly redis: string;
  readonly redisPasswordFile: string | undefined;
  readonly prefix: string;
  readonly gateway: string;
  readonly color: boolean;
  readonly ascii: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly timeoutMs: number | undefined;
  /** Whatever would change the cluster is refused. */
  readonly readOnly: boolean;
}

const asIs = (name: string): ForeignVariable => ({ name, read: (value) => value });

/** A locale that is not UTF-8 cannot show the characters the screens use. */
const localeVariable = (name: string): ForeignVariable => ({
  name,
  read: (value) => (value === '' ? undefined : String(!/utf-?8/i.test(value))),
});

export const globalSection: Section<GlobalConfig> = {
  name: '',
  rows: {
    redis: {
      flag: 'redis',
      kind: text('URL'),
      default: 'redis://127.0.0.1:6379',
      doc: 'Redis that holds the registry, or redis+sentinel://host,host/master; one with a password belongs in RT_REDIS or a configuration file.',
      foreign: [asIs('RT_REDIS_URL'), asIs('REDIS_URL')],
    },
    redisPasswordFile: {
      flag: 'redis-password-file',
      kind: text('FILE'),
      doc: 'File with the password of that Redis, readable by its owner alone.',
    },
    prefix: {
      flag: 'prefix',
      kind: text('PREFIX'),
      default: 'dalston:realtime',
      doc: 'Beginning of every Redis key.',
    },
    gateway: {
      flag: 'gateway',
      kind: url('ws', 'wss'),
      default: 'ws://127.0.0.1:8000',
      doc: 'Gateway to speak to.',
      foreign: [asIs('RT_GATEWAY_URL')],
    },
    color: {
      flag: 'color',
      kind: toggle,
      default: 'true',
      doc: 'Colours on a terminal; --no-color, NO_COLOR and TERM=dumb turn them off.',
      foreign: [
        { name: 'NO_COLOR', read: (value) => (value === '' ? undefined : 'false') },
        { name: 'TERM', read: (value) => (value === 'dumb' ? 'false' : undefined) },
      ],
    },
    ascii: {
      flag: 'ascii',
      kind: toggle,
      default: 'false',
      doc: 'Only ASCII characters on screens.',
      foreign: ['LC_ALL', 'LC_CTYPE', 'LANG'].map(localeVariable),
    },
    quiet: { flag: 'quiet', char: 'q', kind: toggle, default: 'false', doc: 'No progress and no hints.' },
    verbose: { flag: 'verbose', char: 'v', kind: toggle, default: 'false', doc: 'Say more on stderr.' },
    timeoutMs: { flag: 'timeout', kind: durationMs, doc: 'Longest time the command may take.' },
    readOnly: {
      flag: 'read-only',
      kind: toggle,
      default: 'false',
      doc: 'Refuse whatever would change the cluster.',
    },
  },
};
