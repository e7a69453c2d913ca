import { describe, expect, it } from 'vitest';
import type { SessionId } from '../../../src/base/ids.ts';
import { historyAfter, NO_HISTORY } from '../../../src/tui/live-text/session-history.ts';
import type { TextAction } from '../../../src/tui/live-text/text-state.ts';
import type { Action, State } from '../../../src/tui/state/store.ts';
import { gatewayDigest, gatewaySession } from '../../support/digests.ts';
import { sessionId } from '../../support/fleet.ts';
import { DATE, FIRST_LOOK_MS, sampleOf, stateAfter } from '../watched-fleet.ts';
import { final, SESSION } from './heard.ts';

const ID = SESSION as SessionId;
const OTHER = sessionId(2);

function following(followed: 'all' | SessionId | undefined, atMs = FIRST_LOOK_MS): TextAction {
  return { type: 'following', followed, atMs, date: DATE };
}

function heard(followed: 'all' | SessionId, seq: number): TextAction {
  return { type: 'heard', followed, events: [final(seq)], atMs: FIRST_LOOK_MS, date: DATE };
}

function textsOf({ text }: State): readonly string[] {
  return text.all.lines.map((line) => line.text);
}

/** A look at which the gateway had last beaten `second` seconds after the hour. */
function look(second: number, audioS: number): Action {
  const at = new Date(DATE.getTime() + second * 1000).toISOString();
  const sessions = [gatewaySession(1, { id: ID, audio_s: audioS, lag_s: 0.5 })];
  const digest = gatewayDigest('gateway-1', { at, sessions });
  const snapshot = new Map([['gateway:gateway-1', JSON.stringify(digest)]]);
  return { type: 'sampled', sample: sampleOf({ snapshot, atMs: FIRST_LOOK_MS + second * 1000 }) };
}

describe('live text in the state', () => {
  it('drops a batch of what was followed before', () => {
    const state = stateAfter(following('all'), following(ID), heard('all', 1));
    expect(textsOf(state)).toEqual([]);
    expect(state.text.session?.text.finals).toEqual([]);
    expect(stateAfter(following(ID), heard(OTHER, 1)).text.session?.text.finals).toEqual([]);
  });

  it('[TOP-41] keeps what was heard while another screen is shown, and says for how long nobody listened', () => {
    const state = stateAfter(
      following('all'),
      heard('all', 1),
      following(undefined, FIRST_LOOK_MS + 1000),
      following('all', FIRST_LOOK_MS + 4500),
    );
    expect(textsOf(state)).toEqual(['final 1', 'not followed for 3.5s']);
  });

  it('keeps a session that is opened again, and begins another anew', () => {
    const opened = [following(ID), heard(ID, 1)];
    expect(stateAfter(...opened, following(undefined), following(ID)).text.session?.text.lastSeq).toBe(1);
    const other = stateAfter(...opened, following(OTHER)).text.session;
    expect(other).toMatchObject({ id: OTHER, text: { lastSeq: 0 } });
  });

  it('forgets a refusal when something else is followed', () => {
    const refused: TextAction = { type: 'refused', followed: 'all', reason: 'no\u001b[2J' };
    expect(stateAfter(following('all'), refused).text.refusal).toBe('no');
    expect(stateAfter(following('all'), refused, following(ID)).text.refusal).toBe('');
    expect(stateAfter(following(ID), refused).text.refusal).toBe('');
  });

  it('takes no record of another session, and lets none go that was there', () => {
    const looked = (id: string, record: undefined): TextAction => ({ type: 'looked-up', id, record });
    expect(stateAfter(following(ID), looked(OTHER, undefined)).text.session?.isKnown).toBeUndefined();
    expect(stateAfter(following(ID), looked(ID, undefined)).text.session?.isKnown).toBe(false);
  });
});

describe('the history of an opened session', () => {
  it('[TOP-37] grows with each beat of its gateway, by that gateway’s clock', () => {
    const state = stateAfter(following(ID), look(0, 10), look(1, 10), look(2, 12), look(4, 13));
    expect(state.text.session?.history).toMatchObject({ audioS: 13, lags: [0.5, 0.5, 0.5, 0.5] });
    expect(state.text.session?.history.paces).toEqual([0, 2, 0.5]);
  });

  it('adds nothing where nothing can be compared', () => {
    const [reading] = stateAfter(look(0, 10)).fleet?.sessions ?? [];
    if (reading === undefined) throw new Error('the look has a session');
    const first = historyAfter(NO_HISTORY, reading, '2025-01-01T00:00:00.000Z');
    expect(first.paces).toEqual([]);
    expect(historyAfter(first, reading, '2025-01-01T00:00:00.000Z')).toBe(first);
    const less = historyAfter(first, { ...reading, audioS: 1, lagS: null }, '2025-01-01T00:00:02.000Z');
    expect(less).toMatchObject({ audioS: 1, paces: [], lags: first.lags });
  });
});
