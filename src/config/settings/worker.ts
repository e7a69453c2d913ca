/** Settings of `rt worker`. */
import {
  address,
  choice,
  durationMs,
  integer,
  listOf,
  orWord,
  text,
  type ThreadLayoutText,
  threadLayout,
  toggle,
  url,
} from '../kinds.ts';
import { INSECURE_NO_AUTH, READY_FILE } from '../server-rows.ts';
import type { Rows, Section } from '../setting.ts';

/** What engine is held; the rows are shared by every command that holds one. */
export interface EngineConfig {
  readonly engine: 'asr' | 'beacon';
  readonly model: readonly string[] | undefined;
  readonly capacity: number | 'auto';
  readonly vad: 'silero';
  readonly provider: 'auto' | 'cpu' | 'cuda' | 'webgpu';
  readonly threads: ThreadLayoutText | 'auto';
}

export const engineRows: Rows<EngineConfig> = {
  engine: {
    flag: 'engine',
    kind: choice('asr', 'beacon'),
    default: 'asr',
    doc: 'asr recognises speech; beacon reads the numbers out of what rt chaos audio writes, without a model, for tests.',
  },
  model: {
    flag: 'model',
    kind: listOf(text('PATH[=ALIAS]')),
    doc: 'Model to serve, by its folder or the id it was pulled by, with the alias it is also known by; repeat for more. Without it: the bundled model.',
  },
  capacity: {
    flag: 'capacity',
    kind: orWord(integer(1, 100_000), 'auto'),
    default: 'auto',
    doc: "Sessions to accept; auto measures the engine's own step at start (beacon: 500).",
    foreign: [{ name: 'MAX_SESSIONS', read: (value) => value }],
  },
  vad: { flag: 'vad', kind: choice('silero'), default: 'silero', doc: 'Voice activity detector.' },
  provider: {
    flag: 'provider',
    kind: choice('auto', 'cpu', 'cuda', 'webgpu'),
    default: 'auto',
    doc: 'Where inference runs; one that is named but does not compute here refuses to start, auto takes a GPU that does and else the CPU.',
  },
  threads: {
    flag: 'threads',
    kind: orWord(threadLayout, 'auto'),
    default: 'auto',
    doc: 'ENGINESxTHREADS: engine threads, each with its copy of the models, and the threads of one inference; auto measures what is faster at start.',
  },
};

export interface WorkerConfig extends EngineConfig {
  readonly id: string | undefined;
  readonly listen: string;
  readonly advertise: string | undefined;
  readonly heartbeatMs: number;
  readonly drainTimeoutMs: number;
  readonly readyFile: string | undefined;
  readonly insecureNoAuth: boolean;
  readonly explain: boolean;
  readonly beaconFault: readonly string[] | undefined;
}

export const workerSection: Section<WorkerConfig> = {
  name: 'worker',
  rows: {
    id: {
      flag: 'id',
      kind: text('ID'),
      doc: 'Name in the registry: letters, digits, _ and -. Without it: a fresh one.',
      foreign: [{ name: 'WORKER_ID', read: (value) => value }],
    },
    listen: {
      flag: 'listen',
      kind: address,
      default: '127.0.0.1:9000',
      doc: 'Address to serve on; port 0 takes any free one.',
      foreign: [{ name: 'WORKER_PORT', read: (value) => `127.0.0.1:${value}` }],
    },
    advertise: {
      flag: 'advertise',
      kind: url('ws', 'wss'),
      doc: 'Address gateways dial. Without it: made from the listening address.',
    },
    ...engineRows,
    heartbeatMs: {
      flag: 'heartbeat',
      kind: durationMs,
      default: '2s',
      doc: 'Time between two signs of life.',
    },
    drainTimeoutMs: {
      flag: 'drain-timeout',
      kind: durationMs,
      default: '60s',
      doc: 'How long sessions may run on after the first SIGTERM or SIGINT.',
    },
    readyFile: READY_FILE,
    insecureNoAuth: INSECURE_NO_AUTH,
    explain: {
      flag: 'explain',
      kind: toggle,
      default: 'false',
      doc: 'Measure the models, print what capacity follows and why, and serve nobody.',
      flagOnly: true,
    },
    beaconFault: {
      flag: 'beacon-fault',
      kind: listOf(text('KEY=VALUE')),
      doc: 'A fault for the beacon engine to have: speed=FACTOR, step-ms=N, block-ms=N@ID, crash-on-word=ID, stall-on-word=ID or oom-on-word=ID; repeat for more.',
      flagOnly: true,
    },
  },
};
