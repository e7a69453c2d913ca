import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VIEW_NAMES } from '../../../src/tui/choice/screen-name.ts';
import { createUi, type Dialog, screenOf, type Ui, withChoice } from '../../../src/tui/choice/ui.ts';
import type { Context } from '../../../src/tui/keys/context.ts';
import { KEYMAP } from '../../../src/tui/keys/keymap.ts';
import { INTERVALS_MS, nextUi } from '../../../src/tui/keys/next-ui.ts';
import type { Item } from '../../../src/tui/list/list-on-screen.ts';
import { type Place, placeOf } from '../../../src/tui/list/list-place.ts';

const WORKER_IDS = ['w-1', 'w-2', 'w-3'];
const SESSION_IDS = ['sess_a', 'sess_b', 'sess_c', 'sess_d', 'sess_e', 'sess_f'];

function itemsOf(ui: Ui): readonly Item[] {
  switch (screenOf(ui)) {
    case 'workers':
      return WORKER_IDS.map((id) => ({ id, about: { kind: 'worker', id } }));
    case 'rooms':
    case 'help':
      return [];
    default:
      return SESSION_IDS.map((id) => ({ id, about: { kind: 'session', id } }));
  }
}

function contextOf(ui: Ui, changes: Partial<Context> = {}): Context {
  return {
    list: { items: itemsOf(ui), pageRows: 4 },
    workerIds: WORKER_IDS,
    sessionIds: SESSION_IDS,
    isReadOnly: false,
    confirmsByName: false,
    hasTranscripts: true,
    ...changes,
  };
}

interface Played {
  readonly ui: Ui;
  readonly effects: readonly unknown[];
}

function play(ui: Ui, keys: readonly string[], changes: Partial<Context> = {}): Played {
  return keys.reduce<Played>(
    (before, key) => {
      const next = nextUi(before.ui, key, contextOf(before.ui, changes));
      return { ui: next.ui, effects: [...before.effects, ...next.effects] };
    },
    { ui, effects: [] },
  );
}

function typed(text: string): readonly string[] {
  return Array.from(text);
}

const SESSIONS = createUi({ view: 'sessions' });
const WORKERS = createUi({ view: 'workers' });

