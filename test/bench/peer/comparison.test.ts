import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findCapacities } from '../../../bench/peer/capacity.mjs';
import type { CellOutput, CellSpec } from '../../../bench/peer/cell.mjs';
import { labelOf, settingsOf } from '../../../bench/peer/grid.mjs';
import { createMeasure } from '../../../bench/peer/measure.mjs';
import { readOptions } from '../../../bench/peer/options.mjs';
import { measureAuto, measurePairs } from '../../../bench/peer/pairs.mjs';
import { runDocument, runReadme } from '../../../bench/peer/run-files.mjs';
import { openState } from '../../../bench/peer/state.mjs';
import { compare } from '../../../bench/peer/table.mjs';
import { tunePeer } from '../../../bench/peer/tune.mjs';
import { documentOf, limitOf } from './simulated-machine.ts';

const log = (): void => undefined;
const BASE = { chunkMs: 160, loadArgs: [], warmupS: 0 };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'rt-peer-run-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A comparison whose cells are answered by `run`, kept in the folder of the test. */
function openComparison(run: (spec: CellSpec) => Promise<CellOutput>) {
  const state = openState(path.join(folder, 'state.json'), { fingerprint: 'f', nowIso: '' });
  return { state, measure: createMeasure({ state, base: BASE, shortSeconds: 10, log, run }) };
}

async function measureAll({ measure, state }: ReturnType<typeof openComparison>) {
  const tuned = await tunePeer(measure, { start: 16, log });
  const capacity = await findCapacities(measure, { tuned, seconds: 60, log });
  const { settings } = tuned;
  const pairs = await measurePairs(measure, {
    capacity,
    settings,
    state,
    leftMs: Infinity,
    isQuick: true,
    log,
  });
  return { tuned, capacity, pairs };
}

async function compareAll(comparison: ReturnType<typeof openComparison>) {
  const { pairs, ...found } = await measureAll(comparison);
  return { ...found, comparisons: compare(pairs.cells) };
}

test('settings that are given are climbed with, and nothing is probed', async () => {
  const { measure, state } = openComparison(async (spec) => ({ load: documentOf(spec), servers: {} }));
  const given = settingsOf('w1-b16-t2-i5') as CellSpec['settings'];
  const tuned = await tunePeer(measure, { start: 16, given, log });
  expect(tuned).toMatchObject({ settings: given, probes: [] });
  expect(
    tuned.streams / limitOf({ ...BASE, arm: 'peer', settings: given } as unknown as CellSpec),
  ).toBeCloseTo(1, 1);
  expect(Object.keys(state.cells).every((key) => key.includes('w1-b16-t2-i5'))).toBe(true);
});

test('the whole comparison finds the best settings, each limit to 5 %, and pairs every arm', async () => {
  const machine = openComparison(async (spec) => ({ load: documentOf(spec), servers: {} }));
  const { tuned, capacity, comparisons } = await compareAll(machine);
  expect(labelOf(tuned.settings)).toBe('w2-b16-t1-i5');
  const within5 = (found: number, limit: number): void => {
    expect(found).toBeLessThanOrEqual(limit);
    expect(found).toBeGreaterThanOrEqual(limit * 0.95 - 1);
  };
  within5(capacity.peer, 60);
  within5(capacity['rt-worker'], 104);
  within5(capacity['rt-gateway'], 96);
  within5(capacity['rt-worker-no-vad'], 72);
  const ours = comparisons.find(({ row, arm }) => row === 'peer limit' && arm === 'rt-worker');
  expect(ours?.p95Ratio?.ofMedians).toBeLessThan(1);
  expect(comparisons.map(({ row, arm }) => `${row} ${arm}`)).toHaveLength(11);
});

test('ended anywhere, it goes on with the cell it was in and gives the same result', async () => {
  const whole = await compareAll(openComparison(async (spec) => ({ load: documentOf(spec), servers: {} })));
  rmSync(path.join(folder, 'state.json'));
  let measured = 0;
  const endingRun = async (spec: CellSpec): Promise<CellOutput> => {
    measured += 1;
    if (measured % 17 === 0) throw new Error('ended');
    return { load: documentOf(spec), servers: {} };
  };
  let result: typeof whole | undefined;
  let ends = 0;
  while (result === undefined) {
    result = await compareAll(openComparison(endingRun)).catch((error: unknown) => {
      expect(error).toEqual(new Error('ended'));
      ends += 1;
      return undefined;
    });
  }
  expect(ends).toBeGreaterThan(1);
  expect(result).toEqual(whole);
});

test('a void cell is measured once more, and is told as void when it is void again', async () => {
  const latenessMs = [9, 1, 9, 9];
  const measure = openComparison(async (spec) => {
    return { load: documentOf(spec, { latenessMs: latenessMs.shift() ?? 1 }), servers: {} };
  }).measure;
  const wanted = {
    kind: 'pair',
    arm: 'rt-worker',
    settings: { workThreads: 1, maxBatch: 4, numThreads: 1, loopIntervalMs: 1 },
  } as const;
  await expect(measure({ ...wanted, streams: 1 })).resolves.toMatchObject({ attempts: 2, isHeld: true });
  await expect(measure({ ...wanted, streams: 2 })).resolves.toMatchObject({
    attempts: 2,
    isHeld: false,
    voidReason: 'the generator was late',
  });
});

test('a limit that short steps found and long ones do not hold is taken back', async () => {
  const machine = openComparison(async (spec) => {
    const streams = spec.seconds === 60 ? Math.ceil(spec.streams * 1.1) : spec.streams;
    return { load: documentOf({ ...spec, streams }), servers: {} };
  });
  const tuned = await tunePeer(machine.measure, { start: 16, log });
  const capacity = await findCapacities(machine.measure, { tuned, seconds: 60, log });
  expect(capacity['rt-worker']).toBeLessThan(104);
  expect(capacity['rt-worker'] * 1.1).toBeGreaterThan(104 * 0.9);
  expect(limitOf({ arm: 'rt-worker', loadArgs: [] } as unknown as CellSpec)).toBe(104);
});

test('the report of a whole comparison names every arm, the settings of the peer and what was measured', async () => {
  const machine = openComparison(async (spec) => ({ load: documentOf(spec), servers: {} }));
  const { tuned, capacity, pairs } = await measureAll(machine);
  const { settings } = tuned;
  const auto = await measureAuto(machine.measure, { streams: 120, settings, seconds: 60 });
  const options = readOptions(['--model', 'models/rt-tiny-en/model.160ms.int8.onnx']);
  const peer = { server: '', libraries: '', version: '2.0.1', sha256: 'p' };
  const document = runDocument(
    { tuned, capacity, pairs, auto },
    { options, peer, state: machine.state, fingerprint: { rtRoot: 'b', model: 'm' } },
  );
  expect(JSON.parse(JSON.stringify(document))).toMatchObject({
    schema: 'rt.bench.peer/v1',
    model: { name: 'rt-tiny-en', chunkMs: 160, precision: 'int8', sha256: 'm' },
    economy: { pairs: 2, gatewayPairs: 1 },
  });
  const text = runReadme(document);
  expect(text).toContain('# rt-tiny-en, 160 ms, int8: rt against sherpa-onnx 2.0.1');
  expect(text).toContain('`w2-b16-t1-i5`');
  expect(text).toContain(`| sherpa-onnx | ${capacity.peer} | 1.00× |`);
  expect(text).toMatch(/\| own limit \| rt worker \| \d+ \|/);
  expect(text).not.toMatch(/undefined|NaN|null/);
});
