import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  compareWithBaseline,
  isNoWorse,
  type Measured,
  readBaseline,
} from '../../../src/bench/latency/baseline.ts';
import type { Spread } from '../../../src/bench/latency/median-run.ts';

const BOUND = { file: 'main', maxRegress: 0.1 };

function measured(figures: Readonly<Record<string, Spread>>, changes: Partial<Measured> = {}): Measured {
  const loads = [{ sessions: 2, figures }];
  return { at: '2026-01-01', model: 'm', environment: {}, settings: {}, loads, ...changes };
}

const spread = (value: number, min = value - 5, max = value + 5): Spread => ({ value, min, max });
const final = (value: number, min?: number, max?: number): Measured =>
  measured({ word_final_p95: spread(value, min, max) });

describe('a run against its baseline', () => {
  it.each([
    ['worse', final(400), final(460)],
    ['better', final(400), final(340)],
    ['same', final(400), final(435)],
    ['noise', final(400, 395, 480), final(460)],
    ['noise', final(400), final(460, 402, 470)],
    // A tenth of 3 ms is less than the generator can tell.
    ['same', final(3, 3, 3), final(7.9, 7.9, 7.9)],
    ['worse', final(3, 3, 3), final(8.1, 8.1, 8.1)],
  ] as const)('[BEN-36] is %s', (verdict, before, now) => {
    const { figures } = compareWithBaseline(now, before, BOUND);
    expect(figures.map((one) => [one.sessions, one.metric, one.verdict])).toEqual([
      [2, 'word_final_p95', verdict],
    ]);
    expect(isNoWorse(compareWithBaseline(now, before, BOUND))).toBe(verdict !== 'worse');
  });

  it('[BEN-36] says by how much', () => {
    const [figure] = compareWithBaseline(final(460), final(400), BOUND).figures;
    expect(figure?.change).toBeCloseTo(0.15, 9);
    expect(compareWithBaseline(final(460), final(0), BOUND).figures[0]?.change).toBeNull();
  });

  it('[BEN-37] is worse when it cannot be compared', () => {
    const other = compareWithBaseline(final(1), { ...final(1), model: 'n' }, BOUND);
    expect([other.refused, isNoWorse(other)]).toEqual(['it measured n', false]);
    const apart = compareWithBaseline(
      { ...final(1), loads: [{ sessions: 3, figures: {} }] },
      final(1),
      BOUND,
    );
    expect([apart.refused, isNoWorse(apart)]).toEqual(['it has none of these loads', false]);
    const less = compareWithBaseline(measured({}), final(1), BOUND);
    expect([less.gone, isNoWorse(less)]).toEqual([['word_final_p95 at 2 sessions'], false]);
  });

  it('[BEN-37] names what differs besides', () => {
    const before = measured(
      {},
      { environment: { cpu: 'a', node: '1' }, settings: { frame_ms: 80, out: 'x' } },
    );
    const now = measured({}, { environment: { cpu: 'b', node: '1' }, settings: { frame_ms: 40, out: 'y' } });
    expect(compareWithBaseline(now, before, BOUND).differs).toEqual(['environment.cpu', 'settings.frame_ms']);
  });
});

describe('the file of a baseline', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'rt-baseline-'));
    writeFileSync(
      join(folder, 'run.json'),
      JSON.stringify({ schema: 'rt.bench/v1', kind: 'latency', loads: [] }),
    );
    writeFileSync(
      join(folder, 'load.json'),
      JSON.stringify({ schema: 'rt.bench/v1', kind: 'load', steps: [] }),
    );
    writeFileSync(join(folder, 'broken.json'), '{');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is a run.json, or the folder of one', async () => {
    await expect(readBaseline(folder)).resolves.toMatchObject({ kind: 'latency' });
    await expect(readBaseline(join(folder, 'run.json'))).resolves.toMatchObject({ kind: 'latency' });
  });

  it.each([
    ['load.json', 'usage'],
    ['broken.json', 'usage'],
    ['none.json', 'file_unreadable'],
  ])('is not %s', async (name, code) => {
    await expect(readBaseline(join(folder, name))).rejects.toMatchObject({ code });
  });
});
