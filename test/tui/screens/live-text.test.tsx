/** The screens of live text, from a recorded failover and from what is hard to record. */
import { describe, expect, it } from 'vitest';
import { displayWidth } from '../../../src/base/display-width.ts';
import type { SessionId } from '../../../src/base/ids.ts';
import type { Followed, TranscriptEvent } from '../../../src/client/transcript-feed.ts';
import type { ViewName } from '../../../src/tui/choice/screen-name.ts';
import { createUi, type Ui, withOpened } from '../../../src/tui/choice/ui.ts';
import { viewDocument } from '../../../src/tui/export/view-document.ts';
import type { State } from '../../../src/tui/state/store.ts';
import { viewOf } from '../../../src/tui/state/view.ts';
import { sessionId } from '../../support/fleet.ts';
import { durable, final, partial, SESSION } from '../live-text/heard.ts';
import { FAILOVER, stateAt } from '../recording/replayed.ts';
import { type Screen, shown as shownState } from '../screen.tsx';
import { DATE, FIRST_LOOK_MS, sampleOf, sessionsOf, snapshotOf, stateAfter } from '../watched-fleet.ts';

const RECORDED = sessionId(1);
const OTHER = sessionId(2);
const SIZES = [
  [80, 24],
  [100, 30],
  [200, 60],
  [40, 10],
] as const;

function shown(state: State, ui: Ui, options: Parameters<typeof shownState>[1] = {}): Screen {
  return shownState(state, { ...options, initial: ui });
}

function view(name: ViewName, filter = ''): Ui {
  return createUi({ view: name, filter });
}

function session(id: string = SESSION): Ui {
  return withOpened(createUi({ view: 'sessions' }), { kind: 'session', id });
}

/** Times of day are of the zone the test runs in. */
function masked(frame: string): string {
  return `${frame.replace(/\d\d:\d\d:\d\d/g, 'hh:mm:ss')}\n`;
}

function heard(followed: Followed, events: readonly TranscriptEvent[], sessions = sessionsOf(3)): State {
  const when = { atMs: FIRST_LOOK_MS, date: DATE };
  return stateAfter(
    { type: 'sampled', sample: sampleOf({ snapshot: snapshotOf(sessions) }) },
    { type: 'following', followed, ...when },
    { type: 'heard', followed, events, ...when },
  );
}

function expectToFit(screen: Screen, columns: number, rows: number): void {
  const lines = screen.frame().split('\n');
  expect(lines).toHaveLength(rows - 1);
  expect(Math.max(...lines.map(displayWidth))).toBeLessThanOrEqual(columns);
}

