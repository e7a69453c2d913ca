/** Durations of the most recent model steps and how full their batches were. */

const KEPT = 512;

export interface StepTimes {
  record(durationMs: number, batch: number): void;
  readonly steps: number;
  /** Duration below which the share `quantile` of the recent steps stayed; 0 before the first step. */
  quantileMs(quantile: number): number;
  /** Mean batch size since start; 0 before the first step. */
  readonly batchFill: number;
}

export function createStepTimes(): StepTimes {
  const recent = new Float64Array(KEPT);
  let steps = 0;
  let items = 0;
  return {
    record(durationMs, batch) {
      recent[steps % KEPT] = durationMs;
      steps++;
      items += batch;
    },
    get steps() {
      return steps;
    },
    get batchFill() {
      return steps === 0 ? 0 : items / steps;
    },
    quantileMs(quantile) {
      const count = Math.min(steps, KEPT);
      if (count === 0) return 0;
      const sorted = recent.slice(0, count).sort();
      return sorted[Math.min(count - 1, Math.ceil(quantile * count) - 1)] ?? 0;
    },
  };
}
