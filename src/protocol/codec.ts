/**
 * Messages to text and back; the only place where text of a socket becomes a value.
 *
 * It refuses by answering `invalid` with a reason, never by throwing, except for a worker's first
 * message, without which there is no session. Unknown fields are ignored, so that either side may be
 * newer; fields named `__proto__` are not copied from clients. Reasons quote at most 40 printable
 * characters of what was sent.
 */
import { z } from 'zod';
import { RtError } from '../base/errors.ts';
import { isId } from '../base/ids.ts';
import type { ClientMessage } from './client-messages.ts';
import {
  checkShape,
  SERVER_SHAPES,
  type ShapeTable,
  type UnknownMessage,
  WORKER_SHAPES,
} from './event-shapes.ts';
import { type InvalidMessage, invalid, type JsonObject, parseJsonObject, quote } from './json.ts';
import {
  describeRange,
  isInRange,
  LANGUAGE_PATTERN,
  MAX_UTTERANCE_S,
  MIN_SILENCE_MS,
  MIN_SPEECH_MS,
  MODEL_PATTERN,
  type NumberRange,
  OPTION_DEFAULTS,
  PREFIX_PADDING_MS,
  VAD_THRESHOLD,
} from './option-limits.ts';
import type { ServerMessage } from './server-messages.ts';
import { PROTOCOL_VERSION } from './version.ts';
import type { WorkerMessage, WorkerSessionConfig } from './worker-messages.ts';

/** Longest text message read from a client, in UTF-16 units. */
export const MAX_CLIENT_TEXT_CHARS: number = 16 * 1024;

/** Longest event read from a server or worker; a session.end of four hours has about a million. */
export const MAX_EVENT_CHARS: number = 16 * 1024 * 1024;

/** Parses a text message of a client; never throws. */
export function parseClientMessage(text: string): ClientMessage | InvalidMessage {
  const parsed = parseJsonObject(text, MAX_CLIENT_TEXT_CHARS);
  if (parsed.type === 'invalid') return parsed;
  const type = parsed.object['type'];
  if (typeof type !== 'string') return invalid('"type" is missing or not a string');
  if (!isClientType(type)) {
    return invalid(`unknown type ${quote(type)}; known: ${Object.keys(CLIENT_SCHEMAS).join(', ')}`);
  }
  const result = CLIENT_SCHEMAS[type].safeParse(parsed.object);
  return result.success ? result.data : invalid(`${type}${describeIssue(result.error)}`);
}

/**
 * Parses the first message of a worker link; all fields but `session_id` have defaults.
 * @throws RtError invalid_message naming the field
 */
export function parseWorkerConfig(text: string): WorkerSessionConfig {
  const parsed = parseJsonObject(text, MAX_CLIENT_TEXT_CHARS);
  if (parsed.type === 'invalid') throw firstMessageError(parsed.reason);
  const result = WORKER_CONFIG.safeParse(parsed.object);
  if (result.success) return result.data;
  throw firstMessageError(`session${describeIssue(result.error)}`);
}

/** Parses an event of a worker; never throws. */
export function parseWorkerMessage(text: string): WorkerMessage | UnknownMessage | InvalidMessage {
  return parseEvent(text, WORKER_SHAPES) as WorkerMessage | UnknownMessage | InvalidMessage;
}

/** Parses an event of a gateway; never throws. */
export function parseServerMessage(text: string): ServerMessage | UnknownMessage | InvalidMessage {
  return parseEvent(text, SERVER_SHAPES) as ServerMessage | UnknownMessage | InvalidMessage;
}

/** The text of a message of any direction. */
export function encodeMessage(
  message: ServerMessage | WorkerMessage | ClientMessage | WorkerSessionConfig,
): string {
  return JSON.stringify(message);
}

/** The object itself once it has the fields of its type, which is what makes the casts above true. */
function parseEvent(text: string, shapes: ShapeTable): JsonObject | UnknownMessage | InvalidMessage {
  const parsed = parseJsonObject(text, MAX_EVENT_CHARS);
  if (parsed.type === 'invalid') return parsed;
  const verdict = checkShape(parsed.object, shapes);
  return verdict === 'known' ? parsed.object : verdict;
}