describe('the screen of a session', () => {
  it.each(SIZES)('[TOP-33] [TOP-37] looks as drawn after a failover at %i×%i', async (columns, rows) => {
    const state = await stateAt(FAILOVER, { tMs: 30_500, followed: RECORDED });
    const screen = shown(state, session(RECORDED), { columns, rows });
    if (columns >= 60) expectToFit(screen, columns, rows);
    await expect(masked(screen.frame())).toMatchFileSnapshot(`frames/session-${columns}x${rows}.txt`);
  });

  it('[TOP-34] looks as drawn once the session has ended, with everything to read', async () => {
    const state = await stateAt(FAILOVER, { tMs: 45_000, followed: RECORDED });
    const frame = shown(state, session(RECORDED), { columns: 100, rows: 30 }).frame();
    expect(frame).toMatch(/STATE ENDED {2}REASON completed/);
    await expect(masked(frame)).toMatchFileSnapshot('frames/session-ended-100x30.txt');
  });

  it('[TOP-36] looks as drawn with words, and with durable events', async () => {
    const state = await stateAt(FAILOVER, { tMs: 30_500, followed: RECORDED });
    const screen = shown(state, session(RECORDED), { columns: 100, rows: 30 });
    await screen.press('w');
    await expect(masked(screen.frame())).toMatchFileSnapshot('frames/session-words-100x30.txt');
    await screen.press('e');
    expect(screen.frame()).toMatch(/\d+ +warning +failover: The worker was lost/);
    await expect(masked(screen.frame())).toMatchFileSnapshot('frames/session-events-100x30.txt');
  });

  it('[TOP-39] breaks wide characters into lines that fit, and draws ASCII where it must', () => {
    const events = [
      final(1, { text: '会議は金曜日の午後三時から始まりますのでよろしくお願いします'.repeat(3) }),
      final(2, { text: '👩‍👩‍👧 sí, el número de pedido es cuatro cinco' }),
      partial('会議は金曜日の午後三時から'.repeat(8)),
    ];
    const screen = shown(heard(SESSION as SessionId, events), session(), { columns: 80, rows: 24 });
    expectToFit(screen, 80, 24);
    expect(screen.frame()).toContain('▍…');
    const ascii = shown(heard(SESSION as SessionId, events), session(), { ascii: true });
    expect(ascii.frame()).toMatch(/^[\x20-\x7e\n]*$/);
  });

  it('follows the newest text until somebody moves, and again with f', async () => {
    const finals = Array.from({ length: 60 }, (_, index) => final(index + 1));
    const screen = shown(heard(SESSION as SessionId, finals), session());
    expect(screen.frame()).toContain('final 60');
    await screen.press('g');
    expect(screen.frame()).toContain('final 1 ');
    expect(screen.frame()).not.toContain('final 60');
    expect(screen.frame()).toContain('not following');
    await screen.press('f');
    expect(screen.frame()).toContain('final 60');
  });

  it('[TOP-43] t hides what was said, also among its events', async () => {
    const screen = shown(heard(SESSION as SessionId, [final(1), partial('and th')]), session());
    expect(screen.frame()).toContain('and th');
    await screen.press('t');
    expect(screen.frame()).not.toMatch(/final 1|and th/);
    await screen.press('e');
    expect(screen.frame()).toMatch(/transcript\.final +hidden/);
  });

  it('says that nothing is known of a session, and why text is refused', () => {
    const when = { atMs: FIRST_LOOK_MS, date: DATE };
    const unknown = stateAfter(
      { type: 'following', followed: SESSION as SessionId, ...when },
      { type: 'looked-up', id: SESSION, record: undefined },
    );
    expect(shown(unknown, session()).frame()).toMatch(/STATE UNKNOWN[^]*no record of it/);
    const refused = stateAfter(
      { type: 'following', followed: SESSION as SessionId, ...when },
      { type: 'refused', followed: SESSION as SessionId, reason: 'Redis refuses: NO' },
    );
    expect(shown(refused, session()).frame()).toContain('No text. Redis refuses: NO');
    const limited = heard(SESSION as SessionId, [final(1), { type: 'limited', reason: 'Redis refuses: NO' }]);
    expect(shown(limited, session()).frame()).toContain('Finals only. Redis refuses: NO');
  });

  it('[TOP-34] tells by an event of the fleet how a session ended whose gateway is gone', () => {
    const gone = stateAfter(
      { type: 'following', followed: SESSION as SessionId, atMs: FIRST_LOOK_MS, date: DATE },
      {
        type: 'heard',
        followed: SESSION as SessionId,
        events: [final(1), partial('an')],
        atMs: FIRST_LOOK_MS,
        date: DATE,
      },
      {
        type: 'happened',
        event: { type: 'session.error', at: DATE.toISOString(), sessionId: SESSION, reason: 'lease_expired' },
        atMs: FIRST_LOOK_MS,
        date: DATE,
      },
    );
    const frame = shown(gone, session()).frame();
    expect(frame).toMatch(/STATE ERROR {2}REASON lease_expired/);
    expect(frame).toContain('final 1');
    expect(frame).not.toContain('▍an');
  });

  it('[TOP-38] writes no escape sequence, wherever the text stands', () => {
    const evil = '\u001b[2J\u001b]0;owned\u0007\u009b31m\r\n\u202eevil';
    const events = [
      final(1, { text: evil, words: [{ word: evil, startS: 1 }] }),
      durable(2, evil, { detail: evil }),
      partial(evil),
    ];
    for (const keys of ['', 'w', 'e']) {
      const screen = shown(heard(SESSION as SessionId, events), {
        ...session(),
        areWordsShown: keys === 'w',
        areEventsShown: keys === 'e',
      });
      expect(screen.frame()).toContain('evil');
      expect(screen.frame()).not.toMatch(/(?!\n)\p{Cc}|\p{Bidi_Control}/u);
      expectToFit(screen, 80, 24);
    }
  });
});

