/** What an engine measured of itself at start: the document of `rt worker --explain` and `rt models bench`. */
import type { AsrEngine } from '../engine/asr-engine.ts';
import { bestBatch, type MeasuredModel, sessionsWithin } from '../engine/batch/capacity.ts';
import type { ThreadLayout } from '../engine/layout.ts';
import { systemClock } from '../base/clock.ts';
import { startSpeechEngine } from './engine.ts';
import type { EngineOptions } from './ports.ts';

/** Durations in milliseconds. */
export interface CapacityReport {
  readonly schema: 'rt.capacity/v1';
  readonly provider: string;
  /** `ENGINESxTHREADS`, the one that was chosen. */
  readonly layout: string;
  /** Sessions of the first model, all speaking at once. */
  readonly capacity: number;
  readonly models: readonly {
    readonly name: string;
    readonly chunk_ms: number;
    readonly streaming: boolean;
  }[];
  readonly measured: readonly LayoutReport[];
}

export interface LayoutReport {
  readonly layout: string;
  /** Of all engine threads together. */
  readonly sessions: number;
  readonly models: readonly ModelReport[];
}

export interface ModelReport {
  readonly model: string;
  /** Audio that one step of a session covers. */
  readonly period_ms: number;
  readonly best_batch: number;
  readonly sessions_per_thread: number;
  readonly steps: readonly {
    readonly batch: number;
    readonly step_ms: number;
    readonly slowest_step_ms: number;
    readonly detector_ms: number;
  }[];
}

/**
 * Starts an engine for its measurement alone and ends it.
 * @throws RtError model_invalid, config_invalid, provider_unavailable
 */
export async function measureCapacity(options: EngineOptions): Promise<CapacityReport> {
  const engine = await startSpeechEngine(options, systemClock);
  const report = capacityReport(engine);
  await engine.close();
  return report;
}

export function capacityReport(
  engine: Pick<AsrEngine, 'layout' | 'measured' | 'models' | 'provider' | 'capacity'>,
): CapacityReport {
  return {
    schema: 'rt.capacity/v1',
    provider: engine.provider,
    layout: layoutText(engine.layout),
    capacity: engine.capacity(),
    models: engine.models.map(({ name, chunkMs, streaming }) => ({ name, chunk_ms: chunkMs, streaming })),
    measured: engine.measured.map(({ layout, sessions, measured }) => ({
      layout: layoutText(layout),
      sessions,
      models: measured.map(modelReport),
    })),
  };
}

function modelReport(model: MeasuredModel): ModelReport {
  return {
    model: model.model,
    period_ms: model.periodMs,
    best_batch: bestBatch(model),
    sessions_per_thread: sessionsWithin(model),
    steps: model.steps.map(({ batch, stepMs, slowestStepMs, scoreMs }) => ({
      batch,
      step_ms: stepMs,
      slowest_step_ms: slowestStepMs,
      detector_ms: scoreMs,
    })),
  };
}

function layoutText({ engines, intraOpThreads }: ThreadLayout): string {
  return `${engines}x${intraOpThreads}`;
}
