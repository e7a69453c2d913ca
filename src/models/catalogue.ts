/** Every model `rt` knows by name. */
import { RtError } from '../base/errors.ts';
import { closest } from '../config/closest.ts';
import { BUNDLED } from './catalogue/bundled.ts';
import { FASTCONFORMER } from './catalogue/fastconformer.ts';
import { MOONSHINE } from './catalogue/moonshine.ts';
import { NEMOTRON } from './catalogue/nemotron.ts';
import { PARAKEET } from './catalogue/parakeet.ts';
import { WHISPER } from './catalogue/whisper.ts';
import { ZIPFORMER } from './catalogue/zipformer.ts';
import type { CatalogueEntry } from './catalogue-entry.ts';

/** Bundled ones first, then by family. */
export const CATALOGUE: readonly CatalogueEntry[] = [
  ...BUNDLED,
  ...NEMOTRON,
  ...FASTCONFORMER,
  ...PARAKEET,
  ...WHISPER,
  ...MOONSHINE,
  ...ZIPFORMER,
];

export function findEntry(id: string): CatalogueEntry | undefined {
  return CATALOGUE.find((entry) => entry.id === id);
}

/** The fault for an id nobody knows, with the one that was probably meant. */
export function unknownModel(id: string, code: 'not_found' | 'model_invalid'): RtError {
  const ids = CATALOGUE.map((entry) => entry.id);
  const meant = closest(id, ids);
  return new RtError(code, `There is no model ${id}`, {
    hint:
      meant === undefined
        ? 'List those there are with: rt models list'
        : `Did you mean ${meant}? List all with: rt models list`,
  });
}
