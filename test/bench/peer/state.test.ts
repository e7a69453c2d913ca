import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openState } from '../../../bench/peer/state.mjs';

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'rt-peer-state-'));
  file = path.join(folder, 'state.json');
});
afterEach(() => rmSync(folder, { recursive: true }));

const RUN = { fingerprint: 'a', nowIso: '2026-01-01T00:00:00.000Z' };

test('a finished cell is on disk before it is returned and is not measured again', async () => {
  const value = await openState(file, RUN).cell('x', async () => ({ p95Ms: 7 }));
  expect(value).toEqual({ p95Ms: 7 });
  expect(JSON.parse(readFileSync(file, 'utf8')).cells).toEqual({ x: { p95Ms: 7 } });

  const again = openState(file, { ...RUN, nowIso: '2026-01-02T00:00:00.000Z' });
  expect(again).toMatchObject({ isResumed: true, startedAt: RUN.nowIso });
  await expect(again.cell('x', () => Promise.reject(new Error('measured twice')))).resolves.toEqual(value);
});

test('a cell that failed is not kept', async () => {
  const state = openState(file, RUN);
  await expect(state.cell('x', () => Promise.reject(new Error('no server')))).rejects.toThrow('no server');
  await expect(state.cell('x', async () => ({ p95Ms: 1 }))).resolves.toEqual({ p95Ms: 1 });
});

test('figures of another fingerprint are not taken', async () => {
  await openState(file, RUN).cell('x', async () => ({ p95Ms: 7 }));
  const other = openState(file, { ...RUN, fingerprint: 'b' });
  expect(other.isResumed).toBe(false);
  await expect(other.cell('x', async () => ({ p95Ms: 8 }))).resolves.toEqual({ p95Ms: 8 });
});

test("of another build of rt only the search for the peer's settings is kept", async () => {
  const first = openState(file, { ...RUN, tuning: 't' });
  await first.cell('probe/peer/w2/16/8s', async () => ({ p95Ms: 7 }));
  await first.cell('step/rt-worker/16/8s', async () => ({ p95Ms: 5 }));
  await first.cell('hold/peer/w2/16/60s', async () => ({ p95Ms: 6 }));
  const other = openState(file, { ...RUN, fingerprint: 'b', tuning: 't' });
  expect(Object.keys(other.cells)).toEqual(['probe/peer/w2/16/8s']);
  expect(openState(file, { ...RUN, fingerprint: 'b', tuning: 'u' }).cells).toEqual({});
});
