/**
 * The fields each event must carry, for peers that are trusted to mean well but may be of another
 * version. Checked by hand, not by a schema: a gateway reads four partials a second per session.
 * Fields that are not listed pass through untouched.
 */
import { type InvalidMessage, invalid, type JsonObject, quote } from './json.ts';

type FieldKind = 'string' | 'number' | 'sample' | 'boolean' | 'list' | 'list or null';
type Shape = Readonly<Record<string, FieldKind>>;
export type ShapeTable = Readonly<Record<string, Shape>>;

/** A message of a type this build does not know; newer peers may send it, and it is skipped. */
export interface UnknownMessage {
  readonly type: 'unknown';
  readonly name: string;
}

const BEGIN: Shape = {
  session_id: 'string',
  protocol: 'number',
  model: 'string',
  language: 'string',
  partials: 'boolean',
  warnings: 'list',
};
const MOMENT: Shape = { timestamp: 'number' };
const PLACED_TEXT: Shape = { text: 'string', start: 'number', end: 'number', audio_end: 'number' };
const PARTIAL: Shape = { ...PLACED_TEXT, stable_chars: 'number' };
const FINAL: Shape = { ...PLACED_TEXT, confidence: 'number', words: 'list or null' };
const WARNING: Shape = { code: 'string', message: 'string' };
const END: Shape = {
  session_id: 'string',
  total_duration: 'number',
  total_speech_duration: 'number',
  transcript: 'string',
  segments: 'list',
};
const ERROR: Shape = {
  code: 'string',
  message: 'string',
  recoverable: 'boolean',
  retry: 'string',
  ref: 'string',
};

export const WORKER_SHAPES: ShapeTable = {
  'session.begin': BEGIN,
  'vad.speech_start': MOMENT,
  'vad.speech_end': MOMENT,
  'transcript.partial': PARTIAL,
  'transcript.final': { ...FINAL, commit_sample: 'sample' },
  warning: WARNING,
  progress: { received: 'sample', decoded: 'sample', commit_sample: 'sample' },
  'session.end': END,
  error: ERROR,
};

const SEQ: Shape = { seq: 'sample' };

export const SERVER_SHAPES: ShapeTable = {
  'session.begin': {
    ...BEGIN,
    ...SEQ,
    sample_rate: 'number',
    encoding: 'string',
    channels: 'number',
    epoch: 'number',
  },
  'vad.speech_start': { ...MOMENT, ...SEQ },
  'vad.speech_end': { ...MOMENT, ...SEQ },
  'transcript.partial': PARTIAL,
  'transcript.final': { ...FINAL, ...SEQ },
  ack: { received: 'sample', decoded: 'sample', committed: 'sample' },
  warning: { ...WARNING, ...SEQ },
  goaway: { reason: 'string', reconnect_in_ms: 'number' },
  'session.end': { ...END, ...SEQ },
  // Numbered where it is an event of the session; one that leaves the session to be resumed is not.
  error: ERROR,
};

/** `known` when `object` has the fields its type needs; else what it is instead. */
export function checkShape(object: JsonObject, table: ShapeTable): 'known' | UnknownMessage | InvalidMessage {
  const type = object['type'];
  if (typeof type !== 'string') return invalid('"type" is missing or not a string');
  const shape = Object.hasOwn(table, type) ? table[type] : undefined;
  if (shape === undefined) return { type: 'unknown', name: quote(type) };
  for (const field in shape) {
    const kind = shape[field];
    if (kind !== undefined && !isKind(object[field], kind))
      return invalid(`${type}.${field}: expected ${kind}`);
  }
  return 'known';
}

function isKind(value: unknown, kind: FieldKind): boolean {
  switch (kind) {
    case 'string':
    case 'boolean':
      return typeof value === kind;
    case 'number':
      return Number.isFinite(value);
    case 'sample':
      return Number.isSafeInteger(value) && (value as number) >= 0;
    case 'list':
      return Array.isArray(value);
    case 'list or null':
      return value === null || Array.isArray(value);
  }
}
