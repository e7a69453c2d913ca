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

export interface PastEvent {
  readonly type: FleetEvent['type'];
  readonly atMs: number;
  readonly reason: string;
}

/** A fleet event as the list of events shows it; texts are safe and empty where nothing was said. */
export interface LoggedEvent {
  /** Counts the events this program has seen. */
  readonly number: number;
  readonly type: FleetEvent['type'];
  /** Wall time, by the clock of Redis. */
  readonly at: string;
  readonly workerId: string;
  readonly sessionId: string;
  readonly gatewayId: string;
  readonly reason: string;
}

interface Beat {
  readonly stamp: string;
  readonly atMs: number;
}

export interface State {
  /** Undefined until Redis has answered once. */
  readonly fleet: Fleet | undefined;
  readonly sampledAtMs: number;
  readonly readMs: number;
  /** When each process last beat: `worker:{id}`, `gateway:{id}` and `router:{id}`. */
  readonly beats: ReadonlyMap<string, Beat>;
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

export const EVENT_WINDOW_MS = 60_000;
const HISTORY_LENGTH = 120;
/** A storm of refusals must not fill the memory; more than this is shown as this. */
export const MOST_EVENTS = 1000;
/** Events that can be scrolled through. */
export const MOST_LOGGED = 500;
/** Events that arrive later than this after the start are new, whatever the clock of their host says. */
const BACKLOG_MS = 2000;

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
      return { ...happened(state, action), text: textAfterEvent(state.text, action.event) };
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
    beats: followBeats(state.beats, fleet, sample),
    activeHistory: [...state.activeHistory, active].slice(-HISTORY_LENGTH),
    events: recent(state.events, sample.atMs),
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

function followBeats(known: State['beats'], fleet: Fleet, sample: Sample): State['beats'] {
  const beating = [
    ...fleet.workers.map(({ id, beatStamp }) => [`worker:${id}`, beatStamp] as const),
    ...fleet.gateways.map(({ id, beatStamp }) => [`gateway:${id}`, beatStamp] as const),
    ...fleet.routers.map(({ id, beatStamp }) => [`router:${id}`, beatStamp] as const),
  ];
  return new Map(
    beating.map(([name, stamp]) => {
      const before = known.get(name);
      if (before?.stamp === stamp) return [name, before];
      // A change was seen to happen; only what was there before needs the other host's word for its age.
      const ageMs = before === undefined ? pastMs(stamp, sample.date) : 0;
      return [name, { stamp, atMs: sample.atMs - ageMs }];
    }),
  );
}

function happened(state: State, { event, atMs, date }: Extract<Action, { type: 'happened' }>): State {
  const isNew = atMs - state.startedAtMs > BACKLOG_MS;
  const past: PastEvent = {
    type: event.type,
    atMs: isNew ? atMs : atMs - pastMs(event.at, date),
    reason: safeText(event.reason ?? ''),
  };
  const events = recent([...state.events, past], atMs).slice(-MOST_EVENTS);
  return { ...state, events, log: [...state.log, logged(state, event)].slice(-MOST_LOGGED) };
}

function logged({ log }: State, event: FleetEvent): LoggedEvent {
  const textOf = (text: string | undefined): string => safeText(text ?? '');
  return {
    number: (log.at(-1)?.number ?? 0) + 1,
    type: event.type,
    at: event.at,
    workerId: textOf(event.workerId),
    sessionId: textOf(event.sessionId),
    gatewayId: textOf(event.gatewayId),
    reason: textOf(event.reason),
  };
}

function recent(events: readonly PastEvent[], nowMs: number): readonly PastEvent[] {
  return events.filter(({ atMs }) => nowMs - atMs < EVENT_WINDOW_MS);
}

/** Milliseconds from `iso` to `now`; 0 for the future and for what is no time. */
function pastMs(iso: string, now: Date): number {
  const differenceMs = now.getTime() - Date.parse(iso);
  return differenceMs > 0 ? differenceMs : 0;
}
