/** What a rehearsal needs of a cluster: processes to be unkind to, and a look into the store. */
export type Role = 'worker' | 'gateway' | 'router' | 'redis';

export interface FleetProcess {
  readonly role: Role;
  /** Its name in the registry, where it has one. */
  readonly id: string;
  readonly pid: number;
  /** Where clients of its role connect, where that is known. */
  readonly url?: string;
  /** False when there is no such process any more. */
  signal(signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT' | 'SIGTERM'): boolean;
  /** Settles when the process has ended; never rejects. */
  readonly ended: Promise<void>;
}

export interface Fleet {
  /** `ws://host:port`, at least one. */
  readonly gateways: readonly string[];
  processes(role: Role): readonly FleetProcess[];
  /** Starts again what has ended; undefined where that is somebody else's task. */
  restart(gone: FleetProcess): Promise<FleetProcess | undefined>;
  /** Resolves when every worker is registered and holds nothing. @throws RtError timeout */
  whole(): Promise<void>;
  readonly store: StoreProbe;
  /** Logs of its processes from now on. */
  readLogs(): LogReading;
  /** Cuts the way between clients and gateways; the answer heals it. Absent where clients go straight to them. */
  readonly cut?: (kind: 'down' | 'partition') => () => Promise<void>;
  stop(): Promise<void>;
}

export interface WorkerSlots {
  readonly id: string;
  /** Size of its set of sessions. */
  readonly active: number;
  readonly capacity: number;
  readonly isReady: boolean;
}

export interface StoreSample {
  /** Those that left as well, as long as this process has seen them. */
  readonly workers: readonly WorkerSlots[];
  readonly sessionLeases: number;
  readonly workerLeases: number;
  /** Of the whole store. */
  readonly keys: { readonly total: number; readonly expiring: number };
}

/** Reads of the store beside the product; each rejects within 2 s when the store does not answer. */
export interface StoreProbe {
  sample(): Promise<StoreSample>;
  /** Id of the worker that holds a session's slot, as the store has it. */
  workerOf(session: string): Promise<string | undefined>;
}

export interface LogReading {
  /** What each process wrote since the reading began. */
  since(): readonly { readonly path: string; readonly text: string }[];
}
