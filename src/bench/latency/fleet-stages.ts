/**
 * Where time goes inside the servers, as they tell it themselves in their digests: durations of their own clocks, never
 * the difference of two.
 */
import type { Clock } from '../../base/clock.ts';
import { repeat } from '../../base/repeat.ts';
import { type Digest, type LatencyDigest, parseDigest } from '../../registry/digests.ts';

/** Milliseconds; null where nobody told. */
export interface Quantiles {
  readonly p50: number | null;
  readonly p95: number | null;
}

export interface FleetStages {
  /** Arrival of the audio a result needed at a gateway → result sent. */
  readonly gateway: Quantiles;
  /** Arrival of audio at the engine → judged by the detector. */
  readonly detector: Quantiles;
  /** Audio judged → begin of the step that used it. */
  readonly stepWait: Quantiles;
  readonly step: Quantiles;
}

export type ReadSnapshot = () => Promise<ReadonlyMap<string, string>>;

export interface FleetWatchOptions {
  readonly read: ReadSnapshot;
  readonly clock: Clock;
  readonly everyMs: number;
  readonly signal: AbortSignal;
}

/** Reads the digests until `signal` aborts; the answer sums up what was read by then. A store that fails once is asked again. */
export function watchFleetStages(options: FleetWatchOptions): () => FleetStages {
  const readings: FleetStages[] = [];
  const run = async (): Promise<void> => {
    const snapshot = await options.read().catch(() => new Map<string, string>());
    readings.push(readStages([...snapshot.values()].flatMap((json) => parseDigest(json) ?? [])));
  };
  void repeat(options.clock, { everyMs: options.everyMs, run, signal: options.signal });
  return () => sumUp(readings);
}

/** The median over servers; of a server's sessions, the mean weighted by their results. Pure. */
export function readStages(digests: readonly Digest[]): FleetStages {
  const workers = digests.filter((digest) => digest.role === 'worker').filter(({ active }) => active > 0);
  const gateways = digests.filter((digest) => digest.role === 'gateway');
  const ofWorkers = (figure: WorkerFigure): Quantiles => ({
    p50: median(workers.map((worker) => worker[`${figure}_p50_ms`])),
    p95: median(workers.map((worker) => worker[`${figure}_p95_ms`])),
  });
  return {
    gateway: weighted(gateways.flatMap(({ sessions }) => sessions.map(({ response_ms: ms }) => ms))),
    detector: ofWorkers('lag'),
    stepWait: ofWorkers('step_wait'),
    step: ofWorkers('step'),
  };
}

type WorkerFigure = 'lag' | 'step_wait' | 'step';

function sumUp(readings: readonly FleetStages[]): FleetStages {
  const over = (stage: keyof FleetStages): Quantiles => ({
    p50: median(readings.map((reading) => reading[stage].p50)),
    p95: median(readings.map((reading) => reading[stage].p95)),
  });
  return {
    gateway: over('gateway'),
    detector: over('detector'),
    stepWait: over('stepWait'),
    step: over('step'),
  };
}

function weighted(latencies: readonly (LatencyDigest | null)[]): Quantiles {
  const told = latencies.filter((latency) => latency !== null);
  const count = told.reduce((sum, latency) => sum + latency.count, 0);
  if (count === 0) return { p50: null, p95: null };
  const mean = (figure: 'p50' | 'p95'): number =>
    told.reduce((sum, latency) => sum + latency[figure] * latency.count, 0) / count;
  return { p50: mean('p50'), p95: mean('p95') };
}

/** Digests of other versions may lack a figure. */
function median(values: readonly (number | null | undefined)[]): number | null {
  const known = values.filter((value) => typeof value === 'number' && Number.isFinite(value));
  const sorted = (known as number[]).toSorted((a, b) => a - b);
  if (sorted.length === 0) return null;
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return ((low ?? 0) + (high ?? 0)) / 2;
}
