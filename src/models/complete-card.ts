/** The card of a model that is complete on disk: every file it names is there and has its size. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type ModelCard, readCard } from './model-card.ts';

/** Undefined where there is no card or something is missing or cut. @throws RtError model_invalid for a broken card */
export async function completeCard(folder: string): Promise<ModelCard | undefined> {
  const card = await readCard(folder);
  for (const [name, { bytes }] of Object.entries(card?.files ?? {})) {
    const info = await stat(join(folder, name)).catch(() => undefined);
    if (info === undefined || (bytes !== undefined && info.size !== bytes)) return undefined;
  }
  return card;
}
