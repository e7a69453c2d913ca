/** The rows of the lists of workers, of sessions and of events. */
import type { Opened } from '../choice/screen-name.ts';
import type { WorkerRow } from '../fleet/process-rows.ts';
import type { SessionReading } from '../fleet/readings.ts';
import type { LoggedEvent } from '../state/event-log.ts';
import type { EventField, SessionField, WorkerField } from './fields.ts';
import { type Rows, rowsBy, type Values } from './rows.ts';

const WORKER_VALUES: Values<WorkerRow, WorkerField> = {
  id: ({ id }) => id,
  state: ({ state }) => state,
  sess: ({ activeSessions }) => activeSessions,
  load: ({ activeSessions, capacity }) => (capacity === 0 ? null : (100 * activeSessions) / capacity),
  p50: ({ stepP50Ms }) => stepP50Ms,
  p95: ({ stepP95Ms }) => stepP95Ms,
  fill: ({ batchFill }) => batchFill,
  cpu: ({ cpuShare }) => (cpuShare === null ? null : 100 * cpuShare),
  beat: ({ beatAgeMs }) => beatAgeMs / 1000,
  endpoint: ({ endpoint }) => endpoint,
  model: ({ models }) => models.join(' '),
};

const SESSION_VALUES: Values<SessionReading, SessionField> = {
  session: ({ id }) => id,
  worker: ({ workerId }) => workerId,
  gateway: ({ gatewayId }) => gatewayId,
  lang: ({ language }) => language,
  model: ({ model }) => model,
  audio: ({ audioS }) => audioS,
  lag: ({ lagS }) => lagS,
  finals: ({ finals }) => finals,
  p95: ({ response }) => response?.p95Ms ?? null,
  text: ({ lastText }) => lastText,
};

const EVENT_VALUES: Values<LoggedEvent, EventField> = {
  type: ({ type }) => type,
  worker: ({ workerId }) => workerId,
  session: ({ sessionId }) => sessionId,
  gateway: ({ gatewayId }) => gatewayId,
  reason: ({ reason }) => reason,
};

export const WORKER_ROWS: Rows<WorkerRow> = rowsBy(WORKER_VALUES, {
  idOf: ({ id }) => id,
  aboutOf: ({ id }) => ({ kind: 'worker', id }),
});

export const SESSION_ROWS: Rows<SessionReading> = rowsBy(SESSION_VALUES, {
  idOf: ({ id }) => id,
  aboutOf: ({ id }) => ({ kind: 'session', id }),
});

export const EVENT_ROWS: Rows<LoggedEvent> = rowsBy(EVENT_VALUES, {
  idOf: ({ number }) => String(number),
  aboutOf: aboutEvent,
});

/** The session where one is named: its worker is on its screen. */
function aboutEvent({ sessionId, workerId }: LoggedEvent): Opened | undefined {
  if (sessionId !== '') return { kind: 'session', id: sessionId };
  return workerId === '' ? undefined : { kind: 'worker', id: workerId };
}
