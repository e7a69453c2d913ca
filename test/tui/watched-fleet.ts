/** A fleet with one of everything the screens tell apart, and states made of it. */
import type { FleetEvent, WorkerView } from '../../src/registry/ports.ts';
import type { Frame } from '../../src/tui/state/frame.ts';
import { type Action, initialState, reduce, type Sample, type State } from '../../src/tui/state/store.ts';
import { gatewayDigest, gatewaySession, routerDigest, START, workerDigest } from '../support/digests.ts';
import { workerView } from '../support/fleet.ts';

/** Monotonic time of the first look; wall time is local, so that screens show the same in every zone. */
export const FIRST_LOOK_MS = 100_000;
export const DATE = new Date(2025, 0, 1, 14, 3, 27);
export const BEAT: string = new Date(DATE.getTime() - 400).toISOString();
const LOST_BEAT = new Date(DATE.getTime() - 9300).toISOString();

export const WORKERS: readonly WorkerView[] = [
  workerView('w-1', { capacity: 4, activeSessions: 4, status: 'busy', lastHeartbeat: BEAT }),
  workerView('w-2', { capacity: 4, activeSessions: 3, lastHeartbeat: BEAT }),
  workerView('w-3', { capacity: 4, activeSessions: 0, status: 'offline', lastHeartbeat: LOST_BEAT }),
  workerView('gpu-node-17-worker-10', {
    capacity: 16,
    activeSessions: 4,
    status: 'draining',
    lastHeartbeat: BEAT,
  }),
];

const TEXTS: readonly (readonly [text: string, isFinal: boolean, language: string])[] = [
  ['and then we ship the router on friday, right?', true, 'en'],
  ['sí, el número de pedido es cuatro cinco', false, 'es'],
  ['会議は金曜日の午後三時から始まりますのでよろしくお願いします', true, 'ja'],
  ['', false, 'auto'],
  [
    `the whole sentence is longer than any line on this screen can be ${'and on '.repeat(20)}until the end`,
    false,
    'en',
  ],
];

/** `count` sessions over w-1 and w-2; the fifth lags. */
export function sessionsOf(count: number): ReturnType<typeof gatewaySession>[] {
  return Array.from({ length: count }, (_, index) => {
    const [text, isFinal, language] = TEXTS[index % TEXTS.length] ?? ['', false, 'en'];
    return gatewaySession(0x8f2a41c0 + index, {
      worker_id: index % 2 === 0 ? 'w-1' : 'w-2',
      language,
      lag_s: index === 4 ? 4.2 : 0.1 * (index % 5),
      audio_s: 12 + 61 * index,
      last_text: text,
      last_text_final: isFinal,
    });
  });
}

export function snapshotOf(sessions = sessionsOf(11)): ReadonlyMap<string, string> {
  const digests = [
    workerDigest('w-1', { cpu_share: 1.43 }),
    workerDigest('w-2', { step_p50_ms: 4.4, step_p95_ms: 9.7, cpu_share: 0.07, batch_fill: 1 }),
    workerDigest('gpu-node-17-worker-10', { step_p50_ms: 101, step_p95_ms: 1203, batch_fill: 14.9 }),
    gatewayDigest('gateway-1', { at: BEAT, sessions }),
    routerDigest('router-1', { at: BEAT }),
  ];
  return new Map(digests.map((digest) => [`${digest.role}:${digest.id}`, JSON.stringify(digest)]));
}

export function sampleOf(changes: Partial<Sample> = {}): Sample {
  return {
    workers: WORKERS,
    snapshot: snapshotOf(),
    atMs: FIRST_LOOK_MS,
    date: DATE,
    readMs: 0.94,
    ...changes,
  };
}

export function eventOf(type: FleetEvent['type'], changes: Partial<FleetEvent> = {}): FleetEvent {
  return { type, at: START, ...changes };
}

/** The state after `actions`, beginning at the first look. */
export function stateAfter(...actions: readonly Action[]): State {
  return actions.reduce(reduce, initialState(FIRST_LOOK_MS));
}

/** Eleven sessions, four workers of four states, two refusals, and a minute of history. */
export function busyState(): State {
  const state = stateAfter(
    ...Array.from({ length: 2 }, () => ({
      type: 'happened' as const,
      event: eventOf('reject', { reason: 'no_capacity', at: DATE.toISOString() }),
      atMs: FIRST_LOOK_MS,
      date: DATE,
    })),
    { type: 'sampled', sample: sampleOf() },
  );
  return { ...state, activeHistory: [0, 1, 3, 4, 4, 6, 9, 12, 14, 19, 24, 20, 11, 11] };
}

/** The frame a screen shows `ageMs` after the last look. */
export function frameOf(state: State, ageMs = 400): Frame {
  return { state, nowMs: state.sampledAtMs + ageMs, date: DATE };
}

const HAPPENED: readonly Pick<FleetEvent, 'type' | 'workerId' | 'sessionId' | 'gatewayId' | 'reason'>[] = [
  { type: 'worker.ready', workerId: 'w-1' },
  { type: 'session.started', sessionId: 'sess_00008f2a41c0', workerId: 'w-1', gatewayId: 'gateway-1' },
  { type: 'worker.offline', workerId: 'w-3', reason: 'lease expired' },
  {
    type: 'failover',
    sessionId: 'sess_00008f2a41c1',
    workerId: 'w-2',
    gatewayId: 'gateway-1',
    reason: 'closed',
  },
  { type: 'session.error', sessionId: 'sess_00008f2a41bf', workerId: 'w-3', reason: 'worker_lost' },
  { type: 'worker.draining', workerId: 'gpu-node-17-worker-10' },
  { type: 'reject', gatewayId: 'gateway-1', reason: 'no_capacity' },
];

/** The busy state after forty events, one a second up to now. */
export function eventfulState(): State {
  const actions = Array.from({ length: 40 }, (_, index): Action => {
    const at = new Date(DATE.getTime() - (39 - index) * 1000).toISOString();
    const event = { at, ...HAPPENED[index % HAPPENED.length] } as FleetEvent;
    return { type: 'happened', event, atMs: FIRST_LOOK_MS, date: DATE };
  });
  return actions.reduce(reduce, busyState());
}
