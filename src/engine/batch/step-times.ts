/** Durations of the most recent model steps, how full their batches were and how late they came. */
import { createQuantileWindow } from '../../base/quantile-window.ts';
import type { ThreadStats } from '../thread/messages.ts';

export interface StepTimes {
  record(durationMs: number, batch: number): void;
  /** Time from the arrival of audio to the end of the step that used it. */
  recordLag(lagMs: number): void;
  /** Figures so far; lags are counted afresh after each call. */
  read(): ThreadStats;
}

export function createStepTimes(): StepTimes {
  const durations = createQuantileWindow();
  let lags = createQuantileWindow();
  let items = 0;
  return {
    record(durationMs, batch) {
      durations.add(durationMs);
      items += batch;
    },
    recordLag: (lagMs) => lags.add(lagMs),
    read() {
      const stats = {
        steps: durations.count,
        stepP50Ms: durations.quantile(0.5),
        stepP95Ms: durations.quantile(0.95),
        stepP99Ms: durations.quantile(0.99),
        batchFill: durations.count === 0 ? 0 : items / durations.count,
        lagP50Ms: lags.quantile(0.5),
        lagP95Ms: lags.quantile(0.95),
        lagSteps: lags.count,
      };
      lags = createQuantileWindow();
      return stats;
    },
  };
}
