import { expect, test } from 'vitest';
import { ECONOMIES, economyFor, pairCells, rowsOf } from '../../../bench/peer/plan.mjs';

const CAPACITY = { peer: 40, 'rt-worker': 90, 'rt-gateway': 80, 'rt-worker-no-vad': 60 };
const ROWS = rowsOf(CAPACITY);
const FULL = ECONOMIES[0]!;

test('the rows are one and four streams, the limit of the peer, and the own limit of each arm', () => {
  expect(
    ROWS.map(({ name, streams }) => [name, streams.peer, streams['rt-worker'], streams['rt-gateway']]),
  ).toEqual([
    ['1', 1, 1, 1],
    ['4', 4, 4, 4],
    ['peer limit', 40, 40, 40],
    ['own limit', 40, 90, 80],
  ]);
});

test('an arm that sustains nothing leaves out the rows it has no load for', () => {
  expect(rowsOf({ ...CAPACITY, peer: 0 }).map(({ name }) => name)).toEqual(['1', '4']);
});

test('arms alternate, and the peer at its limit is measured once a round', () => {
  const cells = pairCells(ROWS, { ...FULL, pairs: 2, gatewayPairs: 1 });
  const ofRow = (row: string, round: number): string[] =>
    cells.filter((cell) => cell.row === row && cell.round === round).map(({ arm }) => arm);
  expect(ofRow('1', 1)).toEqual(['peer', 'rt-worker', 'rt-gateway']);
  expect(ofRow('1', 2)).toEqual(['rt-worker', 'peer']);
  expect(ofRow('own limit', 1)).toEqual(['rt-worker', 'rt-gateway']);
});

test('the economy is the fullest one that fits, and the least one when none does', () => {
  const costMs = (economy: (typeof ECONOMIES)[number]): number =>
    pairCells(ROWS, economy).reduce((sum, { seconds }) => sum + seconds * 1000 + 10_000, 0);
  const third = ECONOMIES[2]!;
  expect(economyFor(ROWS, { leftMs: Infinity, overheadMs: 10_000 })).toEqual(FULL);
  expect(economyFor(ROWS, { leftMs: costMs(third), overheadMs: 10_000 })).toEqual(third);
  expect(economyFor(ROWS, { leftMs: 0, overheadMs: 10_000 })).toEqual(ECONOMIES.at(-1));
});

test('every economy costs less than the one before it', () => {
  const costs = ECONOMIES.map((economy) =>
    pairCells(ROWS, economy).reduce((sum, { seconds }) => sum + seconds, 0),
  );
  expect(costs).toEqual(costs.toSorted((a, b) => b - a));
  expect(new Set(costs).size).toBe(costs.length);
});
