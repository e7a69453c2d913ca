/**
 * Turns what Redis says into actions: one look per interval and every fleet event.
 *
 * A Redis that does not answer is an action too, and asked again; only the signal ends the feed, and any
 * fault that is not Redis's rejects it. One look is never begun before the last has ended, so a slow Redis
 * is asked less often, not more.
 */
import type { Clock } from '../../base/clock.ts';
import { RtError } from '../../base/errors.ts';
import type { FleetView } from '../../registry/ports.ts';
import { MOST_EVENTS } from '../state/recent-events.ts';
import { type Action, initialState, reduce, type Sample, type State } from '../state/store.ts';
import type { Pace } from './pace.ts';

export interface FeedOptions {
  readonly fleet: Pick<FleetView, 'workers' | 'snapshot' | 'watch'>;
  readonly clock: Clock;
  readonly pace: Pace;
  readonly dispatch: (action: Action) => void;
  readonly signal: AbortSignal;
}

/** Events of before the start that are asked for, so that the last minute is known at once. */
const BACKLOG = 200;
/** A lost Redis is tried at least this often, whatever the interval. */
const RETRY_MS = 1000;

/** One look at the fleet. @throws RtError registry_unavailable */
export async function takeSample(
  fleet: Pick<FleetView, 'workers' | 'snapshot'>,
  clock: Clock,
): Promise<Sample> {
  const askedAtMs = clock.nowMs();
  const [workers, snapshot] = await Promise.all([fleet.workers(), fleet.snapshot()]);
  const atMs = clock.nowMs();
  return { workers, snapshot, atMs, date: clock.date(), readMs: atMs - askedAtMs };
}

/** One look and the events of the last minute, for who does not stay. @throws RtError registry_unavailable */
export async function takeOnce(
  fleet: Pick<FleetView, 'workers' | 'snapshot' | 'events'>,
  clock: Clock,
): Promise<State> {
  const [sample, events] = await Promise.all([takeSample(fleet, clock), fleet.events(MOST_EVENTS)]);
  const { atMs, date } = sample;
  const past = events.map((event): Action => ({ type: 'happened', event, atMs, date }));
  return [...past, { type: 'sampled', sample } as const].reduce(reduce, initialState(atMs));
}

/** Runs until the signal; resolves then. */
export async function runFeed(options: FeedOptions): Promise<void> {
  await Promise.all([look(options), listen(options)]);
}

async function look({ fleet, clock, pace, dispatch, signal }: FeedOptions): Promise<void> {
  while (!signal.aborted) {
    const startedAtMs = clock.nowMs();
    let mostMs = Number.POSITIVE_INFINITY;
    try {
      dispatch({ type: 'sampled', sample: await takeSample(fleet, clock) });
    } catch (error) {
      if (!(error instanceof RtError)) throw error;
      dispatch({ type: 'failed', atMs: clock.nowMs(), reason: error.message });
      mostMs = RETRY_MS;
    }
    await pace.rest((intervalMs) => startedAtMs + Math.min(intervalMs, mostMs) - clock.nowMs(), signal);
  }
}

async function listen({ fleet, clock, dispatch, signal }: FeedOptions): Promise<void> {
  for await (const event of fleet.watch(signal, BACKLOG)) {
    dispatch({ type: 'happened', event, atMs: clock.nowMs(), date: clock.date() });
  }
}
