/** What a worker shows of its engine on /metrics: figures that are read at each scrape. */
import { SAMPLE_RATE } from '../audio/frame.ts';
import type { Engine } from '../engine/engine.ts';
import type { WorkerServer } from '../worker/server.ts';
import type { Exporter } from './prometheus.ts';

export interface WatchedWorker {
  readonly exporter: Exporter;
  readonly engine: Engine;
  readonly server: WorkerServer;
  readonly capacity: () => number;
}

export function watchWorker({ exporter, engine, server, capacity }: WatchedWorker): void {
  const { metrics } = exporter;
  const slots = metrics.gauge({ name: 'rt_worker_capacity', help: 'Sessions this worker accepts at once' });
  const sessions = metrics.gauge({ name: 'rt_worker_sessions', help: 'Sessions that hold a slot' });
  const decoded = metrics.counter({
    name: 'rt_worker_decoded_seconds_total',
    help: 'Seconds of audio decoded',
  });
  const steps = metrics.counter({ name: 'rt_worker_steps_total', help: 'Recogniser steps' });
  const stepS = metrics.gauge(
    { name: 'rt_worker_step_seconds', help: 'Duration of recent recogniser steps' },
    ['quantile'],
  );
  const lagS = metrics.gauge(
    { name: 'rt_worker_lag_seconds', help: 'Arrival of audio to the end of the step that used it' },
    ['quantile'],
  );
  const fill = metrics.gauge({ name: 'rt_worker_batch_fill', help: 'Mean sessions per recogniser step' });
  let lastSamples = 0;
  let lastSteps = 0;
  exporter.onScrape(() => {
    const stats = engine.stats();
    const samples = server.decodedSamples();
    slots.set(capacity());
    sessions.set(server.sessions().length);
    decoded.add(Math.max(0, samples - lastSamples) / SAMPLE_RATE);
    steps.add(Math.max(0, stats.steps - lastSteps));
    lastSamples = samples;
    lastSteps = stats.steps;
    stepS.set(stats.stepP50Ms / 1000, { quantile: '0.5' });
    stepS.set(stats.stepP95Ms / 1000, { quantile: '0.95' });
    stepS.set(stats.stepP99Ms / 1000, { quantile: '0.99' });
    lagS.set(stats.lagP50Ms / 1000, { quantile: '0.5' });
    lagS.set(stats.lagP95Ms / 1000, { quantile: '0.95' });
    fill.set(stats.batchFill);
  });
}
