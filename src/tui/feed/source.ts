/** Where a monitor learns from. */
import type { Clock } from '../../base/clock.ts';
import type { TranscriptFeed } from '../../client/transcript-feed.ts';
import type { FleetView } from '../../registry/ports.ts';
import type { Action } from '../state/store.ts';
import { runFeed } from './fleet-feed.ts';
import type { Pace } from './pace.ts';

export interface Learning {
  readonly pace: Pace;
  readonly dispatch: (action: Action) => void;
  readonly signal: AbortSignal;
}

export interface Source {
  readonly clock: Clock;
  readonly fleet: Pick<FleetView, 'session'>;
  readonly transcripts: TranscriptFeed;
  /** Resolves after the signal. */
  readonly learn: (learning: Learning) => Promise<void>;
}

export interface LiveFleet {
  readonly fleet: FleetView;
  readonly transcripts: TranscriptFeed;
  readonly clock: Clock;
}

/** A fleet as it is. */
export function liveSource(live: LiveFleet): Source {
  return { ...live, learn: (learning) => runFeed({ ...live, ...learning }) };
}
