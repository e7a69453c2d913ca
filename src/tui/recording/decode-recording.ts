/**
 * Reads a recording's lines. Refuses, by its answer and never by throwing, whatever the screens could not take;
 * lines of a type that is not known are of a newer version, and skipped.
 */
import type { TranscriptEvent } from '../../client/transcript-feed.ts';
import type { FleetEvent, SessionView, WorkerStatus, WorkerView, WorkerWish } from '../../registry/ports.ts';
import { withChanges } from './changes.ts';
import {
  EVENT_SHAPE,
  hasShape,
  isRecord,
  SESSION_SHAPE,
  TEXT_SHAPES,
  WORKER_SHAPE,
} from './recorded-shapes.ts';
import { RECORDING_SCHEMA, type Recorded, type RecordedFact, type RecordingHeader } from './recording.ts';
import { fromWireNames } from './wire-names.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What is wrong with a line; completes `line 7 …`. */
export interface Damage {
  readonly type: 'damaged';
  readonly what: string;
}

const STATUSES: readonly WorkerStatus[] = ['ready', 'busy', 'draining', 'offline'];
const WISHES: readonly WorkerWish[] = ['none', 'cordon', 'drain'];

/** The header in the first line. */
export function decodeHeader(line: string): RecordingHeader | Damage {
  const fields = parseLine(line);
  if (fields === undefined || typeof fields['schema'] !== 'string')
    return damaged('is not the header of a recording');
  const { schema, at, version, target } = fields;
  if (schema !== RECORDING_SCHEMA)
    return damaged(`is of ${quoted(schema)}; this program reads ${RECORDING_SCHEMA}`);
  const date = new Date(typeof at === 'string' ? at : '');
  if (Number.isNaN(date.getTime())) return damaged('does not say when the recording began');
  return {
    at: date,
    version: typeof version === 'string' ? version : '',
    target: typeof target === 'string' ? target : '',
    hasText: fields['has_text'] !== false,
  };
}

/** Reads lines after the header, in their order; undefined for a line to skip. */
export function createLineDecoder(): (line: string) => Recorded | Damage | undefined {
  let workers: ReadonlyMap<string, WorkerView> = new Map();
  let snapshot: ReadonlyMap<string, string> = new Map();
  let lastMs = 0;

  const readSample = (fields: Fields): RecordedFact | Damage => {
    const changed = { workers: fields['workers'] ?? {}, snapshot: fields['snapshot'] ?? {} };
    if (!isRecord(changed.workers) || !isRecord(changed.snapshot)) return damaged('holds no tables');
    const records = Object.values(changed.workers).filter((change) => change !== null);
    if (!records.every((record) => hasShape(fromWireNames(record), WORKER_SHAPE))) {
      return damaged('holds a worker that is none');
    }
    workers = withChanges(workers, changed.workers, readWorker);
    snapshot = withChanges(snapshot, changed.snapshot, (change) =>
      typeof change === 'string' ? change : JSON.stringify(change),
    );
    const readMs = Number.isFinite(fields['read_ms']) ? Number(fields['read_ms']) : 0;
    return { type: 'sample', readMs, workers: [...workers.values()], snapshot };
  };

  return (line) => {
    const fields = parseLine(line);
    if (fields === undefined) return damaged('is no JSON object');
    const { t_ms: tMs, type } = fields;
    if (typeof tMs !== 'number' || !Number.isFinite(tMs) || tMs < lastMs) {
      return damaged('does not say when it was, or was before the line above');
    }
    const fact = type === 'sample' ? readSample(fields) : readFact(String(type), fields);
    if (fact === undefined || fact.type === 'damaged') return fact;
    lastMs = tMs;
    return { tMs, fact };
  };
}

function readFact(type: string, fields: Fields): RecordedFact | Damage | undefined {
  switch (type) {
    case 'outage':
      return { type, reason: String(fields['reason']) };
    case 'event': {
      const event = fromWireNames(fields['event']);
      return hasShape(event, EVENT_SHAPE) ? { type, event: event as FleetEvent } : damaged('holds no event');
    }
    case 'text': {
      const event = fromWireNames(fields['event']);
      const shape = isRecord(event) ? TEXT_SHAPES[String(event['type'])] : undefined;
      return hasShape(event, shape) ? { type, event: event as TranscriptEvent } : damaged('holds no text');
    }
    case 'session': {
      const record = fromWireNames(fields['record'] ?? undefined);
      if (record !== undefined && !hasShape(record, SESSION_SHAPE)) return damaged('holds no session');
      return { type, id: String(fields['id']), record: record as SessionView | undefined };
    }
    case 'end':
      return { type };
    default:
      return undefined;
  }
}

/** Its shape was checked; a status of another version counts as the last one known, a wish nobody recorded as none. */
function readWorker(change: unknown): WorkerView {
  const worker = fromWireNames(change) as WorkerView;
  return {
    ...worker,
    status: STATUSES.find((status) => status === worker.status) ?? 'offline',
    wish: WISHES.find((wish) => wish === worker.wish) ?? 'none',
  };
}

function parseLine(line: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function damaged(what: string): Damage {
  return { type: 'damaged', what };
}

function quoted(text: string): string {
  return JSON.stringify(text.slice(0, 40));
}
