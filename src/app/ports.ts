/**
 * What the commands ask of the composition root: plain options in, a running process out.
 *
 * Addresses are `HOST:PORT` (port 0: any free one); whoever calls has already refused a
 * non-loopback address without keys (app/listen-guard.ts).
 */
import type { BeaconFault } from '../engine/beacon/beacon-fault.ts';
import type { ThreadLayout } from '../engine/layout.ts';
import type { ProviderChoice } from '../engine/provider/choose-provider.ts';

export type ProcessRole = 'gateway' | 'worker' | 'router' | 'local' | 'chaos-proxy' | 'mock';

/** A server of this process, ready: its port answers and, for a worker, it is warmed up and registered. */
export interface RunningProcess {
  readonly role: ProcessRole;
  readonly id: string;
  /** Where clients of this role connect: `ws://host:port`; for the router the same as `http`. */
  readonly url: string;
  /** Health, metrics and fleet HTTP: `http://host:port`. */
  readonly http: string;
  /** Takes no new work and lets go of what runs; `deadline`: some of it was still running after `deadlineMs`. */
  drain(deadlineMs: number): Promise<'drained' | 'deadline'>;
  /** Resolves when an operator wants this process to drain and leave; absent where nobody can. */
  readonly drainWished?: Promise<void>;
  /** Closes everything, bounded in time. Idempotent; after `drain` or instead of it. */
  stop(reason: string): Promise<void>;
  /** Resolves with the fault that ended the service (an engine thread died); stays pending otherwise. */
  readonly failed: Promise<Error>;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** What every server of a cluster is told. */
export interface ClusterOptions {
  /** `redis://[user:password@]host:port[/db]` or `rediss://`. */
  readonly redisUrl: string;
  /** Key prefix without the closing colon, for example `dalston:realtime`. */
  readonly prefix: string;
  readonly logLevel: LogLevel;
  /** Longest wait for Redis while starting; then RtError redis_unreachable. */
  readonly connectTimeoutMs: number;
}

/** A model folder or file, with the alias it is also served under. */
export interface ModelChoice {
  readonly path: string;
  readonly alias?: string | undefined;
}

/** What engine a worker holds; shared by `rt worker`, `rt up` and `rt demo`. */
export interface EngineOptions {
  /** The engine for beacon audio, which has no models; `undefined`: one that recognises speech. */
  readonly beacon?: { readonly faults: readonly BeaconFault[] } | undefined;
  /** Empty: the bundled model. */
  readonly models: readonly ModelChoice[];
  readonly vad: 'silero';
  /** One that is named but does not compute here refuses to start. */
  readonly provider: ProviderChoice;
  /** How the engine uses its cores; `undefined`: one engine thread with one compute thread, which starts fastest. */
  readonly threads?: ThreadLayout | 'auto' | undefined;
  /** Sessions; `auto`: as many as the engine says, which measures its own step at start. */
  readonly capacity: number | 'auto';
}

export interface WorkerOptions extends ClusterOptions, EngineOptions {
  /** `undefined`: a fresh `worker-xxxxxx`. */
  readonly id?: string | undefined;
  readonly listen: string;
  /** `ws://host:port` that gateways dial; `undefined`: made from the listening address. */
  readonly advertise?: string | undefined;
  readonly heartbeatMs: number;
}

export interface RouterOptions extends ClusterOptions {
  readonly id?: string | undefined;
  readonly listen: string;
  readonly sweepMs: number;
}

export interface GatewayOptions extends ClusterOptions {
  readonly id?: string | undefined;
  /** At least one; the first names the process in its ready line. */
  readonly listen: readonly string[];
  /** What a client gets when every worker is full. */
  readonly overflow: 'reject' | 'queue' | 'degrade';
  /** With `queue`: longest wait for a slot. */
  readonly queueTimeoutMs: number;
  /** With `queue`: most clients that wait at once. */
  readonly queueLength: number;
  readonly lagWarnMs: number;
  readonly lagHardMs: number;
  readonly lagGraceMs: number;
  /** Longest silence of a worker behind an unanswered ping. */
  readonly stallMs: number;
  /** How long a session is kept without a worker. */
  readonly resumeGraceMs: number;
  /** Whether transcripts also go to Redis pub/sub under `{channelPrefix}{session id}`. */
  readonly publishTranscripts: boolean;
  readonly channelPrefix: string;
  /** Whether audio may arrive faster than real time without bound. */
  readonly allowUnpaced: boolean;
}

/** Gateway, router and workers in one process. */
export interface LocalOptions extends ClusterOptions, EngineOptions {
  /** Port of the gateway on 127.0.0.1; 0: any free one. */
  readonly port: number;
  readonly workers: number;
  /** `exit`: an unreachable Redis is a fault; `private`: start one, or keep the registry in memory. */
  readonly withoutRedis: 'exit' | 'private';
  /** Told, in one sentence each, what was chosen in place of what was asked for. */
  readonly onNotice: (message: string) => void;
}

/** What the demonstration hands to whoever shows it. */
export interface DemoStage {
  /** `ws://host:port` of the embedded gateway. */
  readonly gateway: string;
  /** Absolute path of the clip to stream. */
  readonly clip: string;
  /** What the clip says, where it is the bundled one. */
  readonly reference?: string | undefined;
}

/** `runDemo` starts everything, calls `play` once, stops everything, and returns what `play` returned. */
export interface DemoOptions<T> extends EngineOptions {
  /** A file to play instead of the bundled clip. */
  readonly file?: string | undefined;
  readonly logLevel: LogLevel;
  readonly onNotice: (message: string) => void;
  readonly play: (stage: DemoStage) => Promise<T>;
}
