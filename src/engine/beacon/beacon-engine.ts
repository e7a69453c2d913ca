/**
 * The engine for beacon audio (docs/beacon.md): sessions, restart points and scheduling are the ones every engine has;
 * only detector and recogniser are its own, a few microseconds each, so they run on the calling thread. It needs no
 * model file and never loads onnxruntime.
 *
 * Always true: between two steps the thread serves its sockets; the capacity is what was promised, lowered only by
 * memory that did not suffice, never by a busy machine: who tests faults wants the same fleet each time.
 */
import type { Clock } from '../../base/clock.ts';
import { repeat } from '../../base/repeat.ts';
import { createStepTimes } from '../batch/step-times.ts';
import type { BatchLimits } from '../batch/task-queue.ts';
import type { EngineModel, EngineStats, SizedEngine } from '../engine.ts';
import type { LoadedModel } from '../models/load-model.ts';
import { createSessionDesk, type SessionDesk } from '../session-desk.ts';
import { HISTORY_SAMPLES } from '../../audio/frame.ts';
import { RESET_INTERVAL_WINDOWS } from '../session/restart-points.ts';
import type { FromThread, SessionMessage } from '../thread/messages.ts';
import { createSessionTable, type SessionTable } from '../thread/session-table.ts';
import { computeSilentStates } from '../vad/silent-states.ts';
import { beaconDetector } from './beacon-detector.ts';
import type { BeaconFault } from './beacon-fault.ts';
import { BEACON_CHUNK_MS, createBeaconRecogniser, sampleFrames } from './beacon-recogniser.ts';
import { createFaultHooks } from './fault-hooks.ts';
import { createSlowAudio } from './slow-audio.ts';

export interface BeaconEngineOptions {
  readonly clock: Clock;
  readonly faults?: readonly BeaconFault[];
  /** Ends this process as an abort in native code would. */
  readonly die?: () => void;
}

/** Sessions held unless told otherwise: two cores bear them beside their sockets. */
export const BEACON_CAPACITY = 500;
const STATS_MS = 2000;

const MODEL: EngineModel = {
  name: 'beacon',
  aliases: ['fast', 'accurate'],
  languages: [],
  streaming: true,
  chunkMs: BEACON_CHUNK_MS,
};

const LIMITS: BatchLimits = { scores: BEACON_CAPACITY, steps: () => BEACON_CAPACITY };

export async function startBeaconEngine(options: BeaconEngineOptions): Promise<SizedEngine> {
  const { clock, faults = [] } = options;
  const closed = new AbortController();
  const closing = closed.signal;
  const desk = createSessionDesk({ models: [MODEL], clock });
  const stepTimes = createStepTimes();
  let figures = stepTimes.read();
  let capacity = BEACON_CAPACITY;
  const hooks = createFaultHooks({ faults, clock, closing, die: options.die ?? (() => process.abort()) });
  const table = createSessionTable({
    speechModel: beaconDetector,
    silentStates: await computeSilentStates(beaconDetector, RESET_INTERVAL_WINDOWS),
    models: [loadedModel(hooks)],
    stepTimes,
    limits: LIMITS,
    clock,
    post: (message) => deliver(message, desk, closing),
    onExhausted: () => {
      capacity = Math.max(1, Math.min(capacity, desk.size - 1));
    },
  });
  const say = lineTo(table, { clock, faults, closing });
  void repeat(clock, {
    everyMs: STATS_MS,
    run: () => {
      figures = stepTimes.read();
    },
    signal: closing,
  });

  return {
    kind: 'beacon',
    models: [MODEL],
    provider: 'cpu',
    historySamples: HISTORY_SAMPLES,
    capacity: () => capacity,
    open: (session, onEvent) =>
      desk.open({ options: session, onEvent, takePlace: () => ({ say, leave: () => undefined }) }),
    stats: (): EngineStats => ({
      ...figures,
      sessions: desk.size,
      longestStepMs: figures.stepP99Ms,
    }),
    // Nothing here can die without the process, and a stall is there to be noticed from outside.
    onFailure: () => undefined,
    async close() {
      closed.abort();
      await table.stop();
    },
  };
}

function loadedModel(beforeHearing: (ids: readonly number[]) => Promise<void>): LoadedModel {
  const recogniser = createBeaconRecogniser(beforeHearing);
  return {
    model: MODEL,
    recognition: { kind: 'streaming', recogniser, mel: sampleFrames },
    release: () => Promise.resolve(),
  };
}

/** Nothing is told once the engine closes, whatever its last step still found. */
function deliver(message: FromThread, desk: SessionDesk, closing: AbortSignal): void {
  if (message.type === 'events' && !closing.aborted) desk.deliver(message.batch);
}

/** The way of what is said of sessions to their table. */
function lineTo(
  table: SessionTable,
  parts: { readonly clock: Clock; readonly faults: readonly BeaconFault[]; readonly closing: AbortSignal },
): (message: SessionMessage) => void {
  const say = (message: SessionMessage): void => table.handle([message]);
  const slow = parts.faults.find((fault) => fault.type === 'speed');
  return slow ? createSlowAudio({ ...parts, factor: slow.factor, deliver: say }) : say;
}