describe('the view of live text', () => {
  it.each(SIZES)('[TOP-40] looks as drawn during a failover at %i×%i', async (columns, rows) => {
    const state = await stateAt(FAILOVER, { tMs: 30_500, followed: 'all' });
    const screen = shown(state, view('transcripts'), { columns, rows });
    if (columns >= 60) expectToFit(screen, columns, rows);
    await expect(masked(screen.frame())).toMatchFileSnapshot(`frames/transcripts-${columns}x${rows}.txt`);
  });

  const said = [
    final(1, { text: 'and then we ship' }),
    final(1, { sessionId: OTHER, text: 'sí, el número' }),
    partial('the router', { sessionId: OTHER }),
  ];

  it('[TOP-43] shows what the filter lets through, of finals and of what is being said', () => {
    const frame = shown(heard('all', said), view('transcripts', 'router')).frame();
    expect(frame).toContain('the router');
    expect(frame).not.toMatch(/and then|número/);
    expect(shown(heard('all', said), view('transcripts', 'nobody')).frame()).toContain('Nothing matches');
  });

  it('[TOP-43] t hides it', async () => {
    const screen = shown(heard('all', said), view('transcripts'));
    await screen.press('t');
    expect(screen.frame()).not.toMatch(/and then|número|router/);
    expect(screen.frame()).toContain('hidden');
  });

  it('[TOP-24] is exported as the lines that match, without texts while these are hidden', () => {
    const shownView = viewOf(heard('all', said), FIRST_LOOK_MS);
    const ui = view('transcripts', 'número');
    const rows = [
      { type: 'final', at: DATE.toISOString(), session_id: OTHER, language: '', text: 'sí, el número' },
    ];
    expect(viewDocument(shownView, ui, DATE)).toMatchObject({ screen: 'transcripts', rows });
    expect(viewDocument(shownView, { ...view('transcripts'), isTextHidden: true }, DATE).rows).toMatchObject([
      { text: '' },
      { text: '' },
    ]);
  });

  it('[TOP-41] shows gaps in their place and counts them', () => {
    const frame = shown(heard('all', [final(1), final(4)]), view('transcripts')).frame();
    expect(frame).toMatch(/final 1[^]*~ +2 events of sess_\w+ missed[^]*final 4/);
    expect(frame).toContain('1 gap');
  });

  it('[TOP-46] [TOP-47] says why it is empty', () => {
    const when = { atMs: FIRST_LOOK_MS, date: DATE };
    const following = { type: 'following', followed: 'all', ...when } as const;
    const sampled = { type: 'sampled', sample: sampleOf() } as const;
    const refused = { type: 'refused', followed: 'all', reason: 'Redis refuses: no channels' } as const;
    expect(shown(stateAfter(sampled, following, refused), view('transcripts')).frame()).toContain(
      'No live text. Redis refuses: no channels',
    );
    const silent = shown(stateAfter(sampled, following), view('transcripts')).frame();
    expect(silent).toContain('Nothing was said since this view was opened.');
    const limits = { hasTranscripts: false };
    expect(shown(stateAfter(sampled), view('transcripts'), { limits }).frame()).toContain('--no-transcripts');
  });

  it('[TOP-44] keeps what was said while Redis is away, and says that text is interrupted', () => {
    const state = stateAfter(
      { type: 'sampled', sample: sampleOf() },
      { type: 'following', followed: 'all', atMs: FIRST_LOOK_MS, date: DATE },
      { type: 'heard', followed: 'all', events: [final(1)], atMs: FIRST_LOOK_MS, date: DATE },
      { type: 'failed', atMs: FIRST_LOOK_MS + 1000, reason: 'connection closed' },
    );
    const lines = shown(state, view('transcripts'), { ageMs: 119_000 }).frame().split('\n');
    expect(lines[1]).toMatch(/STALE .* shown as of 119s ago\. Live text is interrupted\.$/);
    expect(lines.join('\n')).toContain('final 1');
  });

  it('draws no more lines than there are, whatever was said', () => {
    const many = Array.from({ length: 200 }, (_, index) => final(index + 1));
    const speaking = Array.from({ length: 200 }, (_, index) =>
      partial('x'.repeat(300), { sessionId: sessionId(index) }),
    );
    const state = heard('all', [...many, ...speaking], sessionsOf(200));
    for (const [columns, rows] of [
      [60, 15],
      [80, 24],
      [133, 41],
    ] as const) {
      expectToFit(shown(state, view('transcripts'), { columns, rows }), columns, rows);
    }
  });
});
