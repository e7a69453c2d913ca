import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { decodeHistogram, valueAtRank } from '../../../src/bench/compare/distribution.ts';
import { readRuns } from '../../../src/bench/compare/read-runs.ts';
import { parseRun } from '../../../src/bench/compare/run-document.ts';
import { histogramOf, loadText } from './bench-documents.ts';

describe('a document of rt bench', () => {
  it.each([
    ['not JSON', 'oops'],
    ['another schema', '{"schema":"rt.check/v1","kind":"load"}'],
    ['no object', '[1]'],
  ])('is refused when it is %s', (_, text) => {
    expect(() => parseRun('x.json', text)).toThrow(
      expect.objectContaining({
        code: 'file_unreadable',
        hint: expect.stringContaining('run.json') as string,
      }),
    );
  });

  it('takes nothing in it for a number that is none', () => {
    const [step] = parseRun(
      'x',
      '{"schema":"rt.bench/v1","kind":"load","steps":[{"sessions":"8","errors":"1"}]}',
    ).steps;
    expect(step).toMatchObject({
      sessions: null,
      figures: { errors: null },
      metrics: {},
      verdict: 'measured',
    });
  });

  it('has every run of a load that was measured several times, of which one is told', () => {
    const run = (number: number): object => ({ run: number, verdict: 'pass', metrics: {} });
    const loads = [{ sessions: 2, median_run: 2, runs: [run(1), run(2), run(3)] }];
    const { steps } = parseRun('x', JSON.stringify({ schema: 'rt.bench/v1', kind: 'latency', loads }));
    expect(steps.map(({ sessions, isTold }) => [sessions, isTold])).toEqual([
      [2, false],
      [2, true],
      [2, false],
    ]);
  });
});

describe('a histogram of a document', () => {
  it('has its values back to three digits', () => {
    const values = [1, 2, 2, 50, 1234.5];
    const { hdr, max } = histogramOf(values);
    const decoded = decodeHistogram(hdr, max);
    expect(decoded.count).toBe(5);
    expect(decoded.cumulative).toEqual([1, 3, 4, 5]);
    for (const [rank, value] of [
      [0.2, 1],
      [0.6, 2],
      [0.8, 50],
      [1, 1234.5],
    ] as const) {
      expect(Math.abs(valueAtRank(decoded, rank) / value - 1)).toBeLessThan(0.001);
    }
  });

  it('is refused when it is none', () => {
    expect(() => decodeHistogram('AAAA', 1)).toThrow(expect.objectContaining({ code: 'file_unreadable' }));
  });
});

describe('runs on disk', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rt-runs-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('are a file, a folder of one run, or a folder of several', async () => {
    for (const name of ['2', '1']) {
      mkdirSync(join(folder, name));
      writeFileSync(join(folder, name, 'run.json'), loadText([], { at: name }));
    }
    const times = async (path: string): Promise<readonly string[]> =>
      (await readRuns(path)).map(({ at }) => at);
    expect(await times(join(folder, '1', 'run.json'))).toEqual(['1']);
    expect(await times(join(folder, '1'))).toEqual(['1']);
    expect(await times(folder)).toEqual(['1', '2']);
    await expect(readRuns(join(folder, 'none'))).rejects.toMatchObject({ code: 'file_unreadable' });
    mkdirSync(join(folder, 'empty'));
    await expect(readRuns(join(folder, 'empty'))).rejects.toMatchObject({ code: 'file_unreadable' });
  });
});
