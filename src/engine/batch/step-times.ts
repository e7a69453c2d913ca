/** Durations of the most recent model steps, how full their batches were and how late they came. */
import { createQuantileWindow } from '../../base/quantile-window.ts';
import type { ThreadStats } from '../thread/messages.ts';

export interface StepTimes {
  record(durationMs: number, batch: number): void;
  /** Time from the arrival of audio to the end of the step that used it. */
  recordLag(lagMs: number): void;
  /** Time for which a session was ready for its step before the step began. */
  recordWait(waitMs: number): void;
  /** Figures so far; lags and waits are counted afresh after each call. */
  read(): ThreadStats;
}

export function createStepTimes(): StepTimes {
  const durations = createQuantileWindow();
  let lags = createQuantileWindow();
  let waits = createQuantileWindow();
  let items = 0;
  return {
    record(durationMs, batch) {
      durations.add(durationMs);
      items += batch;
    },
    recordLag: (lagMs) => lags.add(lagMs),
    recordWait: (waitMs) => waits.add(waitMs),
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
        stepWaitP50Ms: waits.quantile(0.5),
        stepWaitP95Ms: waits.quantile(0.95),
      };
      lags = createQuantileWindow();
      waits = createQuantileWindow();
      return stats;
    },
  };
}
