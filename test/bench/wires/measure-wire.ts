/** One short step of a load run on any wire. */
import { systemClock } from '../../../src/base/clock.ts';
import { runStep, type StepOutcome } from '../../../src/bench/load-step.ts';
import { createProgram } from '../../../src/bench/program.ts';
import type { BenchWire } from '../../../src/bench/wire.ts';

const PROGRAM = createProgram([{ name: 'a', samples: new Int16Array(16_000).fill(99), text: 'one two' }], {
  gapSamples: 0,
  frameSamples: 640,
});

export const MEASURED_MS = 1500;

/** Two sessions in messages of 40 ms. */
export function measureWire(wire: BenchWire): Promise<StepOutcome> {
  return runStep({
    ...{ sessions: 2, wire, program: PROGRAM, frameMs: 40, seed: 1, warmupMs: 100, measuredMs: MEASURED_MS },
    ...{ flushEveryMs: undefined, drainMs: 3000, pids: [], clock: systemClock },
    signal: new AbortController().signal,
  });
}
