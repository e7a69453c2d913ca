/** Numbers in the metadata of a model file. */
import { unfitModel } from './unfit-model.ts';

export type Metadata = ReadonlyMap<string, string>;

/**
 * The value of `key`, or `fallback` where the metadata is silent.
 * @throws RtError model_invalid naming the key
 */
export function positiveInteger(metadata: Metadata, key: string, fallback?: number): number {
  const value = optionalInteger(metadata, key) ?? fallback;
  if (value === undefined) throw unfitModel(`metadata key ${key} is "missing", a positive integer is due`);
  return value;
}

/** @throws RtError model_invalid when there is a value that is not a positive integer */
export function optionalInteger(metadata: Metadata, key: string): number | undefined {
  const text = metadata.get(key);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!Number.isInteger(value) || value <= 0) {
    throw unfitModel(`metadata key ${key} is "${text}", a positive integer is due`);
  }
  return value;
}
