/** Reads fields of a model's JSON files; what is missing or of another type is named with its file. */
import { messageOf, RtError } from '../../../base/errors.ts';

/** A parsed JSON object that remembers which file it comes from. */
export interface JsonFile {
  readonly name: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** @throws RtError model_invalid when the text is not a JSON object */
export function parseJsonFile(name: string, text: string): JsonFile {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new RtError('model_invalid', `${name} is not JSON: ${messageOf(cause)}`, { cause, hint: REFETCH });
  }
  if (!isRecord(value)) throw unfitField(name, 'is not a JSON object');
  return { name, fields: value };
}

/**
 * A non-negative integer; undefined where the field is absent or null.
 * @throws RtError model_invalid
 */
export function optionalInteger({ name, fields }: JsonFile, key: string): number | undefined {
  const value = fields[key] ?? undefined;
  if (value === undefined || isIndex(value)) return value;
  throw unfitField(name, `has ${key} ${JSON.stringify(value)}, a non-negative integer is due`);
}

/** @throws RtError model_invalid when absent or of another type */
export function integerField(file: JsonFile, key: string): number {
  const value = optionalInteger(file, key);
  if (value === undefined) throw unfitField(file.name, `has no ${key}`);
  return value;
}

/**
 * A list of non-negative integers; empty where the field is absent or null.
 * @throws RtError model_invalid
 */
export function integerList({ name, fields }: JsonFile, key: string): readonly number[] {
  const value = fields[key] ?? [];
  if (Array.isArray(value) && value.every(isIndex)) return value;
  throw unfitField(name, `has a ${key} that is not a list of non-negative integers`);
}

/**
 * Pairs of non-negative integers; undefined where the field is absent or null.
 * @throws RtError model_invalid
 */
export function integerPairs(
  { name, fields }: JsonFile,
  key: string,
): readonly (readonly [number, number])[] | undefined {
  const value = fields[key] ?? undefined;
  if (value === undefined) return undefined;
  const isPair = (pair: unknown): pair is [number, number] =>
    Array.isArray(pair) && pair.length === 2 && pair.every(isIndex);
  if (Array.isArray(value) && value.every(isPair)) return value;
  throw unfitField(name, `has ${key} that are not pairs of non-negative integers`);
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function unfitField(name: string, what: string): RtError {
  return new RtError('model_invalid', `${name} ${what}`, { hint: REFETCH });
}

const REFETCH = 'The JSON files must come from the same export as the graphs; fetch the model again.';

function isIndex(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0;
}
