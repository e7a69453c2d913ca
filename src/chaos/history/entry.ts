/**
 * What happened in a rehearsal, one object a line (docs/chaos.md).
 *
 * Names are those of the file. `t_ms` counts from the start of the history on the one monotonic clock of whoever
 * wrote it, so any two entries may be compared. `actor` is the session (`c0`, `c1` …), or `run` for what concerns all.
 */
import type { ServerMessage } from '../../protocol/server-messages.ts';

export type HistoryOp =
  /** First of all: which trial this is. `baseline`: the same sessions without a fault. */
  | {
      readonly op: 'run';
      readonly scenario: string;
      readonly seed: number;
      readonly trial: number;
      readonly sessions: number;
      readonly arm: 'baseline' | 'disturbed';
    }
  | ({ readonly op: 'fault' } & Deed)
  | ({ readonly op: 'heal' } & Deed)
  /** What the session is going to say, in samples at 16 kHz. */
  | { readonly op: 'truth'; readonly words: readonly TruthWord[] }
  /** When the same words arrived without a fault, counted from that session's begin. */
  | { readonly op: 'undisturbed'; readonly words: readonly WordArrival[] }
  /** Connections of a session are numbered from 1; messages of a former one may still come. */
  | { readonly op: 'connect'; readonly connection: number; readonly gateway: string }
  | {
      readonly op: 'begin';
      readonly connection: number;
      readonly session: string;
      readonly epoch: number;
      readonly resumed: boolean;
    }
  /** Audio up to `sample` was sent; not every message is told, the last one always. */
  | { readonly op: 'sent'; readonly sample: number }
  | { readonly op: 'said'; readonly what: 'flush' | 'end'; readonly sample: number }
  /** A message of the server, as it came. */
  | { readonly op: 'event'; readonly connection: number; readonly message: ServerMessage }
  | {
      readonly op: 'close';
      readonly connection: number;
      readonly code: number;
      readonly reason: string;
    }
  /** Slots of one worker: the size of its set in the store. */
  | { readonly op: 'slots'; readonly worker: string; readonly active: number; readonly capacity: number }
  | { readonly op: 'leases'; readonly sessions: number; readonly workers: number }
  /** Keys of the store; `expiring` of them go by themselves. */
  | { readonly op: 'keys'; readonly total: number; readonly expiring: number }
  | {
      readonly op: 'gauge';
      readonly role: string;
      readonly id: string;
      readonly pid: number;
      readonly rss: number;
      readonly fds: number;
    }
  /** How many lines of a log hold one of `canaries` strings that must never be in one. */
  | {
      readonly op: 'log';
      readonly path: string;
      readonly canaries: number;
      readonly matches: number;
      readonly lines: readonly number[];
    }
  /** Every session is over. */
  | { readonly op: 'ended' };

/** What was done to whom. */
export interface Deed {
  readonly kind: string;
  /** gateway, worker, router, redis or network */
  readonly role: string;
  readonly target: string;
  readonly pid: number;
}

export type HistoryEntry = { readonly t_ms: number; readonly actor: string } & HistoryOp;

export interface TruthWord {
  readonly id: number;
  readonly start: number;
  readonly end: number;
}

export interface WordArrival {
  readonly id: number;
  readonly first_ms: number;
  readonly final_ms: number;
}

/** The entry of one op. */
export type EntryOf<Op extends HistoryOp['op']> = Extract<HistoryEntry, { readonly op: Op }>;
