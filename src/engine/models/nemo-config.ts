/**
 * `config.json` of exports that keep beside the graph what others keep in its metadata; read into the
 * same keys.
 */
import { readFile } from 'node:fs/promises';
import { messageOf, RtError } from '../../base/errors.ts';
import type { Metadata } from './resolve/metadata-values.ts';

/** Key of config.json → metadata key. */
const KEYS: Readonly<Record<string, string>> = {
  features_size: 'feat_dim',
  subsampling_factor: 'subsampling_factor',
  model_type: 'config_model_type',
};

/**
 * The metadata of a graph together with what the config.json at `path` adds.
 * @throws RtError model_invalid when there is one that is not a JSON object
 */
export async function readNemoConfig(metadata: Metadata, path: string | undefined): Promise<Metadata> {
  if (path === undefined) return metadata;
  const merged = new Map(metadata);
  for (const [key, value] of Object.entries(parseObject(await readFile(path, 'utf8'), path))) {
    const name = KEYS[key];
    if (name !== undefined && !merged.has(name)) merged.set(name, String(value));
  }
  return merged;
}

function parseObject(text: string, path: string): Record<string, unknown> {
  try {
    const value = JSON.parse(text) as unknown;
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch (cause) {
    throw new RtError('model_invalid', `${path} is not JSON: ${messageOf(cause)}`, { cause });
  }
  throw new RtError('model_invalid', `${path} is not a JSON object`);
}
