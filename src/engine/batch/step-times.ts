/** Durations of the most recent model steps and how full their batches were. */
import { createQuantileWindow } from '../../base/quantile-window.ts';

export interface StepTimes {
  record(durationMs: number, batch: number): void;
  readonly steps: number;
  /** Duration below which the share `quantile` of the recent steps stayed; 0 before the first step. */
  quantileMs(quantile: number): number;
  /** Mean batch size since start; 0 before the first step. */
  readonly batchFill: number;
}

export function createStepTimes(): StepTimes {
  const window = createQuantileWindow();
  let items = 0;
  return {
    record(durationMs, batch) {
      window.add(durationMs);
      items += batch;
    },
    get steps() {
      return window.count;
    },
    get batchFill() {
      return window.count === 0 ? 0 : items / window.count;
    },
    quantileMs: (quantile) => window.quantile(quantile),
  };
}
