/** Reads a history file. What another version wrote besides is passed over; what is broken is named by its line. */
import { RtError } from '../../base/errors.ts';
import { parseServerMessage } from '../../protocol/codec.ts';
import type { HistoryEntry, HistoryOp } from './entry.ts';

type FieldKind = 'number' | 'string' | 'boolean' | 'object' | 'array';
type Fields = Readonly<Record<string, FieldKind>>;

const FAULT: Fields = { kind: 'string', role: 'string', target: 'string', pid: 'number' };

const FIELDS: Readonly<Record<HistoryOp['op'], Fields>> = {
  run: { scenario: 'string', seed: 'number', trial: 'number', sessions: 'number', arm: 'string' },
  fault: FAULT,
  heal: FAULT,
  truth: { words: 'array' },
  undisturbed: { words: 'array' },
  connect: { connection: 'number', gateway: 'string' },
  begin: { connection: 'number', session: 'string', epoch: 'number', resumed: 'boolean' },
  sent: { sample: 'number' },
  said: { what: 'string', sample: 'number' },
  event: { connection: 'number', message: 'object' },
  close: { connection: 'number', code: 'number', reason: 'string' },
  slots: { worker: 'string', active: 'number', capacity: 'number' },
  leases: { sessions: 'number', workers: 'number' },
  keys: { total: 'number', expiring: 'number' },
  gauge: { role: 'string', id: 'string', pid: 'number', rss: 'number', fds: 'number' },
  log: { path: 'string', canaries: 'number', matches: 'number', lines: 'array' },
  ended: {},
};

const WORD_FIELDS: Readonly<Record<'truth' | 'undisturbed', Fields>> = {
  truth: { id: 'number', start: 'number', end: 'number' },
  undisturbed: { id: 'number', first_ms: 'number', final_ms: 'number' },
};

const UNKNOWN = Symbol('of a kind this version does not know');

/**
 * The entries of `text`, in order; `file` names it in errors.
 * @throws RtError file_unreadable naming the line
 */
export function readHistory(text: string, file: string): readonly HistoryEntry[] {
  const entries: HistoryEntry[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const read = readLine(line);
    if (typeof read === 'string') throw broken(`${file}:${index + 1}: ${read}`);
    if (read !== UNKNOWN) entries.push(read);
  }
  if (entries.length === 0) throw broken(`${file} holds no history`);
  return entries;
}

function broken(message: string): RtError {
  return new RtError('file_unreadable', message, {
    hint: 'Give a file that "rt chaos run --history DIR" wrote, or write it again.',
  });
}

/** The entry of a line, or what is wrong with it. */
function readLine(line: string): HistoryEntry | typeof UNKNOWN | string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return 'not a JSON object, perhaps cut off';
  }
  if (!isObject(value)) return 'not a JSON object';
  const { op } = value;
  if (typeof op !== 'string') return '"op" is missing or not a string';
  if (!isOp(op)) return UNKNOWN;
  const missing = missingField(value, { t_ms: 'number', actor: 'string', ...FIELDS[op] });
  if (missing !== undefined) return `${op}: ${missing}`;
  if (op === 'event') return readEvent(value);
  const inWords = op === 'truth' || op === 'undisturbed' ? missingInWords(value['words'], op) : undefined;
  return inWords === undefined ? (value as unknown as HistoryEntry) : `${op}: ${inWords}`;
}

/** A message that a gateway may send, held to the same shapes as on the wire. */
function readEvent(value: Readonly<Record<string, unknown>>): HistoryEntry | typeof UNKNOWN | string {
  const message = parseServerMessage(JSON.stringify(value['message']));
  if (message.type === 'invalid') return `event: ${message.reason}`;
  return message.type === 'unknown' ? UNKNOWN : (value as unknown as HistoryEntry);
}

function missingField(value: Readonly<Record<string, unknown>>, fields: Fields): string | undefined {
  const wrong = Object.entries(fields).find(([name, kind]) => kindOf(value[name]) !== kind);
  return wrong && `"${wrong[0]}" is missing or not of the kind ${wrong[1]}`;
}

function missingInWords(words: unknown, op: keyof typeof WORD_FIELDS): string | undefined {
  for (const word of words as readonly unknown[]) {
    const missing = isObject(word) ? missingField(word, WORD_FIELDS[op]) : 'a word is not an object';
    if (missing !== undefined) return missing;
  }
  return undefined;
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return value === null ? 'null' : typeof value;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return kindOf(value) === 'object';
}

function isOp(op: string): op is HistoryOp['op'] {
  return Object.hasOwn(FIELDS, op);
}
