/**
 * What a monitor learnt, in the order it learnt it: one JSON object a line, names as on the wire.
 *
 * The first line says what it is; `sample` lines hold only what changed since the one before; the last line says that
 * nothing is missing at the end. Times are milliseconds since the recording began.
 */
import type { TranscriptEvent } from '../../client/transcript-feed.ts';
import type { FleetEvent, SessionView, WorkerView } from '../../registry/ports.ts';

export const RECORDING_SCHEMA = 'rt.top-recording/v1';

export interface RecordingHeader {
  /** When it began. */
  readonly at: Date;
  /** Of the program that wrote it. */
  readonly version: string;
  /** Which Redis, without secrets. */
  readonly target: string;
  /** False where texts were left out. */
  readonly hasText: boolean;
}

/** A look at the fleet, whole. */
export interface RecordedSample {
  readonly type: 'sample';
  readonly readMs: number;
  readonly workers: readonly WorkerView[];
  readonly snapshot: ReadonlyMap<string, string>;
}

export type RecordedFact =
  | RecordedSample
  | { readonly type: 'outage'; readonly reason: string }
  | { readonly type: 'event'; readonly event: FleetEvent }
  | { readonly type: 'text'; readonly event: TranscriptEvent }
  | { readonly type: 'session'; readonly id: string; readonly record: SessionView | undefined }
  | { readonly type: 'end' };

export interface Recorded {
  readonly tMs: number;
  readonly fact: RecordedFact;
}