describe('moving', () => {
  it('[TOP-1] goes to a view by its number and closes what was open', () => {
    for (const [index, view] of VIEW_NAMES.entries()) {
      const { ui } = play(createUi(), ['3', 'enter', String(index + 1)]);
      expect(ui).toMatchObject({ view, open: undefined });
    }
  });

  it('[TOP-3] stops at the ends and pages so that one row stays in sight', () => {
    const selected = (...keys: string[]): string | undefined =>
      play(SESSIONS, keys).ui.lists.sessions.selected;
    expect(selected('down', 'j')).toBe('sess_c');
    expect(selected('up')).toBe('sess_a');
    expect(selected('pagedown')).toBe('sess_d');
    expect(selected('G', 'j')).toBe('sess_f');
    expect(selected('end', 'k', 'pageup')).toBe('sess_b');
    expect(selected('G', 'g')).toBe('sess_a');
  });

  it('[TOP-4] keeps the row chosen wherever it goes, and its place when it is gone', () => {
    const { ui } = play(SESSIONS, ['j', 'j']);
    const choice = ui.lists.sessions;
    const list = (...ids: string[]) => ({ items: ids.map((id) => ({ id, about: undefined })), pageRows: 2 });
    expect(placeOf(choice, list('sess_a', 'sess_b', 'sess_c')).index).toBe(2);
    expect(placeOf(choice, list('sess_c', 'sess_b', 'sess_a')).index).toBe(0);
    expect(placeOf(choice, list('x', 'y', 'z', 'sess_b')).index).toBe(2);
    expect(placeOf(choice, list('x'))).toEqual({ index: 0, offset: 0 });
    expect(placeOf(choice, list())).toEqual({ index: -1, offset: 0 });
  });

  it('[TOP-11] opens a row and comes back the way it went: session, worker, list, overview', () => {
    const sessions = itemsOf(SESSIONS);
    const inWorker = play(WORKERS, ['j', 'enter']).ui;
    expect(inWorker.open).toEqual({ kind: 'worker', id: 'w-2' });
    const inSession = nextUi(
      inWorker,
      'enter',
      contextOf(inWorker, { list: { items: sessions, pageRows: 4 } }),
    ).ui;
    expect(inSession.open).toMatchObject({ kind: 'session', id: 'sess_a', from: { id: 'w-2' } });
    const back = play(inSession, ['escape']).ui;
    expect(back.open).toEqual({ kind: 'worker', id: 'w-2' });
    const list = play(back, ['h']).ui;
    expect(list).toMatchObject({ view: 'workers', open: undefined });
    expect(list.lists.workers.selected).toBe('w-2');
    expect(play(list, ['escape']).ui.view).toBe('overview');
  });

  it('[TOP-11] esc closes help, then takes the filter back, before it leaves a view', () => {
    const { ui } = play(withChoice(SESSIONS, { filter: 'en' }), ['?', 'escape']);
    expect(ui).toMatchObject({ isHelpShown: false, view: 'sessions' });
    const unfiltered = play(ui, ['escape']).ui;
    expect(unfiltered).toMatchObject({ view: 'sessions', lists: { sessions: { filter: '' } } });
    expect(play(unfiltered, ['escape']).ui.view).toBe('overview');
  });

  it('[TOP-12] follows a list that grows until one moves up, and again from its end', () => {
    const events = createUi({ view: 'events' });
    expect(events.lists.events.isFollowing).toBe(true);
    const up = play(events, ['k']).ui;
    expect(up.lists.events).toMatchObject({ isFollowing: false, selected: 'sess_e' });
    expect(play(up, ['G']).ui.lists.events.isFollowing).toBe(true);
    expect(play(up, ['f']).ui.lists.events.isFollowing).toBe(true);
    expect(play(events, ['f']).ui.lists.events).toMatchObject({ isFollowing: false, selected: 'sess_f' });
  });
});

describe('a filter that is typed', () => {
  it('[TOP-7] is kept by enter, given up by esc, and stays in the line while it means nothing', () => {
    const kept = play(SESSIONS, ['/', ...typed('lag>1'), 'enter']).ui;
    expect(kept).toMatchObject({ input: undefined, lists: { sessions: { filter: 'lag>1' } } });
    const given = play(kept, ['/', 'backspace', '2', 'escape']).ui;
    expect(given).toMatchObject({ input: undefined, lists: { sessions: { filter: 'lag>1' } } });
    const refused = play(SESSIONS, ['/', ...typed('lga>1'), 'enter']).ui;
    expect(refused.input).toEqual({ kind: 'filter', text: 'lga>1' });
    expect(refused.notice).toEqual({ text: 'no field lga; did you mean lag?', tone: 'warn' });
  });

  it('[TOP-7] is taken back by as many backspaces as letters, then given up', () => {
    const { ui } = play(SESSIONS, ['/', 'e', 'n', 'backspace', 'backspace']);
    expect(ui.input).toEqual({ kind: 'filter', text: '' });
    expect(play(ui, ['backspace']).ui.input).toBeUndefined();
    expect(play(SESSIONS, ['/', 'e', 'n', 'ctrl+u', 'x']).ui.input?.text).toBe('x');
  });

  it('[TOP-7] n and N go round the matches, and say so where there is nothing to match', () => {
    const filtered = withChoice(SESSIONS, { filter: 's' });
    expect(play(filtered, ['N']).ui.lists.sessions.selected).toBe('sess_f');
    expect(play(filtered, ['N', 'n']).ui.lists.sessions.selected).toBe('sess_a');
    expect(play(SESSIONS, ['n']).ui.notice?.text).toContain('/ asks');
  });
});

