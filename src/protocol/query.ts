/**
 * The parameters of a streaming URL. A value that is not allowed, a parameter nobody knows and a
 * repeated one are refused by name; nothing is silently replaced. Tokens are never quoted.
 */
import { RtError } from '../base/errors.ts';
import { isId } from '../base/ids.ts';
import { parseStringList, quote } from './json.ts';
import {
  CHANNELS,
  CLIENT_SAMPLE_RATE,
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

const ENCODINGS = ['pcm_s16le', 'pcm_f32le', 'mulaw', 'alaw', 'opus', 'ogg_opus'] as const;

export type AudioEncoding = (typeof ENCODINGS)[number];

/** `true`: at most four a second and the session can be resumed; `step`: one per engine step. */
export type AckMode = 'off' | 'interval' | 'step';

export interface StreamQuery {
  readonly language: string;
  readonly model: string;
  readonly wordTimestamps: boolean;
  readonly interimResults: boolean;
  readonly enhanceOnEnd: boolean;
  readonly encoding: AudioEncoding;
  /** Hertz, as the client declares it. */
  readonly sampleRate: number;
  readonly channels: number;
  readonly enableVad: boolean;
  readonly vadThreshold: number;
  readonly minSpeechMs: number;
  readonly minSilenceMs: number;
  readonly prefixPaddingMs: number;
  readonly maxUtteranceMs: number;
  readonly acks: AckMode;
  readonly resume: boolean;
  readonly vocabulary: readonly string[];
  readonly token: string | undefined;
  readonly room: string | undefined;
  readonly speaker: string | undefined;
}

/**
 * Reads the query of a streaming URL.
 * @throws RtError invalid_parameters
 */
export function parseStreamQuery(query: URLSearchParams): StreamQuery {
  refuseUnknownAndRepeated(query);
  return {
    language: read(query, 'language') ?? 'auto',
    model: read(query, 'model') ?? 'fast',
    wordTimestamps: read(query, 'word_timestamps') ?? false,
    interimResults: read(query, 'interim_results') ?? true,
    enhanceOnEnd: read(query, 'enhance_on_end') ?? false,
    encoding: read(query, 'encoding') ?? 'pcm_s16le',
    sampleRate: read(query, 'sample_rate') ?? 16_000,
    channels: read(query, 'channels') ?? 1,
    enableVad: read(query, 'enable_vad') ?? true,
    vadThreshold: read(query, 'vad_threshold') ?? OPTION_DEFAULTS.vadThreshold,
    minSpeechMs: read(query, 'min_speech_ms') ?? OPTION_DEFAULTS.minSpeechMs,
    minSilenceMs: read(query, 'min_silence_ms') ?? OPTION_DEFAULTS.minSilenceMs,
    prefixPaddingMs: read(query, 'prefix_padding_ms') ?? OPTION_DEFAULTS.prefixPaddingMs,
    maxUtteranceMs: (read(query, 'max_utterance_s') ?? OPTION_DEFAULTS.maxUtteranceS) * 1_000,
    acks: read(query, 'acks') ?? 'off',
    resume: read(query, 'resume') ?? false,
    vocabulary: read(query, 'vocabulary') ?? [],
    token: read(query, 'token'),
    room: read(query, 'room'),
    speaker: read(query, 'speaker'),
  };
}

/** How one parameter is read; `parse` answers undefined for what is not allowed. */
interface Parameter<T> {
  readonly allowed: string;
  readonly isSecret?: boolean;
  readonly parse: (text: string) => T | undefined;
}

const BOOLEANS = new Map([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
]);

const flag: Parameter<boolean> = {
  allowed: 'true or false',
  parse: (text) => BOOLEANS.get(text),
};

function choice<T>(values: Readonly<Record<string, T>>): Parameter<T> {
  const table = new Map(Object.entries(values));
  return { allowed: [...table.keys()].join(', '), parse: (text) => table.get(text) };
}

function number(range: NumberRange): Parameter<number> {
  const parse = (text: string): number | undefined => {
    const value = /^\d{1,9}(?:\.\d{1,9})?$/.test(text) ? Number(text) : Number.NaN;
    return isInRange(value, range) ? value : undefined;
  };
  return { allowed: describeRange(range), parse };
}

function matching(allowed: string, isAllowed: (text: string) => boolean): Parameter<string> {
  return { allowed, parse: (text) => (isAllowed(text) ? text : undefined) };
}

const id = matching('1 to 64 of A-Z a-z 0-9 _ -', isId);

const vocabulary: Parameter<readonly string[]> = {
  allowed: 'a JSON array of at most 100 texts of 1 to 50 characters',
  parse: (text) => {
    const terms = parseStringList(text, 8_192);
    const isAllowed = terms?.every((term) => term.length >= 1 && term.length <= 50) ?? false;
    return isAllowed && terms !== undefined && terms.length <= 100 ? terms : undefined;
  },
};

const PARAMETERS = {
  language: matching('auto or a language tag such as en or pt-BR', (text) => LANGUAGE_PATTERN.test(text)),
  model: matching('a model name of at most 128 characters', (text) => MODEL_PATTERN.test(text)),
  word_timestamps: flag,
  interim_results: flag,
  enhance_on_end: flag,
  encoding: {
    allowed: ENCODINGS.join(', '),
    parse: (text: string) => ENCODINGS.find((encoding) => encoding === text),
  },
  sample_rate: number(CLIENT_SAMPLE_RATE),
  channels: number(CHANNELS),
  enable_vad: flag,
  vad_threshold: number(VAD_THRESHOLD),
  min_speech_ms: number(MIN_SPEECH_MS),
  min_silence_ms: number(MIN_SILENCE_MS),
  prefix_padding_ms: number(PREFIX_PADDING_MS),
  max_utterance_s: number(MAX_UTTERANCE_S),
  acks: choice<AckMode>({ true: 'interval', '1': 'interval', false: 'off', '0': 'off', step: 'step' }),
  resume: flag,
  vocabulary,
  token: {
    ...matching('at most 4096 printable ASCII characters', (text) => /^[!-~]{1,4096}$/.test(text)),
    isSecret: true,
  },
  room: id,
  speaker: id,
} satisfies Record<string, Parameter<unknown>>;

type ParameterName = keyof typeof PARAMETERS;
type ValueOf<Name extends ParameterName> = NonNullable<ReturnType<(typeof PARAMETERS)[Name]['parse']>>;

function read<Name extends ParameterName>(query: URLSearchParams, name: Name): ValueOf<Name> | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  const parameter: Parameter<unknown> = PARAMETERS[name];
  const value = parameter.parse(text);
  if (value !== undefined) return value as ValueOf<Name>;
  const was = parameter.isSecret === true ? 'is malformed' : `is ${quote(text)}`;
  throw new RtError('invalid_parameters', `Parameter ${name} ${was}; allowed: ${parameter.allowed}.`);
}

function refuseUnknownAndRepeated(query: URLSearchParams): void {
  const seen = new Set<string>();
  for (const name of query.keys()) {
    if (!Object.hasOwn(PARAMETERS, name)) {
      const hint = `Known parameters: ${Object.keys(PARAMETERS).join(', ')}.`;
      throw new RtError('invalid_parameters', `Unknown parameter ${quote(name)}.`, { hint });
    }
    if (seen.has(name)) throw new RtError('invalid_parameters', `Parameter ${name} is given more than once.`);
    seen.add(name);
  }
}
