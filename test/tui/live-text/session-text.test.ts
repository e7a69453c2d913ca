import { describe, expect, it } from 'vitest';
import { hearSession, MOST_FINALS, NO_SESSION_TEXT } from '../../../src/tui/live-text/session-text.ts';
import { durable, final, partial } from './heard.ts';

describe('what was said in one session', () => {
  it('[TOP-33] is its finals, and what may still change until its final comes', () => {
    const said = hearSession(NO_SESSION_TEXT, [durable(1, 'session.begin'), final(2), partial('and th')]);
    expect(said.finals.map(({ text }) => text)).toEqual(['final 2']);
    expect(said.partial?.text).toBe('and th');
    expect(hearSession(said, [final(3, { text: 'and then' })]).partial).toBeUndefined();
  });

  it('changes nothing when events come twice, and ignores a partial that comes after its final', () => {
    const said = hearSession(NO_SESSION_TEXT, [final(1), final(2)]);
    expect(hearSession(said, [final(1), final(2)])).toEqual(said);
    expect(hearSession(said, [partial('fin', { audioEndS: 2.5 })]).partial).toBeUndefined();
  });

  it('[TOP-42] keeps the last 200 finals and counts those before', () => {
    const finals = Array.from({ length: MOST_FINALS + 50 }, (_, index) => final(index + 1));
    const said = hearSession(NO_SESSION_TEXT, finals);
    expect(said.finals).toHaveLength(MOST_FINALS);
    expect(said.olderFinals).toBe(50);
    expect(said.finals[0]?.seq).toBe(51);
  });

  it('knows when there was speech, also while it goes on', () => {
    const said = hearSession(NO_SESSION_TEXT, [
      durable(1, 'vad.speech_start', { atS: 1 }),
      durable(2, 'vad.speech_end', { atS: 3 }),
      durable(3, 'vad.speech_end', { atS: 4 }),
      durable(4, 'vad.speech_start', { atS: 5 }),
    ]);
    expect(said.speeches).toEqual([
      { startS: 1, endS: 3 },
      { startS: 5, endS: undefined },
    ]);
  });

  it('counts failovers by their warnings', () => {
    const moved = durable(1, 'warning', { detail: 'failover: another worker goes on' });
    expect(hearSession(NO_SESSION_TEXT, [moved]).failovers).toBe(1);
  });

  it.each([
    { name: 'session.end', outcome: 'ended', detail: '3 finals', reason: '' },
    { name: 'error', outcome: 'error', detail: 'worker_lost: gone', reason: 'worker_lost: gone' },
  ] as const)('[TOP-34] is over with $name, and keeps the text', ({ name, outcome, detail, reason }) => {
    const end = durable(3, name, { outcome, detail });
    const said = hearSession(NO_SESSION_TEXT, [final(1), partial('th'), end, partial('late')]);
    expect(said.ending).toEqual({ outcome, reason });
    expect(said.partial).toBeUndefined();
    expect(said.finals).toHaveLength(1);
  });

  it('goes on after an error that was none of its end', () => {
    expect(
      hearSession(NO_SESSION_TEXT, [durable(1, 'error', { detail: 'asr_failed' })]).ending,
    ).toBeUndefined();
  });

  it('[TOP-38] makes every text safe to print', () => {
    const evil = '\u001b]0;owned\u0007x';
    const said = hearSession(NO_SESSION_TEXT, [
      final(1, { text: evil, words: [{ word: evil, startS: 1 }] }),
      durable(2, `warning${evil}`, { detail: evil }),
      partial(evil),
      { type: 'limited', reason: evil },
    ]);
    expect(JSON.stringify(said)).not.toMatch(/\\u001b|\\u0007/);
    expect(said.limitation).toBe('x');
  });
});
