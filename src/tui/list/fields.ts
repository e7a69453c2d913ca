/** What the rows of each list can be filtered and sorted by, under the names one types. */
import type { ScreenName } from '../choice/screen-name.ts';

/** A text, or a number in the unit its column shows. */
export type FieldKind = 'text' | 'count' | 'seconds' | 'ms' | 'percent';

export type Fields = Readonly<Record<string, FieldKind>>;

/** The value of a field of one row; null where it was not measured. */
export type FieldValue = string | number | null;

export type WorkerField =
  | 'id'
  | 'state'
  | 'sess'
  | 'load'
  | 'p50'
  | 'p95'
  | 'fill'
  | 'cpu'
  | 'beat'
  | 'endpoint'
  | 'model';
export type SessionField =
  | 'session'
  | 'worker'
  | 'gateway'
  | 'lang'
  | 'model'
  | 'audio'
  | 'lag'
  | 'finals'
  | 'p95'
  | 'text';
export type EventField = 'type' | 'worker' | 'session' | 'gateway' | 'reason';
export type SpokenField = 'session' | 'lang' | 'text';

const WORKER: Readonly<Record<WorkerField, FieldKind>> = {
  id: 'text',
  state: 'text',
  sess: 'count',
  load: 'percent',
  p50: 'ms',
  p95: 'ms',
  fill: 'count',
  cpu: 'percent',
  beat: 'seconds',
  endpoint: 'text',
  model: 'text',
};

const SESSION: Readonly<Record<SessionField, FieldKind>> = {
  session: 'text',
  worker: 'text',
  gateway: 'text',
  lang: 'text',
  model: 'text',
  audio: 'seconds',
  lag: 'seconds',
  finals: 'count',
  p95: 'ms',
  text: 'text',
};

const EVENT: Readonly<Record<EventField, FieldKind>> = {
  type: 'text',
  worker: 'text',
  session: 'text',
  gateway: 'text',
  reason: 'text',
};

const SPOKEN: Readonly<Record<SpokenField, FieldKind>> = {
  session: 'text',
  lang: 'text',
  text: 'text',
};

export const FIELDS: Readonly<Record<ScreenName, Fields>> = {
  overview: SESSION,
  workers: WORKER,
  sessions: SESSION,
  transcripts: SPOKEN,
  rooms: {},
  events: EVENT,
  worker: SESSION,
  session: {},
  help: {},
};

const SESSION_SORTS: readonly SessionField[] = ['lag', 'worker', 'lang', 'audio', 'p95', 'session'];
const WORKER_SORTS: readonly WorkerField[] = ['load', 'sess', 'p95', 'cpu', 'beat', 'state', 'id'];

/** Fields in the order `s` goes through them; none where the order says when something happened. */
export const SORTS: Readonly<Record<ScreenName, readonly string[]>> = {
  overview: SESSION_SORTS,
  workers: WORKER_SORTS,
  sessions: SESSION_SORTS,
  transcripts: [],
  rooms: [],
  events: [],
  worker: SESSION_SORTS,
  session: [],
  help: [],
};
