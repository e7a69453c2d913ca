import { describe, expect, it } from 'vitest';
import { displayWidth } from '../../../src/base/display-width.ts';
import type { ViewName } from '../../../src/tui/choice/screen-name.ts';
import { createUi } from '../../../src/tui/choice/ui.ts';
import { workerView } from '../../support/fleet.ts';
import { chosenLine, linesOf, shown } from '../screen.tsx';
import {
  BEAT,
  busyState,
  DATE,
  eventfulState,
  eventOf,
  FIRST_LOOK_MS,
  sampleOf,
  sessionsOf,
  snapshotOf,
  stateAfter,
} from '../watched-fleet.ts';

const VIEWS: readonly (readonly [name: string, keys: readonly string[]])[] = [
  ['workers', ['2']],
  ['workers-wide', ['2', 'w']],
  ['sessions', ['3']],
  ['sessions-by-lag', ['3', 's', '/', 'w-1', '\r']],
  ['rooms', ['5']],
  ['events', ['6']],
  ['worker', ['2', 'j', '\r']],
  ['help', ['?']],
  ['drain', ['2', 'j', 'd', 'y']],
];

describe('the views', () => {
  it.each(
    VIEWS.flatMap(([name, keys]) =>
      [
        { columns: 80, rows: 24 },
        { columns: 100, rows: 30 },
        { columns: 200, rows: 60 },
      ].map((size) => ({ name, keys, ...size })),
    ),
  )('[TOP-1] $name looks as drawn at $columns×$rows', async ({ name, keys, columns, rows }) => {
    const screen = shown(eventfulState(), { columns, rows });
    for (const key of keys) await screen.press(key);
    const lines = linesOf(screen.frame());
    expect(lines).toHaveLength(rows - 1);
    expect(Math.max(...lines.map(displayWidth))).toBeLessThanOrEqual(columns);
    await expect(`${screen.frame()}\n`).toMatchFileSnapshot(`frames/${name}-${columns}x${rows}.txt`);
  });

  it('[TOP-21] are one line where there is room for no more, whichever was chosen', async () => {
    const screen = shown(busyState(), { columns: 40, rows: 10 });
    const line = screen.frame();
    for (const key of ['2', '3', '4', '5', '6', '?']) {
      await screen.press(key);
      expect(screen.frame()).toBe(line);
    }
  });

  it('[TOP-21] obey no key but those that leave where a question could not be seen', async () => {
    const screen = shown(busyState(), { columns: 80, rows: 24 });
    await screen.press('2d');
    expect(screen.ui().dialog).toMatchObject({ verb: 'drain', typed: '' });
    await screen.resize(40, 10);
    await screen.press('y');
    await screen.press('\r');
    expect(screen.ui().dialog).toMatchObject({ typed: '' });
    expect(screen.effects()).toEqual([]);
    await screen.press('q');
    expect(screen.effects()).toEqual([{ type: 'quit' }]);
  });

  it.each(['overview', 'workers', 'sessions', 'transcripts', 'rooms', 'events'] satisfies ViewName[])(
    '[TOP-1] %s is shown first where it was asked for, in ASCII alone where nothing else can be drawn',
    (view) => {
      const screen = shown(eventfulState(), { ascii: true, initial: createUi({ view }) });
      expect(screen.frame()).toMatch(/^[\x20-\x7e\n]*$/);
      expect(linesOf(screen.frame())).toHaveLength(23);
    },
  );

  it('[TOP-4] a chosen row stays chosen while the list is sorted anew', async () => {
    const screen = shown(busyState(), { initial: createUi({ view: 'sessions' }) });
    await screen.press('jj');
    const before = chosenLine(screen);
    await screen.press('s');
    expect(screen.frame()).toContain('by lag ↓');
    expect(chosenLine(screen)).toBe(before);
    await screen.press('r');
    expect(screen.frame()).toContain('by lag ↑');
    expect(chosenLine(screen)).toBe(before);
  });

  it('[TOP-22] renders no row that is not on the screen', () => {
    const state = stateAfter({
      type: 'sampled',
      sample: sampleOf({ snapshot: snapshotOf(sessionsOf(2000)) }),
    });
    const screen = shown(state, { initial: createUi({ view: 'sessions' }) });
    expect(linesOf(screen.frame())).toHaveLength(23);
    expect(screen.frame()).toContain('1-18 of 2000');
  });

  it('[TOP-18] help cuts nothing off in 80 columns', async () => {
    const screen = shown(busyState());
    for (const key of ['1', '2', '3', '4', '5', '6']) {
      await screen.press(key);
      await screen.press('?');
      expect(screen.frame()).not.toContain('…');
    }
  });
});

describe('events', () => {
  it('[TOP-12] of another day say of which', () => {
    const dates = [new Date(DATE.getTime() - 86_400_000), DATE];
    const state = stateAfter(
      ...dates.map((at) => ({
        type: 'happened' as const,
        event: eventOf('reject', { at: at.toISOString() }),
        atMs: FIRST_LOOK_MS,
        date: DATE,
      })),
    );
    const frame = shown(state, { initial: createUi({ view: 'events' }) }).frame();
    expect(frame).toMatch(/ 12-31 14:03 {2}reject/);
    expect(frame).toMatch(/14:03:27 {5}reject/);
  });

  it('keep room for their reason in the smallest terminal', () => {
    const frame = shown(eventfulState(), {
      columns: 60,
      rows: 15,
      initial: createUi({ view: 'events' }),
    }).frame();
    expect(frame).toContain('REASON');
    expect(frame).toMatch(/reject .* no_cap/);
  });
});

describe('alerts', () => {
  it('[TOP-19] burn under the title of every view but the overview, which lists them', async () => {
    const screen = shown(busyState());
    expect(screen.frame()).toContain('ALERTS');
    for (const key of ['2', '3', '4', '5', '6', '?']) {
      await screen.press(key);
      expect(linesOf(screen.frame())[1]).toContain('! w-3 LOST, last beat 9s ago');
      expect(linesOf(screen.frame())[1]).toContain('+2 more');
      expect(linesOf(screen.frame())).toHaveLength(23);
    }
  });

  it('[TOP-19] tell of capacity that is full', () => {
    const workers = [
      workerView('w-1', { capacity: 4, activeSessions: 4, status: 'busy', lastHeartbeat: BEAT }),
    ];
    const frame = shown(stateAfter({ type: 'sampled', sample: sampleOf({ workers }) })).frame();
    expect(frame).toContain('capacity is full: 4 of 4 slots taken');
  });

  it('[TOP-20] the banner about the data burns in every view, and while the picture is held', async () => {
    const screen = shown(busyState(), { ageMs: 12_000 });
    for (const key of ['1', '2', '3', '4', '5', '6', '?', 'p']) {
      await screen.press(key);
      expect(linesOf(screen.frame())[1]).toContain('STALE No news from Redis for 12s.');
    }
  });
});