describe('a command that is typed', () => {
  it('[TOP-8] shows a view, filtered where one is named with it', () => {
    expect(play(WORKERS, [':', ...typed('s lag>1'), 'enter']).ui).toMatchObject({
      view: 'sessions',
      input: undefined,
      lists: { sessions: { filter: 'lag>1' } },
    });
    expect(play(WORKERS, [':', 'q', 'enter']).effects).toEqual([{ type: 'quit' }]);
    expect(play(WORKERS, [':', 'enter']).ui).toMatchObject({ input: undefined, notice: undefined });
    expect(play(WORKERS, [':', 'h', 'e', 'l', 'p', 'enter']).ui.isHelpShown).toBe(true);
  });

  it.each(['dran w-1', 's lga>1', 'drain w-9'])(
    '[TOP-8] `:%s` keeps what was typed and where one is',
    (text) => {
      const { ui } = play(WORKERS, [':', ...typed(text), 'enter']);
      expect(ui.view).toBe('workers');
      expect(ui.input).toEqual({ kind: 'command', text });
      expect(ui.notice?.tone).toBe('warn');
    },
  );

  it('[TOP-9] is completed by tab', () => {
    const { ui } = play(WORKERS, [':', 'd', 'tab', 'w', 'tab']);
    expect(ui.input?.text).toBe('drain w-');
    expect(ui.notice?.text).toBe('w-1 w-2 w-3');
  });
});

describe('a question before the cluster is changed', () => {
  const DRAIN: Dialog = { verb: 'drain', kind: 'worker', id: 'w-2', typed: '' };

  it('[TOP-13] names its object and is answered by y and enter, never by enter alone', () => {
    const asked = play(WORKERS, ['j', 'd']);
    expect(asked.ui.dialog).toEqual(DRAIN);
    expect(asked.effects).toEqual([]);
    const unanswered = play(asked.ui, ['enter', 'n', 'enter']);
    expect(unanswered.effects).toEqual([]);
    expect(unanswered.ui.dialog).toBeDefined();
    const answered = play(asked.ui, ['y', 'enter']);
    expect(answered.effects).toEqual([{ type: 'act', verb: 'drain', id: 'w-2' }]);
    expect(answered.ui.dialog).toBeUndefined();
  });

  it('[TOP-13] wants the name where that was asked for', () => {
    const { ui } = play(WORKERS, ['j', 'd']);
    const byName = { confirmsByName: true };
    expect(play(ui, ['y', 'enter'], byName).effects).toEqual([]);
    expect(play(ui, [...typed('w-2x'), 'enter'], byName).effects).toEqual([]);
    expect(play(ui, [...typed('w-3'), 'enter'], byName).effects).toEqual([]);
    expect(play(ui, [...typed('w-2'), 'enter'], byName).effects).toHaveLength(1);
  });

  it('[TOP-13] esc leaves everything as it is and says so', () => {
    const { ui, effects } = play(WORKERS, ['d', 'y', 'escape']);
    expect(ui).toMatchObject({ dialog: undefined, notice: { text: 'nothing was changed' } });
    expect(effects).toEqual([]);
  });

  it('[TOP-13] is asked by commands and by E as well', () => {
    expect(play(SESSIONS, ['j', 'E']).ui.dialog).toMatchObject({ verb: 'end', id: 'sess_b' });
    const cordon = play(SESSIONS, [':', ...typed('cordon w-3'), 'enter']).ui;
    expect(cordon).toMatchObject({ input: undefined, dialog: { verb: 'cordon', id: 'w-3' } });
  });

  it('[TOP-14] is not asked where the monitor may only watch', () => {
    const readOnly = { isReadOnly: true };
    for (const keys of [
      ['d'],
      [':', ...typed('drain w-1'), 'enter'],
      [':', ...typed('cordon w-1'), 'enter'],
    ]) {
      const { ui, effects } = play(WORKERS, keys, readOnly);
      expect(ui.dialog).toBeUndefined();
      expect(ui.notice?.text).toContain('read-only');
      expect(effects).toEqual([]);
    }
  });
});

