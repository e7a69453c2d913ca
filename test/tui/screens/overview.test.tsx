import { describe, expect, it } from 'vitest';
import { displayWidth } from '../../../src/base/display-width.ts';
import { gatewayDigest, workerDigest } from '../../support/digests.ts';
import { workerView } from '../../support/fleet.ts';
import { linesOf, shown } from '../screen.tsx';
import {
  busyState,
  DATE,
  eventOf,
  FIRST_LOOK_MS,
  sampleOf,
  sessionsOf,
  snapshotOf,
  stateAfter,
} from '../watched-fleet.ts';

const SIZES = [
  { columns: 80, rows: 24 },
  { columns: 100, rows: 30 },
  { columns: 120, rows: 40 },
  { columns: 200, rows: 60 },
  { columns: 60, rows: 15 },
  { columns: 40, rows: 10 },
] as const;

describe('the overview', () => {
  it.each(SIZES)('looks as drawn at $columns×$rows', async ({ columns, rows }) => {
    const frame = shown(busyState(), { columns, rows }).frame();
    await expect(`${frame}\n`).toMatchFileSnapshot(`frames/overview-${columns}x${rows}.txt`);
  });

  it('looks as drawn in ASCII, where nothing else is written', async () => {
    const frame = shown(busyState(), { ascii: true }).frame();
    expect(frame).toMatch(/^[\x20-\x7e\n]*$/);
    await expect(`${frame}\n`).toMatchFileSnapshot('frames/overview-ascii-80x24.txt');
  });

  it('looks as drawn before there is a fleet', async () => {
    const frame = shown(
      stateAfter({ type: 'sampled', sample: sampleOf({ workers: [], snapshot: new Map() }) }),
    ).frame();
    expect(frame).toContain('No workers yet. Start one: rt worker');
    await expect(`${frame}\n`).toMatchFileSnapshot('frames/overview-empty-80x24.txt');
  });

  it('tells how to start a session where there are only workers', () => {
    const sample = sampleOf({ snapshot: new Map() });
    expect(shown(stateAfter({ type: 'sampled', sample })).frame()).toContain('Start one: rt stream FILE');
  });

  it.each([
    { columns: 60, rows: 15 },
    { columns: 61, rows: 16 },
    { columns: 79, rows: 23 },
    { columns: 109, rows: 29 },
    { columns: 110, rows: 31 },
    { columns: 200, rows: 60 },
  ])(
    'fills one row less than $columns×$rows with the largest numbers, and no line is too long',
    ({ columns, rows }) => {
      const workers = Array.from({ length: 70 }, (_, index) =>
        workerView(`worker-with-a-long-name-${index}`, {
          capacity: 1000,
          activeSessions: 1000,
          status: 'busy',
        }),
      );
      const snapshot = new Map(
        [
          ...workers.map(({ id }) => workerDigest(id, { step_p95_ms: 123_456, cpu_share: 15.99 })),
          gatewayDigest('gateway-1', { sessions: sessionsOf(900) }),
        ].map((digest) => [`${digest.role}:${digest.id}`, JSON.stringify(digest)]),
      );
      const state = stateAfter({ type: 'sampled', sample: sampleOf({ workers, snapshot }) });
      const lines = linesOf(shown(state, { columns, rows }).frame());
      expect(lines).toHaveLength(rows - 1);
      expect(Math.max(...lines.map(displayWidth))).toBeLessThanOrEqual(columns);
      expect(lines.at(-1)).toContain('q quit');
    },
  );

  it('gives alerts the rows that sessions leave, and hides no worker for it', () => {
    const sample = sampleOf({ snapshot: snapshotOf(sessionsOf(5)) });
    const happened = (['reject', 'failover'] as const).map((type) => ({
      type: 'happened' as const,
      event: eventOf(type, { at: DATE.toISOString() }),
      atMs: FIRST_LOOK_MS,
      date: DATE,
    }));
    const frame = shown(stateAfter(...happened, { type: 'sampled', sample })).frame();
    for (const alert of ['w-3 LOST', 'lags 4.2s', '1 reject in', '1 failover in'])
      expect(frame).toContain(alert);
    expect(frame).toContain('1-5 of 5');
    expect(frame).toMatch(/\n w-3 +LOST/);
    expect(linesOf(frame)).toHaveLength(23);
  });

  it('says that data is stale, and since when', () => {
    const frame = shown(busyState(), { ageMs: 12_000 }).frame();
    expect(frame).toContain('data 12s old');
    expect(frame).toContain('STALE No news from Redis for 12s.');
  });

  it('keeps the last picture while Redis is away and says so', () => {
    const state = stateAfter(
      { type: 'sampled', sample: sampleOf() },
      { type: 'failed', atMs: FIRST_LOOK_MS + 1000, reason: 'connection closed' },
    );
    const lines = linesOf(shown(state, { ageMs: 2000 }).frame());
    expect(lines[1]).toContain('Redis does not answer, shown as of 2s ago');
    expect(lines.join('\n')).toContain('w-2');
    expect(lines).toHaveLength(23);
  });
});
