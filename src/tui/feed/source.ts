/** Where a monitor learns from: a fleet, or a recording of one. */
import type { Clock } from '../../base/clock.ts';
import type { TranscriptFeed } from '../../client/transcript-feed.ts';
import type { FleetView } from '../../registry/ports.ts';
import { runFeed } from './fleet-feed.ts';
import type { Pace } from './pace.ts';
import type { Replay } from '../recording/replay.ts';
import type { Action } from '../state/store.ts';

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

/** A recording; when it is over its last picture stands. */
export function replaySource({ clock, fleet, transcripts, play }: Replay): Source {
  return {
    clock,
    fleet,
    transcripts,
    async learn({ dispatch, signal }) {
      await play(dispatch, signal);
      if (signal.aborted) return;
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    },
  };
}
