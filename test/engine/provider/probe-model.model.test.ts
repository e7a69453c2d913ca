import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/base/clock.ts';
import { loadGraph } from '../../../src/engine/onnx.ts';
import { probeInputs } from '../../../src/engine/provider/probe-model.ts';
import { runProbe } from '../../../src/engine/provider/probe-run.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rt-probe-model-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe("the probe's graph", () => {
  it('[ENG-111] runs on the CPU and is proven to have run there', async () => {
    const outcome = await runProbe({ provider: 'cpu', folder }, systemClock);
    expect(outcome).toMatchObject({ type: 'ran', misplaced: [], isExact: true });
    expect(outcome.runMs).toBeGreaterThan(0);
    const files = (await readdir(folder)).map((name) => name.replace(/_.*$/, ''));
    expect(files.sort()).toEqual(['probe.onnx', 'profile-cpu']);
  });

  it('[ENG-111] gives whole numbers that differ from row to row, so that a wrong kernel is seen', async () => {
    await runProbe({ provider: 'cpu', folder }, systemClock);
    const graph = await loadGraph(join(folder, 'probe.onnx'), { provider: 'cpu', intraOpThreads: 1 });
    const inputs = probeInputs();
    const feeds = Object.fromEntries(
      Object.entries(inputs).map(([name, input]) => [name, { type: 'float32', ...input } as const]),
    );
    const { result } = await graph.run(feeds);
    await graph.release();
    const { left, right, kernel } = inputs;
    const [, , inner = 0] = left?.dims ?? [];
    const [, , columns = 0] = right?.dims ?? [];
    const product = (row: number, column: number): number =>
      Array.from({ length: inner }).reduce<number>(
        (sum, _, i) => sum + left!.data[row * inner + i]! * right!.data[i * columns + column]!,
        0,
      );
    const expected = (row: number, column: number): number =>
      [0, 1, 2].reduce((sum, tap) => sum + kernel!.data[row * 3 + tap]! * product(row, column + tap), 0);
    const length = result?.dims[2] ?? 0;
    for (const [row, column] of [
      [0, 0],
      [7, 3],
      [100, length - 1],
    ] as const) {
      expect(result?.data[row * length + column]).toBe(expected(row, column));
    }
    expect(new Set(result?.data as Float32Array).size).toBeGreaterThan(500);
  });
});