function firstMessageError(reason: string): RtError {
  return new RtError('invalid_message', `The first message cannot be read: ${reason}.`, {
    hint: 'Send one JSON object with at least session_id before any audio.',
  });
}

const number = (range: NumberRange): z.ZodNumber => {
  const error = `expected ${describeRange(range)}`;
  return z.number({ error }).refine((value) => isInRange(value, range), { error });
};
const position = z
  .number({ error: 'expected a sample number' })
  .refine((value) => Number.isSafeInteger(value) && value >= 0, { error: 'expected a sample number' });
const flag = z.boolean({ error: 'expected true or false' });
const text = (maxChars: number): z.ZodString => {
  const error = `expected a text of 1 to ${String(maxChars)} characters`;
  return z.string({ error }).min(1, { error }).max(maxChars, { error });
};
const matching = (pattern: RegExp, error: string): z.ZodString =>
  z.string({ error }).regex(pattern, { error });

const CLIENT_SCHEMAS = {
  end: z.object({ type: z.literal('end') }),
  flush: z.object({ type: z.literal('flush') }),
  clear: z.object({ type: z.literal('clear') }),
  keepalive: z.object({ type: z.literal('keepalive') }),
  config: z.object({
    type: z.literal('config'),
    interim_results: flag.exactOptional(),
    word_timestamps: flag.exactOptional(),
    vad_threshold: number(VAD_THRESHOLD).exactOptional(),
    min_speech_ms: number(MIN_SPEECH_MS).exactOptional(),
    min_silence_ms: number(MIN_SILENCE_MS).exactOptional(),
  }),
  resume: z.object({
    type: z.literal('resume'),
    token: text(4_096),
    from_sample: position,
    have_seq: position,
  }),
} satisfies { readonly [Type in ClientMessage['type']]: z.ZodType<Extract<ClientMessage, { type: Type }>> };

/** What a client may say, for whoever describes it. */
export const CLIENT_MESSAGES: readonly z.ZodType<ClientMessage>[] = Object.values(CLIENT_SCHEMAS);

function isClientType(type: string): type is ClientMessage['type'] {
  return Object.hasOwn(CLIENT_SCHEMAS, type);
}

/** The first message of a worker link. */
export const WORKER_CONFIG: z.ZodType<WorkerSessionConfig> = z
  .object({
    session_id: z
      .string({ error: 'expected a text' })
      .refine(isId, { error: 'expected 1 to 64 of A-Z a-z 0-9 _ -' }),
    language: matching(LANGUAGE_PATTERN, 'expected "auto" or a language tag').default('auto'),
    model: matching(MODEL_PATTERN, 'expected a model name').default('fast'),
    word_timestamps: flag.default(false),
    interim_results: flag.default(true),
    protocol: position.default(PROTOCOL_VERSION),
    epoch: position.default(1),
    from_sample: position.default(0),
    history_samples: position.default(0),
    enable_vad: flag.default(true),
    vad_threshold: number(VAD_THRESHOLD).default(OPTION_DEFAULTS.vadThreshold),
    min_speech_ms: number(MIN_SPEECH_MS).default(OPTION_DEFAULTS.minSpeechMs),
    min_silence_ms: number(MIN_SILENCE_MS).default(OPTION_DEFAULTS.minSilenceMs),
    prefix_padding_ms: number(PREFIX_PADDING_MS).default(OPTION_DEFAULTS.prefixPaddingMs),
    max_utterance_s: number(MAX_UTTERANCE_S).default(OPTION_DEFAULTS.maxUtteranceS),
    progress: z.enum(['interval', 'step'], { error: 'expected "interval" or "step"' }).default('interval'),
    traceparent: text(256).exactOptional(),
  })
  .refine((config) => config.history_samples <= config.from_sample, {
    path: ['history_samples'],
    error: 'expected at most from_sample',
  });

/** `.path: what was expected` of the first thing that is wrong. */
function describeIssue(error: z.ZodError): string {
  const [issue] = error.issues;
  if (issue === undefined) return ': malformed';
  return `${issue.path.map((key) => `.${String(key)}`).join('')}: ${issue.message}`;
}
