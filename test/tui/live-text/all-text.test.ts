import { describe, expect, it } from 'vitest';
import type { TranscriptEvent } from '../../../src/client/transcript-feed.ts';
import {
  type AllText,
  currentPartials,
  hearAll,
  MOST_LINES,
  NOTHING_HEARD,
  turnDeaf,
  turnHearing,
} from '../../../src/tui/live-text/all-text.ts';
import { sessionId } from '../../support/fleet.ts';
import { durable, final, partial, SESSION } from './heard.ts';

const DATE = new Date(2025, 0, 1, 14, 3, 27);
const OTHER = sessionId(2);

function hear(text: AllText, events: readonly TranscriptEvent[], atMs = 1000): AllText {
  return hearAll(text, { events, atMs, date: DATE, languageOf: (id) => (id === SESSION ? 'en' : 'es') });
}

function texts({ lines }: AllText): readonly string[] {
  return lines.map(({ type, text }) => (type === 'gap' ? `~ ${text}` : text));
}

describe('what is said in all sessions', () => {
  it('[TOP-40] is one line per final, newest last, with its language', () => {
    const heard = hear(NOTHING_HEARD, [final(1), final(1, { sessionId: OTHER, text: 'hola' }), final(2)]);
    expect(texts(heard)).toEqual(['final 1', 'hola', 'final 2']);
    expect(heard.lines[1]).toMatchObject({ sessionId: OTHER, language: 'es', date: DATE });
  });

  it('[TOP-40] shows what may still change until its final comes, in the order it began', () => {
    const first = hear(NOTHING_HEARD, [partial('and')], 1000);
    const both = hear(first, [partial('ho', { sessionId: OTHER }), partial('and then')], 1200);
    expect(currentPartials(both).map(({ text }) => text)).toEqual(['and then', 'ho']);
    expect(currentPartials(hear(both, [final(1)]))).toMatchObject([{ text: 'ho' }]);
  });

  it('lets go of a partial that nothing has followed for half a minute', () => {
    const said = hear(NOTHING_HEARD, [partial('and')], 1000);
    expect(currentPartials(hear(said, [final(1, { sessionId: OTHER })], 40_000))).toEqual([]);
  });

  it('[TOP-41] tells how many events of a session were missed, in their place', () => {
    const heard = hear(NOTHING_HEARD, [final(3), final(4), final(7), durable(9, 'vad.speech_start')]);
    expect(texts(heard)).toEqual([
      'final 3',
      'final 4',
      `~ 2 events of ${SESSION} missed`,
      'final 7',
      `~ 1 event of ${SESSION} missed`,
    ]);
    expect(heard.gaps).toBe(2);
  });

  it('[TOP-41] tells how long Redis was away, once, and what was numbered meanwhile belongs to that', () => {
    const said = hear(NOTHING_HEARD, [final(1), partial('lost')]);
    const deaf = turnDeaf(turnDeaf(said, { sinceMs: 2000, because: 'outage' }), {
      sinceMs: 3000,
      because: 'outage',
    });
    expect(currentPartials(deaf)).toEqual([]);
    const back = turnHearing(turnHearing(deaf, { atMs: 6200, date: DATE }), { atMs: 9000, date: DATE });
    expect(texts(hear(back, [final(17)]))).toEqual(['final 1', '~ 4.2s without Redis', 'final 17']);
  });

  it('shows nothing twice', () => {
    const heard = hear(NOTHING_HEARD, [final(3), final(4), final(4), final(3)]);
    expect(texts(heard)).toEqual(['final 3', 'final 4']);
  });

  it('says nothing of a gap before anything was heard', () => {
    const deaf = turnDeaf(NOTHING_HEARD, { sinceMs: 0, because: 'elsewhere' });
    expect(turnHearing(deaf, { atMs: 500, date: DATE }).lines).toEqual([]);
  });

  it('[TOP-42] keeps the last 200 lines and as many sessions as a fleet has, whatever comes', () => {
    const finals = Array.from({ length: 900 }, (_, index) => final(index + 1));
    const heard = hear(NOTHING_HEARD, finals);
    expect(heard.lines).toHaveLength(MOST_LINES);
    expect(texts(heard).at(-1)).toBe('final 900');
    const strangers = Array.from({ length: 6000 }, (_, index) => partial('x', { sessionId: `s${index}` }));
    expect(hear(heard, strangers).partials.size).toBe(5000);
  });

  it('forgets the numbers of a session that ended', () => {
    const ended = hear(NOTHING_HEARD, [final(1), durable(2, 'session.end', { outcome: 'ended' })]);
    expect(ended.lastSeqs.size).toBe(0);
  });

  it('[TOP-38] makes every text safe to print', () => {
    const heard = hear(NOTHING_HEARD, [
      final(1, { text: '\u001b[2Jevil', sessionId: 'a\u0007b' }),
      partial('\u202ex'),
    ]);
    expect(heard.lines[0]).toMatchObject({ text: 'evil', sessionId: 'ab' });
    expect(currentPartials(heard)[0]?.text).toBe('x');
  });
});
