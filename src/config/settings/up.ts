/** Settings of `rt up`. */
import { durationMs, integer } from '../kinds.ts';
import { READY_FILE } from '../server-rows.ts';
import type { Section } from '../setting.ts';
import { type EngineConfig, engineRows } from './worker.ts';

export interface UpConfig extends Pick<EngineConfig, 'engine' | 'model' | 'capacity'> {
  readonly port: number;
  readonly workers: number;
  readonly drainTimeoutMs: number;
  readonly readyFile: string | undefined;
}

export const upSection: Section<UpConfig> = {
  name: 'up',
  rows: {
    port: {
      flag: 'port',
      kind: integer(0, 65_535),
      default: '8000',
      doc: 'Port of the gateway on 127.0.0.1.',
    },
    workers: { flag: 'workers', kind: integer(1, 64), default: '1', doc: 'Number of workers.' },
    engine: engineRows.engine,
    model: engineRows.model,
    capacity: engineRows.capacity,
    drainTimeoutMs: {
      flag: 'drain-timeout',
      kind: durationMs,
      default: '5s',
      doc: 'How long sessions may run on after the first SIGTERM or SIGINT.',
    },
    readyFile: READY_FILE,
  },
};
