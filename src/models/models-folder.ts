/** Where a model and what its pull needs lie. Everything is inside one folder, so that renaming is atomic. */
import { basename, dirname, join, resolve } from 'node:path';

export interface ModelPlaces {
  /** The model, complete or absent. */
  readonly folder: string;
  /** What has come so far. */
  readonly staging: string;
  /** Held by the process that pulls. */
  readonly lock: string;
}

/** Below `modelsDir`, or in the folder `to`. */
export function placesOf(
  id: string,
  where: { readonly modelsDir: string; readonly to?: string | undefined },
): ModelPlaces {
  const folder = resolve(where.to ?? join(where.modelsDir, id));
  const hidden = join(dirname(folder), `.${basename(folder)}`);
  return { folder, staging: `${hidden}.partial`, lock: `${hidden}.lock` };
}

/** What the first pull of `id` brought, wherever it was put. */
export function recordPath(modelsDir: string, id: string): string {
  return join(modelsDir, '.first-seen', `${id}.json`);
}
