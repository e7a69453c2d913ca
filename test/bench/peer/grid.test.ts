import { expect, test } from 'vitest';
import {
  bestOf,
  FIRST_SETTINGS,
  labelOf,
  type PeerSettings,
  type Probe,
  settingsToProbe,
} from '../../../bench/peer/grid.mjs';

const LAGS_MS: Record<string, number> = { 'w2-b16-t1-i10': 50, 'w2-b8-t1-i10': 60, 'w1-b16-t1-i10': 70 };

/** Probes until nothing is left; `lagOf` answers for the peer. */
function probeAll(lagOf: (settings: PeerSettings) => number): { probes: Probe[]; stages: number[] } {
  const probes: Probe[] = [];
  const stages: number[] = [];
  for (let open = settingsToProbe(probes); open.length > 0; open = settingsToProbe(probes)) {
    stages.push(open.length);
    probes.push(...open.map((settings) => ({ settings, p95Ms: lagOf(settings) })));
  }
  return { probes, stages };
}

test('threads and batch come first, then a second thread for the best three, then intervals for the best two', () => {
  const { probes, stages } = probeAll(
    (settings) => LAGS_MS[labelOf(settings)] ?? 100 + settings.loopIntervalMs,
  );
  expect(stages).toEqual([9, 3, 6]);
  const second = probes.slice(9, 12).map(({ settings }) => labelOf(settings));
  expect(second).toEqual(['w2-b16-t2-i10', 'w2-b8-t2-i10', 'w1-b16-t2-i10']);
  const third = probes.slice(12).map(({ settings }) => labelOf(settings));
  expect(third).toEqual([
    'w2-b16-t1-i1',
    'w2-b16-t1-i2',
    'w2-b16-t1-i5',
    'w2-b8-t1-i1',
    'w2-b8-t1-i2',
    'w2-b8-t1-i5',
  ]);
});

test('no setting is probed twice, also when every probe collapsed', () => {
  const { probes } = probeAll(() => Infinity);
  const labels = probes.map(({ settings }) => labelOf(settings));
  expect(new Set(labels).size).toBe(labels.length);
});

test('a search that goes on in the middle asks for what was left', () => {
  const { probes } = probeAll(() => 1);
  for (let done = 0; done < probes.length; done++) {
    const next = settingsToProbe(probes.slice(0, done)).map(labelOf);
    expect(next).toContain(labelOf(probes[done]?.settings ?? FIRST_SETTINGS));
  }
});

test('the best are the quickest, in order', () => {
  const probes = [30, 10, 20].map((p95Ms) => ({ settings: FIRST_SETTINGS, p95Ms }));
  expect(bestOf(probes, 2).map(({ p95Ms }) => p95Ms)).toEqual([10, 20]);
});
