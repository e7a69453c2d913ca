/**
 * The engine as the serving thread sees it: sessions spread over engine threads, events back.
 * It never runs a model on the calling thread. A thread that dies or hangs is a failure of the whole
 * engine (thread/watch.ts).
 */
import type { Clock } from '../base/clock.ts';
import { RtError } from '../base/errors.ts';
import { longestStepMs } from './batch/capacity.ts';
import { correctCapacity, limitCapacity, startCapacity } from './batch/live-capacity.ts';
import type { EngineStats, SizedEngine } from './engine.ts';
import { type LayoutChoice, type MeasuredLayout, startLayout, type ThreadLayout } from './layout.ts';
import type { ModelRequest } from './models/load-model.ts';
import type { Provider } from './onnx.ts';
import { createSessionDesk, type Place } from './session-desk.ts';
import { HISTORY_SAMPLES } from '../audio/frame.ts';
import type { EngineThread } from './thread/engine-thread.ts';
import type { ThreadStats } from './thread/messages.ts';

export interface AsrEngineOptions {
  /** At least one; the first is measured for capacity. */
  readonly models: readonly ModelRequest[];
  readonly provider: Provider;
  readonly layout: LayoutChoice;
  /** More sessions than this will not be opened. */
  readonly enoughSessions?: number;
  readonly clock: Clock;
}

/** Its capacity is measured at start and corrected from live steps. */
export interface AsrEngine extends SizedEngine {
  readonly layout: ThreadLayout;
  /** Every layout that was measured at start. */
  readonly measured: readonly MeasuredLayout[];
}

interface Seat {
  readonly thread: EngineThread;
  sessions: number;
}

/**
 * Starts the engine threads, loads and measures the models.
 * @throws RtError model_invalid, config_invalid
 */
export async function startAsrEngine(options: AsrEngineOptions): Promise<AsrEngine> {
  const { clock, provider } = options;
  const { chosen, tried } = await startLayout(options, options.layout);
  const models = chosen.threads[0]?.models ?? [];
  const chunkMs = chosen.measured[0]?.periodMs ?? 0;
  const desk = createSessionDesk({ models, clock });
  let capacity = startCapacity(chosen.sessions);
  const measuredStepMs = longestStepMs(chosen.measured);
  const seats: readonly Seat[] = chosen.threads.map((loaded) => {
    const thread = loaded.serve({
      clock,
      onEvents: (batch) => desk.deliver(batch),
      onExhausted: () => {
        capacity = limitCapacity(capacity, desk.size - 1);
      },
      onStats: ({ lagP95Ms, lagSteps }) => {
        const live = { sessions: desk.size, lagP95Ms, steps: lagSteps, chunkMs };
        capacity = correctCapacity(capacity, live);
      },
    });
    return { thread, sessions: 0 };
  });

  return {
    kind: 'asr',
    models,
    provider,
    historySamples: HISTORY_SAMPLES,
    layout: chosen.layout,
    measured: tried,
    capacity: () => capacity.sessions,
    open: (session, onEvent) => desk.open({ options: session, onEvent, takePlace: () => takeSeat(seats) }),
    stats: () => {
      const stats = statsOf(
        seats.map(({ thread }) => thread.stats()),
        desk.size,
      );
      return { ...stats, longestStepMs: Math.max(stats.stepP99Ms, measuredStepMs) };
    },
    onFailure: (listener) => onFirstFailure(seats, listener),
    async close() {
      await Promise.all(seats.map(({ thread }) => thread.stop()));
    },
  };
}

/** A place on the thread with the fewest sessions; leaving twice is leaving once. */
function takeSeat(seats: readonly Seat[]): Place {
  const [first, ...rest] = seats;
  if (!first) throw new RtError('internal_error', 'The engine has no threads');
  const seat = rest.reduce((best, each) => (each.sessions < best.sessions ? each : best), first);
  seat.sessions++;
  let isTaken = true;
  return {
    say: (message) => seat.thread.say(message),
    leave() {
      if (isTaken) seat.sessions--;
      isTaken = false;
    },
  };
}

function onFirstFailure(seats: readonly Seat[], listener: (error: Error) => void): void {
  let isTold = false;
  for (const { thread } of seats) {
    thread.onFailure((error) => {
      if (!isTold) listener(error);
      isTold = true;
    });
  }
}

/** The figures of all threads as one: means weighted by steps, tails of the slowest thread. */
function statsOf(threads: readonly ThreadStats[], sessions: number): Omit<EngineStats, 'longestStepMs'> {
  const steps = threads.reduce((sum, each) => sum + each.steps, 0);
  const mean = (pick: (stats: ThreadStats) => number): number =>
    steps === 0 ? 0 : threads.reduce((sum, each) => sum + pick(each) * each.steps, 0) / steps;
  const worst = (pick: (stats: ThreadStats) => number): number => Math.max(0, ...threads.map(pick));
  return {
    sessions,
    steps,
    stepP50Ms: mean((each) => each.stepP50Ms),
    stepP95Ms: worst((each) => each.stepP95Ms),
    stepP99Ms: worst((each) => each.stepP99Ms),
    batchFill: mean((each) => each.batchFill),
    lagP50Ms: mean((each) => each.lagP50Ms),
    lagP95Ms: worst((each) => each.lagP95Ms),
    stepWaitP50Ms: mean((each) => each.stepWaitP50Ms),
    stepWaitP95Ms: worst((each) => each.stepWaitP95Ms),
  };
}
