/** Settings of `rt router`. */
import { address, durationMs } from '../kinds.ts';
import { INSECURE_NO_AUTH, READY_FILE } from '../server-rows.ts';
import type { Section } from '../setting.ts';

export interface RouterConfig {
  readonly listen: string;
  readonly sweepMs: number;
  readonly readyFile: string | undefined;
  readonly insecureNoAuth: boolean;
}

export const routerSection: Section<RouterConfig> = {
  name: 'router',
  rows: {
    listen: {
      flag: 'listen',
      kind: address,
      default: '127.0.0.1:8100',
      doc: 'Address of fleet HTTP and metrics.',
    },
    sweepMs: {
      flag: 'sweep',
      kind: durationMs,
      default: '2s',
      doc: 'Time between two sweeps of expired workers and sessions.',
    },
    readyFile: READY_FILE,
    insecureNoAuth: INSECURE_NO_AUTH,
  },
};
