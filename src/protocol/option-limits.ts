/** Ranges and defaults of session options, the same in the URL, in `config` and on the worker link. */
export interface NumberRange {
  readonly min: number;
  readonly max: number;
  readonly integer: boolean;
  /** The bounds themselves are refused. */
  readonly exclusive?: boolean;
}

export const VAD_THRESHOLD: NumberRange = { min: 0, max: 1, integer: false, exclusive: true };
export const MIN_SPEECH_MS: NumberRange = { min: 0, max: 5_000, integer: true };
/** The detector's window is 32 ms; a shorter silence would never be seen. */
export const MIN_SILENCE_MS: NumberRange = { min: 32, max: 10_000, integer: true };
export const PREFIX_PADDING_MS: NumberRange = { min: 0, max: 2_000, integer: true };
export const MAX_UTTERANCE_S: NumberRange = { min: 5, max: 30, integer: false };
export const CLIENT_SAMPLE_RATE: NumberRange = { min: 8_000, max: 48_000, integer: true };
export const CHANNELS: NumberRange = { min: 1, max: 2, integer: true };

export const OPTION_DEFAULTS = {
  vadThreshold: 0.5,
  minSpeechMs: 250,
  minSilenceMs: 500,
  prefixPaddingMs: 300,
  maxUtteranceS: 30,
} as const;

/** `auto` or a language tag: `en`, `pt-BR`, `zh-Hans`. */
export const LANGUAGE_PATTERN: RegExp = /^(?:auto|[a-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3})$/;

/** A resolved model name or an alias. */
export const MODEL_PATTERN: RegExp = /^[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}$/;

/** Whether `value` lies in `range`; false for NaN and infinities. */
export function isInRange(value: number, range: NumberRange): boolean {
  if (!Number.isFinite(value) || (range.integer && !Number.isSafeInteger(value))) return false;
  return range.exclusive ? value > range.min && value < range.max : value >= range.min && value <= range.max;
}

/** The range in words: `a whole number from 8000 to 48000`. */
export function describeRange(range: NumberRange): string {
  const kind = range.integer ? 'a whole number' : 'a number';
  const [min, max] = [String(range.min), String(range.max)];
  return range.exclusive ? `${kind} above ${min} and below ${max}` : `${kind} from ${min} to ${max}`;
}
