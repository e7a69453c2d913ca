/**
 * Follows what one screen needs, from when it is shown until it is left.
 *
 * Events come one by one and are handed on in batches, so that a busy fleet costs a few steps of the store a second
 * and not one per event. Always true: nothing is asked of Redis for text after the signal; what Redis refuses is an
 * action, any other fault rejects.
 */
import type { Clock } from '../../base/clock.ts';
import { RtError } from '../../base/errors.ts';
import type { Followed, TranscriptEvent, TranscriptFeed } from '../../client/transcript-feed.ts';
import type { FleetView } from '../../registry/ports.ts';
import type { TextAction } from '../live-text/text-state.ts';

export interface FollowTextOptions {
  readonly fleet: Pick<FleetView, 'session'>;
  readonly transcripts: TranscriptFeed;
  readonly clock: Clock;
  /** Time between two looks at the record of an opened session, as it is now. */
  readonly intervalMs: () => number;
  readonly dispatch: (action: TextAction) => void;
  readonly signal: AbortSignal;
}

/** Well below the time between two pictures. */
const BATCH_MS = 100;

/** Resolves after the signal, or when Redis refuses. */
export async function followText(options: FollowTextOptions, followed: Followed): Promise<void> {
  const { clock, dispatch } = options;
  dispatch({ type: 'following', followed, atMs: clock.nowMs(), date: clock.date() });
  await Promise.all([
    hear(options, followed),
    followed === 'all' ? Promise.resolve() : lookUp(options, followed),
  ]);
}

async function hear(options: FollowTextOptions, followed: Followed): Promise<void> {
  const { transcripts, clock, dispatch, signal } = options;
  let batch: TranscriptEvent[] = [];
  let isHandedOn = true;
  const handOn = async (): Promise<void> => {
    await clock.sleep(BATCH_MS, signal).catch(() => undefined);
    const events = batch;
    batch = [];
    isHandedOn = true;
    if (!signal.aborted) {
      dispatch({ type: 'heard', followed, events, atMs: clock.nowMs(), date: clock.date() });
    }
  };
  try {
    for await (const event of transcripts.follow(followed, signal)) {
      batch.push(event);
      if (isHandedOn) void handOn();
      isHandedOn = false;
    }
  } catch (error) {
    if (!(error instanceof RtError)) throw error;
    dispatch({ type: 'refused', followed, reason: error.message });
  }
}

async function lookUp(
  { fleet, clock, intervalMs, dispatch, signal }: FollowTextOptions,
  id: Exclude<Followed, 'all'>,
): Promise<void> {
  while (!signal.aborted) {
    try {
      dispatch({ type: 'looked-up', id, record: await fleet.session(id) });
    } catch (error) {
      // That Redis is away is told by who looks at the fleet.
      if (!(error instanceof RtError)) throw error;
    }
    await clock.sleep(intervalMs(), signal).catch(() => undefined);
  }
}
