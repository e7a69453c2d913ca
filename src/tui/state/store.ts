/**
 * Everything `rt top` has learnt, as one value and one pure function from action to next value.
 *
 * Times here are monotonic milliseconds of this machine. Another host's clock is used once: to guess how
 * long ago something happened that was already past when this program first saw it.
 */
import { safeText } from '../../base/terminal-text.ts';
import type { FleetEvent, WorkerView } from '../../registry/ports.ts';
import { type Fleet, readFleet } from '../fleet/readings.ts';
import {
  NO_TEXT,
  reduceText,
  type TextAction,
  type TextState,
  textAfterEvent,
  textAfterLook,
  textAfterOutage,
} from '../live-text/text-state.ts';
import { type Beats, beatsAfter } from './beats.ts';
import { type LoggedEvent, withLogged } from './event-log.ts';
import { type PastEvent, recentEvents, withEvent } from './recent-events.ts';

/** One look at Redis. */
export interface Sample {
  readonly workers: readonly WorkerView[];
  readonly snapshot: ReadonlyMap<string, string>;
  readonly atMs: number;
  readonly date: Date;
  /** How long Redis took to answer. */
  readonly readMs: number;
}

export type Action =
  | { readonly type: 'sampled'; readonly sample: Sample }
  | { readonly type: 'failed'; readonly atMs: number; readonly reason: string }
  | { readonly type: 'happened'; readonly event: FleetEvent; readonly atMs: number; readonly date: Date }
  | { readonly type: 'remarked'; readonly remark: string }
  | TextAction;

export interface Outage {
  readonly sinceMs: number;
  readonly reason: string;
}

export interface State {
  /** Undefined until Redis has answered once. */
  readonly fleet: Fleet | undefined;
  readonly sampledAtMs: number;
  readonly readMs: number;
  readonly beats: Beats;
  /** Active sessions, one entry per look, oldest first. */
  readonly activeHistory: readonly number[];
  /** Those of the last minute, oldest first. */
  readonly events: readonly PastEvent[];
  /** The newest events, oldest first. */
  readonly log: readonly LoggedEvent[];
  /** Actions so far: how much a picture held still has missed. */
  readonly changes: number;
  readonly outage: Outage | undefined;
  /** What is said, as far as a screen needs it. */
  readonly text: TextState;
  /** Something about the monitor itself that stays true: a recording that stopped, a replay that ended. */
  readonly remark: string;
  /** When this program began to listen to events. */
  readonly startedAtMs: number;
}

const HISTORY_LENGTH = 120;

/** Knows nothing yet. */
export function initialState(startedAtMs: number): State {
  return {
    fleet: undefined,
    sampledAtMs: startedAtMs,
    readMs: 0,
    beats: new Map(),
    activeHistory: [],
    events: [],
    log: [],
    changes: 0,
    outage: undefined,
    text: NO_TEXT,
    remark: '',
    startedAtMs,
  };
}

/** The state after `action`. */
export function reduce(state: State, action: Action): State {
  return { ...after(state, action), changes: state.changes + 1 };
}

function after(state: State, action: Action): State {
  switch (action.type) {
    case 'sampled':
      return sampled(state, action.sample);
    case 'failed':
      return {
        ...state,
        outage: { sinceMs: state.outage?.sinceMs ?? action.atMs, reason: safeText(action.reason) },
        text: textAfterOutage(state.text, action.atMs),
      };
    case 'happened':
      return happened(state, action);
    case 'remarked':
      return { ...state, remark: safeText(action.remark) };
    default:
      return { ...state, text: reduceText(state.text, action, state.fleet) };
  }
}

function sampled(state: State, sample: Sample): State {
  const fleet = readFleet(sample.workers, sample.snapshot);
  const active = activeSessions(fleet);
  return {
    ...state,
    fleet,
    sampledAtMs: sample.atMs,
    readMs: sample.readMs,
    beats: beatsAfter(state.beats, fleet, sample),
    activeHistory: [...state.activeHistory, active].slice(-HISTORY_LENGTH),
    events: recentEvents(state.events, sample.atMs),
    text: textAfterLook(state.text, fleet, sample),
    outage: undefined,
  };
}

/** Sessions held by workers that are not given up. */
function activeSessions(fleet: Fleet): number {
  return fleet.workers
    .filter(({ status }) => status !== 'offline')
    .reduce((sum, worker) => sum + worker.activeSessions, 0);
}

function happened(state: State, { event, atMs, date }: Extract<Action, { type: 'happened' }>): State {
  const { startedAtMs } = state;
  return {
    ...state,
    events: withEvent(state.events, event, { atMs, date, startedAtMs }),
    log: withLogged(state.log, event),
    text: textAfterEvent(state.text, event),
  };
}
