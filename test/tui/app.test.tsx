import { describe, expect, it } from 'vitest';
import { bindingsOf } from '../../src/tui/keys/keymap.ts';
import { reduce } from '../../src/tui/state/store.ts';
import { gatewayDigest, gatewaySession } from '../support/digests.ts';
import { workerView } from '../support/fleet.ts';
import { chosenLine, linesOf, show, shown } from './screen.tsx';
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

const UP = '\u001b[A';
const DOWN = '\u001b[B';
const ESCAPE = '\u001b';

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
  it('[TOP-3] choose a session, scroll with it and stop at the ends', async () => {
    const screen = shown(busyState());
    expect(screen.frame()).toContain('1-7 of 11');
    expect(chosenLine(screen)).toContain('8f2a41c0');
    await screen.press('j');
    await screen.press(DOWN);
    expect(screen.frame()).toContain('1-7 of 11');
    expect(chosenLine(screen)).toContain('8f2a41c2');
    await screen.press('G');
    await screen.press('j');
    expect(screen.frame()).toContain('5-11 of 11');
    expect(chosenLine(screen)).toContain('8f2a41ca');
    await screen.press(UP);
    await screen.press('kkkkkkkk');
    expect(screen.frame()).toContain('2-8 of 11');
    await screen.press('g');
    expect(screen.frame()).toContain('1-7 of 11');
  });

  it('[TOP-15] t hides what is said and shows it again', async () => {
    const screen = shown(busyState());
    await screen.press('t');
    expect(screen.frame()).toContain('hidden');
    expect(screen.frame()).not.toContain('router on friday');
    await screen.press('t');
    expect(screen.frame()).toContain('router on friday');
  });

  it('[TOP-15] nothing that is said can be seen where the monitor was started without it', async () => {
    const screen = shown(busyState(), { limits: { hasTranscripts: false } });
    for (const key of ['t', '3', '4', '?', '1']) {
      await screen.press(key);
      expect(screen.frame()).not.toContain('router on friday');
    }
  });

  it('[TOP-16] p holds the picture still while data comes, counts what it misses, and lets it go on', async () => {
    let frame = frameOf(busyState());
    const screen = show(() => frame);
    await screen.press('p');
    expect(screen.frame()).toContain('PAUSED, 0 missed');
    const next = reduce(frame.state, {
      type: 'sampled',
      sample: sampleOf({ snapshot: snapshotOf(sessionsOf(2)) }),
    });
    frame = { ...frameOf(next), date: new Date(DATE.getTime() + 1000) };
    await expect.poll(() => screen.frame()).toContain('14:03:28');
    expect(screen.frame()).toContain('PAUSED, 1 missed');
    expect(screen.frame()).toContain('1-7 of 11');
    await screen.press('p');
    expect(screen.frame()).toContain('1-2 of 2');
    expect(screen.frame()).not.toContain('PAUSED');
  });

  it.each(['1', '2', '3', '4', '5', '6'])(
    '[TOP-18] ? lists every key of view %s, and goes back',
    async (view) => {
      const screen = shown(busyState(), { columns: 100, rows: 30 });
      await screen.press(view);
      await screen.press('?');
      for (const { shown: key, does } of bindingsOf(screen.ui().view)) {
        expect(screen.frame()).toContain(key);
        expect(screen.frame()).toContain(does);
      }
      expect(linesOf(screen.frame())).toHaveLength(29);
      await screen.press('?');
      expect(screen.frame()).not.toContain('KEYS');
    },
  );

  it.each(['q', '\u0003'])('[TOP-2] %j quits', async (input) => {
    const screen = shown(busyState());
    expect(screen.effects()).toEqual([]);
    await screen.press(input);
    expect(screen.effects()).toEqual([{ type: 'quit' }]);
  });

  it('are not offered where there is no keyboard, and no row is marked', () => {
    const screen = shown(busyState(), { hasKeyboard: false });
    expect(linesOf(screen.frame()).at(-1)).toBe(' ctrl-c quit');
    expect(screen.frame()).not.toContain('›');
  });

  it('[TOP-2] act one after the other when they arrive at once, in the view the first has opened', async () => {
    const screen = shown(busyState());
    await screen.press('2jj\rE');
    expect(screen.ui()).toMatchObject({ open: { kind: 'worker', id: 'w-2' } });
    expect(screen.ui().dialog).toMatchObject({ verb: 'end', kind: 'session' });
  });

  it('[TOP-2] tell what became of what they asked for, until the next key', async () => {
    const answer = { text: 'copied w-1', tone: 'plain' } as const;
    const screen = shown(busyState(), { answer: () => answer });
    await screen.press('c');
    expect(linesOf(screen.frame()).at(-1)).toContain('copied w-1');
    await screen.press('j');
    expect(linesOf(screen.frame()).at(-1)).toContain('q quit');
  });
});

