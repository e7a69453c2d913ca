import { expect, test } from 'vitest';
import { compare, medianOf } from '../../../bench/peer/table.mjs';
import { comparisonTable, costTable } from '../../../bench/peer/report.mjs';

interface CellOptions {
  readonly arm?: 'peer' | 'rt-worker';
  readonly round?: number;
  readonly p95Ms?: number | null;
  readonly voidReason?: string;
}

function cell({ arm = 'peer', round = 1, p95Ms = 20, voidReason }: CellOptions) {
  const isHeld = voidReason === undefined && p95Ms !== null && p95Ms <= 160;
  const cost = { generatorCpu: 0.1 * round, latenessP99Ms: round, serverCpu: round, serverRssMb: 10 * round };
  return {
    row: '4',
    arm,
    round,
    streams: 4,
    p50Ms: p95Ms === null ? null : p95Ms / 2,
    p95Ms,
    isHeld,
    voidReason,
    ...cost,
  };
}

/** Rounds of both arms with the given 95th percentiles. */
function rounds(peerMs: number[], oursMs: number[]) {
  return [
    ...peerMs.map((p95Ms, index) => cell({ round: index + 1, p95Ms })),
    ...oursMs.map((p95Ms, index) => cell({ arm: 'rt-worker', round: index + 1, p95Ms })),
  ];
}

test('the ratio is that of the medians, the worst pair the greatest within a round', () => {
  const [peer, ours] = compare(rounds([20, 40, 10], [10, 10, 12]));
  expect(peer).toMatchObject({ arm: 'peer', cells: 3, held: 3, p95Ms: 20, p95Ratio: undefined });
  expect(ours?.p95Ms).toBe(10);
  expect(ours?.p95Ratio).toEqual({ ofMedians: 0.5, worstPair: 1.2, pairs: 3 });
  expect(ours?.p50Ratio?.ofMedians).toBe(0.5);
});

test('a void cell counts for nobody and takes its pair with it', () => {
  const cells = rounds([20, 20], [10]).concat(
    cell({ arm: 'rt-worker', round: 2, p95Ms: 900, voidReason: 'late' }),
  );
  const [, ours] = compare(cells);
  expect(ours).toMatchObject({ cells: 1, voids: 1, held: 1, p95Ms: 10 });
  expect(ours?.p95Ratio).toMatchObject({ pairs: 1, worstPair: 0.5 });
});

test('a cell without a result is the slowest there is', () => {
  const cells = [cell({}), cell({ arm: 'rt-worker', p95Ms: null })];
  expect(compare(cells)[1]?.p95Ratio?.worstPair).toBe(Infinity);
});

test('without a pair there is no ratio', () => {
  const cells = [cell({ voidReason: 'late' }), cell({ arm: 'rt-worker' })];
  expect(compare(cells)[1]?.p95Ratio).toBeUndefined();
});

test('the median of an even number is the mean of the middle two, of none there is none', () => {
  expect(medianOf([4, 1, 3, 2])).toBe(2.5);
  expect(medianOf([])).toBeUndefined();
});

test('the table has a line for each row and arm, with the worst pair in brackets', () => {
  const lines = comparisonTable(compare(rounds([20, 40], [10, 10]))).split('\n');
  expect(lines).toHaveLength(4);
  expect(lines[2]).toBe('| 4 | sherpa-onnx | 4 | 15.0 | 30.0 | – | – | 2/2 | 0 |');
  expect(lines[3]).toBe('| 4 | rt worker | 4 | 5.0 | 10.0 | 0.33 (0.50) | 0.33 (0.50) | 2/2 | 0 |');
});

test('costs are medians and worst values of all cells, void ones too', () => {
  const cells = [cell({}), cell({ round: 2 }), cell({ round: 3, voidReason: 'late' })];
  const [line] = costTable(compare(cells)).split('\n').slice(2);
  expect(line).toBe('| 4 | sherpa-onnx | 0.20 | 3.0 | 2.00 | 30 |');
});
