/** Settings of `rt mock`. */
import { address, toggle } from '../kinds.ts';
import { INSECURE_NO_AUTH, READY_FILE } from '../server-rows.ts';
import type { Section } from '../setting.ts';

export interface MockConfig {
  readonly listen: string;
  readonly list: boolean;
  readonly readyFile: string | undefined;
  readonly insecureNoAuth: boolean;
}

export const mockSection: Section<MockConfig> = {
  name: 'mock',
  rows: {
    listen: {
      flag: 'listen',
      kind: address,
      default: '127.0.0.1:0',
      doc: 'Address to serve on. Port 0 takes any free one.',
      flagOnly: true,
    },
    list: {
      flag: 'list',
      kind: toggle,
      default: 'false',
      doc: 'Print the behaviours and end.',
      flagOnly: true,
    },
    readyFile: { ...READY_FILE, flagOnly: true },
    insecureNoAuth: { ...INSECURE_NO_AUTH, flagOnly: true },
  },
};