describe('what a key asks of the world', () => {
  it.each([
    ['ctrl+c', { type: 'quit' }],
    ['q', { type: 'quit' }],
    ['ctrl+z', { type: 'suspend' }],
    ['c', { type: 'copy', text: 'sess_a' }],
    ['e', { type: 'export' }],
    ['+', { type: 'look-every', intervalMs: 2000 }],
    ['-', { type: 'look-every', intervalMs: 500 }],
  ])('[TOP-2] %s: %o', (key, effect) => {
    expect(play(SESSIONS, [key]).effects).toEqual([effect]);
  });

  it('[TOP-17] steps through the intervals and stops at both ends', () => {
    const intervals = (from: number, key: string, times: number): number =>
      play(
        createUi({ intervalMs: from }),
        Array.from({ length: times }, () => key),
      ).ui.intervalMs;
    expect(intervals(1000, '+', 20)).toBe(INTERVALS_MS.at(-1));
    expect(intervals(1000, '-', 20)).toBe(INTERVALS_MS[0]);
    expect(intervals(1500, '-', 1)).toBe(1000);
    expect(intervals(1500, '+', 1)).toBe(2000);
    expect(intervals(60_000, '-', 1)).toBe(30_000);
    expect(intervals(60_000, '+', 1)).toBe(60_000);
  });

  it('[TOP-15] t shows no text where the monitor was started without', () => {
    expect(play(SESSIONS, ['t']).ui.isTextHidden).toBe(true);
    const { ui } = play(createUi({ isTextHidden: true }), ['t'], { hasTranscripts: false });
    expect(ui.isTextHidden).toBe(true);
    expect(ui.notice?.text).toContain('--no-transcripts');
  });

  it('[TOP-2] ctrl-c and ctrl-z mean the same while a line is typed and while a question is asked', () => {
    for (const keys of [[':'], ['/'], ['E'], ['?']]) {
      expect(play(SESSIONS, [...keys, 'ctrl+c']).effects).toEqual([{ type: 'quit' }]);
      expect(play(SESSIONS, [...keys, 'ctrl+z']).effects).toEqual([{ type: 'suspend' }]);
    }
  });
});

/** The first row shown and the chosen one are rows there are, and the chosen one is on the page. */
function isInside({ index, offset }: Place, { items, pageRows }: Context['list']): boolean {
  const page = Math.max(1, pageRows);
  if (items.length === 0) return index === -1 && offset === 0;
  const isPage = offset >= 0 && offset <= Math.max(0, items.length - page);
  return isPage && index >= offset && index < Math.min(items.length, offset + page);
}

describe('any keys', () => {
  const KEYS = [
    ...KEYMAP.flatMap(({ keys }) => keys),
    'tab',
    'backspace',
    'left',
    'y',
    'x',
    '>',
    'é',
    'ctrl+u',
  ];
  const played = fc.record({
    keys: fc.array(fc.constantFrom(...KEYS), { maxLength: 40 }),
    // The list under the keys shrinks and grows as it likes.
    sizes: fc.array(fc.nat(9), { minLength: 40, maxLength: 40 }),
    pageRows: fc.integer({ min: 0, max: 7 }),
    isReadOnly: fc.boolean(),
  });

  it('[TOP-3] [TOP-13] lead to no place outside of the list, to no throw, and to no act without its word', () => {
    fc.assert(
      fc.property(played, ({ keys, sizes, pageRows, isReadOnly }) => {
        let ui = createUi();
        for (const [index, key] of keys.entries()) {
          const items = SESSION_IDS.concat(WORKER_IDS)
            .slice(0, sizes[index])
            .map((id): Item => ({ id, about: { kind: id.startsWith('w') ? 'worker' : 'session', id } }));
          const list = { items, pageRows };
          const before = ui.dialog;
          const next = nextUi(ui, key, contextOf(ui, { list, isReadOnly }));
          ui = next.ui;
          expect(Object.values(ui.lists).filter((choice) => !isInside(placeOf(choice, list), list))).toEqual(
            [],
          );
          if (isReadOnly) expect(ui.dialog).toBeUndefined();
          if (next.effects.some(({ type }) => type === 'act')) {
            expect(key).toBe('enter');
            expect(before?.typed).toBe('y');
          }
        }
      }),
      { numRuns: 100 },
    );
  });
});
