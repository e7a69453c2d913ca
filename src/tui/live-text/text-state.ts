/**
 * Everything the screens of live text know, beside the fleet: one value, changed by one pure function.
 *
 * Text is followed only while a screen needs it; what was heard stays until it is replaced, so that a session that
 * ended, or a Redis that went away, leaves what there is to read.
 */
import { safeText } from '../../base/terminal-text.ts';
import type { Followed, TranscriptEvent } from '../../client/transcript-feed.ts';
import type { FleetEvent, SessionView } from '../../registry/ports.ts';
import type { Fleet } from '../fleet/readings.ts';
import { type AllText, hearAll, NOTHING_HEARD, turnDeaf, turnHearing } from './all-text.ts';
import { historyAfter, NO_HISTORY, type SessionHistory } from './session-history.ts';
import { hearSession, NO_SESSION_TEXT, type SessionText } from './session-text.ts';

/** A session that somebody looks at. */
export interface OpenedSession {
  readonly id: string;
  /** Undefined before the first answer. */
  readonly isKnown: boolean | undefined;
  readonly record: SessionView | undefined;
  readonly history: SessionHistory;
  readonly text: SessionText;
}

export interface TextState {
  readonly followed: Followed | undefined;
  /** Why nothing can be followed; empty where it can. */
  readonly refusal: string;
  readonly all: AllText;
  readonly session: OpenedSession | undefined;
}

export type TextAction =
  | {
      readonly type: 'following';
      readonly followed: Followed | undefined;
      readonly atMs: number;
      readonly date: Date;
    }
  | {
      readonly type: 'heard';
      readonly followed: Followed;
      readonly events: readonly TranscriptEvent[];
      readonly atMs: number;
      readonly date: Date;
    }
  | { readonly type: 'refused'; readonly followed: Followed; readonly reason: string }
  | { readonly type: 'looked-up'; readonly id: string; readonly record: SessionView | undefined };

export const NO_TEXT: TextState = {
  followed: undefined,
  refusal: '',
  all: NOTHING_HEARD,
  session: undefined,
};

/** The text after `action`, of a fleet as it was last seen. */
export function reduceText(state: TextState, action: TextAction, fleet: Fleet | undefined): TextState {
  switch (action.type) {
    case 'following':
      return follow(state, action, fleet);
    case 'refused':
      return action.followed === state.followed ? { ...state, refusal: safeText(action.reason) } : state;
    case 'heard':
      return hear(state, action, fleet);
    case 'looked-up':
      if (state.session?.id !== action.id) return state;
      return {
        ...state,
        session: {
          ...state.session,
          isKnown: action.record !== undefined,
          // What is no longer kept is still shown as it was.
          record: action.record ?? state.session.record,
        },
      };
  }
}

/** The text after a look at the fleet, with the state before it: whoever listened through an outage missed something. */
export function textAfterLook(
  state: TextState,
  fleet: Fleet,
  now: { readonly atMs: number; readonly date: Date },
): TextState {
  const all = state.followed === 'all' ? turnHearing(state.all, now) : state.all;
  return { ...state, all, session: withHistory(state.session, fleet) };
}

/** The text after a look that failed. */
export function textAfterOutage(state: TextState, atMs: number): TextState {
  return state.followed === 'all'
    ? { ...state, all: turnDeaf(state.all, { sinceMs: atMs, because: 'outage' }) }
    : state;
}

/** The text after an event of the fleet: it tells how a session ended whose gateway could not. */
export function textAfterEvent(state: TextState, event: FleetEvent): TextState {
  const { session } = state;
  if (session === undefined || session.id !== event.sessionId) return state;
  if (event.type !== 'session.ended' && event.type !== 'session.error') return state;
  const known = session.text.ending;
  if (known !== undefined && known.reason !== '') return state;
  const outcome = known?.outcome ?? (event.type === 'session.ended' ? 'ended' : 'error');
  const ending = { outcome, reason: safeText(event.reason ?? '') } as const;
  return { ...state, session: { ...session, text: { ...session.text, ending, partial: undefined } } };
}

function follow(
  state: TextState,
  { followed, atMs, date }: Extract<TextAction, { type: 'following' }>,
  fleet: Fleet | undefined,
): TextState {
  const all =
    followed === 'all'
      ? turnHearing(state.all, { atMs, date })
      : turnDeaf(state.all, { sinceMs: atMs, because: 'elsewhere' });
  const base = { ...state, followed, refusal: '', all };
  if (followed === undefined || followed === 'all') return base;
  const session: OpenedSession =
    state.session?.id === followed
      ? state.session
      : { id: followed, isKnown: undefined, record: undefined, history: NO_HISTORY, text: NO_SESSION_TEXT };
  return { ...base, session: fleet === undefined ? session : withHistory(session, fleet) };
}

function hear(
  state: TextState,
  { followed, events, atMs, date }: Extract<TextAction, { type: 'heard' }>,
  fleet: Fleet | undefined,
): TextState {
  // A batch of what was followed before came late.
  if (followed !== state.followed) return state;
  if (followed === 'all') {
    const languages = new Map(fleet?.sessions.map(({ id, language }) => [id, language]));
    const languageOf = (id: string): string => languages.get(id) ?? '';
    return { ...state, all: hearAll(state.all, { events, atMs, date, languageOf }) };
  }
  if (state.session?.id !== followed) return state;
  return { ...state, session: { ...state.session, text: hearSession(state.session.text, events) } };
}

function withHistory<Session extends OpenedSession | undefined>(session: Session, fleet: Fleet): Session {
  if (session === undefined) return session;
  const reading = fleet.sessions.find(({ id }) => id === session.id);
  const gateway = fleet.gateways.find(({ id }) => id === reading?.gatewayId);
  if (reading === undefined || gateway === undefined) return session;
  return { ...session, history: historyAfter(session.history, reading, gateway.beatStamp) };
}