describe('a question', () => {
  it('[TOP-13] names what it is about, in every size there is room in', async () => {
    for (const { columns, rows } of [
      { columns: 80, rows: 24 },
      { columns: 60, rows: 15 },
    ]) {
      const screen = shown(busyState(), { columns, rows });
      await screen.press('2');
      await screen.press('d');
      const lines = linesOf(screen.frame());
      expect(lines).toHaveLength(rows - 1);
      expect(lines.join('\n')).toContain('DRAIN worker gpu-node-17-worker-10?');
      expect(lines.join(' ').replace(/ +/g, ' ')).toContain('Undo: start it again.');
      expect(lines.at(-2)).toContain('Type y, then enter');
    }
  });

  it('[TOP-13] says whole what cannot be undone, and shows what is typed to its end', async () => {
    const limits = { confirmsByName: true };
    const screen = shown(busyState(), { columns: 60, rows: 15, limits });
    await screen.press('E');
    await screen.press('sess_00008f2a41c0');
    const lines = linesOf(screen.frame());
    expect(lines).toHaveLength(14);
    expect(lines.join(' ').replace(/ +/g, ' ')).toContain(
      'It cannot be undone. The speaker on w-1 gets the last finals and session.end.',
    );
    expect(lines.at(-2)).toContain('> sess_00008f2a41c0_');
  });

  it('[TOP-14] is answered by why there is none where one may only watch', async () => {
    const screen = shown(busyState(), { limits: { isReadOnly: true } });
    expect(screen.frame()).toContain('READ-ONLY');
    await screen.press('2');
    await screen.press('d');
    expect(linesOf(screen.frame()).at(-1)).toContain('read-only: nothing is changed from here');
  });
});

describe('a line that is typed', () => {
  it('[TOP-7] filters while it is typed and says how many match', async () => {
    const screen = shown(busyState());
    await screen.press('3');
    await screen.press('/');
    await screen.press('lag>3');
    expect(screen.frame()).toMatch(/SESSIONS .*\/lag>3 {2}1-1 of 1 \(all: 11\)/);
    expect(linesOf(screen.frame()).at(-1)).toContain('/lag>3_');
    await screen.press('000');
    expect(screen.frame()).toContain('Nothing matches');
    await screen.press(ESCAPE);
    await expect.poll(() => screen.frame()).toMatch(/SESSIONS .* 1-11 of 11/);
  });

  it('[TOP-6] shows what is wrong beside what was typed', async () => {
    const screen = shown(busyState());
    await screen.press('/lga>1\r');
    expect(linesOf(screen.frame()).at(-1)).toMatch(/\/lga>1_ {3}no field lga; did you mean lag\?/);
  });
});

describe('a change of size', () => {
  it('is followed at once, down to one line and back', async () => {
    const screen = shown(busyState());
    await screen.resize(50, 12);
    expect(screen.frame()).toBe(' alerts 3  sessions 11/24  workers 3/4  data 0s');
    await screen.resize(120, 40);
    expect(linesOf(screen.frame())).toHaveLength(39);
    expect(screen.frame()).toContain('sess_00008f2a41ca');
  });
});
