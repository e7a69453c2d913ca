/** What `--model` may name: a path, the id of a pulled model, or one that comes with this package. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { RtError } from '../base/errors.ts';
import { findEntry, unknownModel } from './catalogue.ts';
import { CARD_NAME } from './model-card.ts';

const ID = /^[A-Za-z0-9][A-Za-z0-9._+-]*$/;

/**
 * The path of a model. A path that exists is meant before an id of the same name.
 * @throws RtError model_invalid for a model that was not pulled yet and for an id nobody knows
 */
export function resolveModelPath(idOrPath: string, modelsDir: string): string {
  if (!ID.test(idOrPath) || existsSync(idOrPath)) return idOrPath;
  const folder = join(modelsDir, idOrPath);
  if (existsSync(join(folder, CARD_NAME))) return folder;
  const entry = findEntry(idOrPath);
  if (entry?.source.kind === 'bundled') return entry.source.path;
  if (entry === undefined) throw unknownModel(idOrPath, 'model_invalid');
  throw new RtError('model_invalid', `The model ${idOrPath} is not here yet`, {
    hint: `Fetch it first: rt models pull ${idOrPath}`,
  });
}

/** `choices` with paths in place of ids. @throws as resolveModelPath */
export function resolveModels<C extends { readonly path: string }>(
  choices: readonly C[],
  modelsDir: string,
): readonly C[] {
  return choices.map((choice) => ({ ...choice, path: resolveModelPath(choice.path, modelsDir) }));
}
