import fc from 'fast-check';
import { gridFloor } from '../../../src/audio/frame.ts';
import { describe, expect, it } from 'vitest';
import {
  gridCeil,
  nextIdleWindow,
  RESET_INTERVAL_SAMPLES,
  type RestartState,
  restartAt,
} from '../../../src/engine/session/restart-points.ts';

const WINDOW = 512;

interface Idle {
  readonly resets: readonly number[];
  readonly commits: readonly number[];
}

/** `windows` idle windows from `start` on. */
function idle(start: number, windows: number, lookbackSamples: number): Idle {
  const resets: number[] = [];
  const commits: number[] = [];
  let state: RestartState = restartAt(start);
  for (let i = 1; i <= windows; i++) {
    const before = state.commitSample;
    const step = nextIdleWindow(state, start + i * WINDOW, lookbackSamples);
    state = step.state;
    if (step.reset) resets.push(start + i * WINDOW);
    if (state.commitSample !== before) commits.push(state.commitSample);
  }
  return { resets, commits };
}

describe('in silence', () => {
  it('[ENG-23] the detector is reset every 31 windows, less than a second', () => {
    expect(RESET_INTERVAL_SAMPLES / 16).toBe(992);
    const every = Array.from({ length: 4 }, (_, i) => 5120 + (i + 1) * RESET_INTERVAL_SAMPLES);
    expect(idle(5120, 4 * 31, 4800).resets).toEqual(every);
  });

  it('[ENG-23] a reset is announced when look-back can no longer reach beyond it', () => {
    const lookback = gridCeil(4800);
    const windows = RESET_INTERVAL_SAMPLES / WINDOW + lookback / WINDOW;
    expect(idle(0, windows - 1, lookback).commits).toEqual([]);
    expect(idle(0, windows, lookback).commits).toEqual([RESET_INTERVAL_SAMPLES]);
  });

  it('[ENG-22] a start at any reset resets where the run through it does, whatever the look-back', () => {
    fc.assert(
      fc.property(fc.nat(40), fc.integer({ min: 40, max: 300 }), (lookback, windows) => {
        const through = idle(0, windows, lookback * WINDOW);
        for (const start of through.resets) {
          const rest = idle(start, windows - start / WINDOW, lookback * WINDOW);
          expect(rest.resets).toEqual(through.resets.filter((sample) => sample > start));
          expect(rest.commits).toEqual(through.commits.filter((sample) => sample > start));
        }
      }),
      { seed: 9 },
    );
  });

  it('[ENG-24] restart points only advance', () => {
    const { commits } = idle(0, 400, 62 * WINDOW);
    expect(commits.length).toBeGreaterThan(8);
    expect(commits).toEqual([...new Set(commits)].toSorted((a, b) => a - b));
  });
});

it('[ENG-24] the grid is 512 samples', () => {
  expect([0, 1, 511, 512, 513].map((sample) => gridFloor(sample))).toEqual([0, 0, 0, 512, 512]);
  expect([0, 1, 511, 512, 513].map((sample) => gridCeil(sample))).toEqual([0, 512, 512, 512, 1024]);
});
