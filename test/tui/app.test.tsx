import { afterEach, describe, expect, it } from 'vitest';
import { displayWidth } from '../../src/base/display-width.ts';
import { KEYMAP } from '../../src/tui/keymap.ts';
import type { State } from '../../src/tui/store.ts';
import { gatewayDigest, gatewaySession, workerDigest } from '../support/digests.ts';
import { workerView } from '../support/fleet.ts';
import { type Screen, type ScreenOptions, show } from './screen.tsx';
import {
  busyState,
  DATE,
  eventOf,
  FIRST_LOOK_MS,
  frameOf,
  sampleOf,
  sessionsOf,
  snapshotOf,
  stateAfter,
} from './watched-fleet.ts';

const open: Screen[] = [];

afterEach(() => {
  for (const screen of open.splice(0)) screen.close();
});

function shown(state: State, options: ScreenOptions & { readonly ageMs?: number } = {}): Screen {
  const frame = frameOf(state, options.ageMs);
  const screen = show(() => frame, options);
  open.push(screen);
  return screen;
}

function linesOf(frame: string): readonly string[] {
  return frame.split('\n');
}

const SIZES = [
  { columns: 80, rows: 24 },
  { columns: 120, rows: 40 },
  { columns: 60, rows: 15 },
  { columns: 40, rows: 10 },
] as const;

const UP = '\u001b[A';
const DOWN = '\u001b[B';

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
    expect(lines[1]).toContain('Redis does not answer, showing what was known 2s ago');
    expect(lines.join('\n')).toContain('w-2');
    expect(lines).toHaveLength(23);
  });
});

describe('remote text', () => {
  const EVIL = '\u001b[2J\u001b]0;owned\u0007\u009b31m\r\n\u202eevil';

  it('cannot write escape sequences, wherever it stands', () => {
    const worker = workerView(`w${EVIL}`, {
      endpoint: EVIL,
      host: EVIL,
      models: [EVIL],
      lastHeartbeat: EVIL,
      engine: EVIL,
      provider: EVIL,
    });
    const session = gatewaySession(1, {
      id: EVIL,
      worker_id: EVIL,
      model: EVIL,
      language: EVIL,
      client_ip: EVIL,
      started_at: EVIL,
      last_text: EVIL,
      lag_s: 9,
    });
    const digest = gatewayDigest(EVIL, { url: EVIL, at: EVIL, sessions: [session] });
    const state = stateAfter(
      {
        type: 'sampled',
        sample: sampleOf({ workers: [worker], snapshot: new Map([[EVIL, JSON.stringify(digest)]]) }),
      },
      {
        type: 'happened',
        event: eventOf('reject', { reason: EVIL, at: DATE.toISOString() }),
        atMs: FIRST_LOOK_MS,
        date: DATE,
      },
      { type: 'failed', atMs: FIRST_LOOK_MS, reason: EVIL },
    );
    const frame = shown(state, { columns: 120, rows: 40 }).frame();
    expect(frame).toContain('evil');
    expect(frame).not.toMatch(/(?!\n)\p{Cc}|\p{Bidi_Control}/u);
    expect(linesOf(frame)).toHaveLength(39);
  });
});

describe('keys', () => {
  it('scroll the sessions and stop at the ends', async () => {
    const screen = shown(busyState());
    expect(screen.frame()).toContain('1-7 of 11');
    await screen.press('j');
    await screen.press(DOWN);
    expect(screen.frame()).toContain('3-9 of 11');
    await screen.press('G');
    await screen.press('j');
    expect(screen.frame()).toContain('5-11 of 11');
    await screen.press(UP);
    await screen.press('kk');
    expect(screen.frame()).toContain('2-8 of 11');
    await screen.press('g');
    expect(screen.frame()).toContain('1-7 of 11');
  });

  it('t hides what is said and shows it again', async () => {
    const screen = shown(busyState());
    await screen.press('t');
    expect(screen.frame()).toContain('hidden');
    expect(screen.frame()).not.toContain('router on friday');
    expect(screen.frame()).toContain('t show text');
    await screen.press('t');
    expect(screen.frame()).toContain('router on friday');
  });

  it('p holds the picture still while data comes, and lets it go on', async () => {
    let frame = frameOf(busyState());
    const screen = show(() => frame);
    open.push(screen);
    await screen.press('p');
    expect(screen.frame()).toContain('PAUSED');
    const next = stateAfter({ type: 'sampled', sample: sampleOf({ snapshot: snapshotOf(sessionsOf(2)) }) });
    frame = { ...frameOf(next), date: new Date(DATE.getTime() + 1000) };
    await expect.poll(() => screen.frame()).toContain('14:03:28');
    expect(screen.frame()).toContain('1-7 of 11');
    await screen.press('p');
    expect(screen.frame()).toContain('1-2 of 2');
    expect(screen.frame()).not.toContain('PAUSED');
  });

  it('? lists every key of the table, and goes back', async () => {
    const screen = shown(busyState());
    await screen.press('?');
    for (const { shown: key, does } of KEYMAP) {
      expect(screen.frame()).toContain(key);
      expect(screen.frame()).toContain(does);
    }
    expect(linesOf(screen.frame())).toHaveLength(23);
    await screen.press('?');
    expect(screen.frame()).toContain('WORKERS');
  });

  it.each(['q', '\u0003'])('%j quits', async (input) => {
    const screen = shown(busyState());
    expect(screen.hasQuit()).toBe(false);
    await screen.press(input);
    expect(screen.hasQuit()).toBe(true);
  });

  it('are not offered where there is no keyboard', () => {
    const frame = shown(busyState(), { hasKeyboard: false }).frame();
    expect(linesOf(frame).at(-1)).toBe(' ctrl-c quit');
  });
});

describe('a change of size', () => {
  it('is followed at once, down to one line and back', async () => {
    const screen = shown(busyState());
    await screen.resize(50, 12);
    expect(screen.frame()).toBe(' data 0s  sessions 11/24  workers 3/4  alerts 3');
    await screen.resize(120, 40);
    expect(linesOf(screen.frame())).toHaveLength(39);
    expect(screen.frame()).toContain('sess_00008f2a41ca');
  });
});
