/**
 * The engine as the serving thread sees it: sessions spread over engine threads, events back.
 * It never runs a model on the calling thread. A thread that dies or hangs is a failure of the whole
 * engine (thread/watch.ts).
 */
import { GRID_SAMPLES } from '../audio/frame.ts';
import type { Clock } from '../base/clock.ts';
import { RtError } from '../base/errors.ts';
import { correctCapacity } from './batch/live-capacity.ts';
import type {
  Engine,
  EngineEvent,
  EngineModel,
  EngineSession,
  EngineSessionOptions,
  EngineStats,
} from './engine.ts';
import { type LayoutChoice, type MeasuredLayout, startLayout, type ThreadLayout } from './layout.ts';
import type { ModelRequest } from './models/load-model.ts';
import type { Provider } from './onnx.ts';
import type { Control } from './session/tasks.ts';
import { HISTORY_SAMPLES } from './session/restart-points.ts';
import type { EngineThread } from './thread/engine-thread.ts';
import type { EventBatch, SessionMessage, ThreadStats } from './thread/messages.ts';

export interface AsrEngineOptions {
  /** At least one; the first is measured for capacity. */
  readonly models: readonly ModelRequest[];
  readonly provider: Provider;
  readonly layout: LayoutChoice;
  /** More sessions than this will not be opened. */
  readonly enoughSessions?: number;
  readonly clock: Clock;
}

export interface AsrEngine extends Engine {
  /** Sessions this engine can hold inside its latency promise: measured at start, corrected from live steps. */
  capacity(): number;
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
  const listeners = new Map<number, (event: EngineEvent) => void>();
  let capacity = chosen.sessions;
  const seats: readonly Seat[] = chosen.threads.map((loaded) => {
    const thread = loaded.serve({
      clock,
      onEvents: deliverTo(listeners),
      onExhausted: () => {
        capacity = Math.max(1, Math.min(capacity, listeners.size - 1));
      },
      onStats: ({ lagP95Ms, lagSteps }) => {
        const live = { sessions: listeners.size, lagP95Ms, steps: lagSteps, chunkMs };
        capacity = correctCapacity(capacity, live);
      },
    });
    return { thread, sessions: 0 };
  });
  let nextId = 1;

  return {
    models,
    provider,
    historySamples: HISTORY_SAMPLES,
    layout: chosen.layout,
    measured: tried,
    capacity: () => capacity,
    open(sessionOptions, onEvent) {
      checkStart(sessionOptions);
      const model = resolveModel(models, sessionOptions);
      const session = nextId++;
      const { seat, leave } = takeSeat(seats);
      listeners.set(session, (event) => {
        if (event.type === 'ended') leave();
        onEvent(event);
      });
      seat.thread.say({ type: 'open', session, options: { ...sessionOptions, model: model.name } });
      return openSession(session, {
        clock,
        say: (message) => seat.thread.say(message),
        onClose() {
          leave();
          listeners.delete(session);
        },
      });
    },
    stats: () =>
      statsOf(
        seats.map(({ thread }) => thread.stats()),
        listeners.size,
      ),
    onFailure: (listener) => onFirstFailure(seats, listener),
    async close() {
      await Promise.all(seats.map(({ thread }) => thread.stop()));
    },
  };
}

/** A place on the thread with the fewest sessions; leaving twice is leaving once. */
function takeSeat(seats: readonly Seat[]): { readonly seat: Seat; readonly leave: () => void } {
  const [first, ...rest] = seats;
  if (!first) throw new RtError('internal_error', 'The engine has no threads');
  const seat = rest.reduce((best, each) => (each.sessions < best.sessions ? each : best), first);
  seat.sessions++;
  let isTaken = true;
  return {
    seat,
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
function statsOf(threads: readonly ThreadStats[], sessions: number): EngineStats {
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
  };
}

function deliverTo(listeners: Map<number, (event: EngineEvent) => void>) {
  return (batch: EventBatch): void => {
    for (const { session, events } of batch) {
      for (const event of events) {
        const listener = listeners.get(session);
        if (event.type === 'ended') listeners.delete(session);
        listener?.(event);
      }
    }
  };
}

/** @throws RtError invalid_parameters */
function checkStart({ fromSample, historySamples }: EngineSessionOptions): void {
  if (fromSample % GRID_SAMPLES !== 0) {
    throw new RtError(
      'invalid_parameters',
      `from_sample ${fromSample} is not a restart point: a multiple of ${GRID_SAMPLES} is due`,
    );
  }
  if (historySamples < 0 || historySamples > fromSample) {
    throw new RtError(
      'invalid_parameters',
      `history_samples ${historySamples} is not within 0 to from_sample`,
    );
  }
}

/**
 * The model for a session, by resolved name first and by alias second.
 * @throws RtError invalid_parameters, language_unsupported
 */
function resolveModel(models: readonly EngineModel[], options: EngineSessionOptions): EngineModel {
  const model =
    models.find(({ name }) => name === options.model) ??
    models.find(({ aliases }) => aliases.includes(options.model));
  if (!model) {
    const known = models.flatMap(({ name, aliases }) => [name, ...aliases]).join(', ');
    throw new RtError('invalid_parameters', `model "${options.model}" is not loaded here (loaded: ${known})`);
  }
  const language = options.language.toLowerCase().split('-')[0] ?? '';
  const speaks = language === 'auto' || model.languages.length === 0 || model.languages.includes(language);
  if (!speaks) {
    throw new RtError(
      'language_unsupported',
      `model ${model.name} speaks ${model.languages.join(', ')}, not ${language}`,
    );
  }
  return model;
}

function openSession(
  session: number,
  link: { readonly clock: Clock; say(message: SessionMessage): void; onClose(): void },
): EngineSession {
  const control = (value: Control): void => link.say({ type: 'control', session, control: value });
  return {
    push: (pcm) => link.say({ type: 'audio', session, pcm, atMs: link.clock.nowMs() }),
    flush: () => control({ type: 'flush' }),
    clear: () => control({ type: 'clear' }),
    update: (change) => control({ type: 'update', change }),
    end: () => control({ type: 'end' }),
    close() {
      link.onClose();
      link.say({ type: 'close', session });
    },
  };
}
