/** Models of several languages that are told which one to expect, by its index (`prompt_index`). */
import { RtError } from '../../../base/errors.ts';
import type { Metadata } from '../../models/resolve/metadata-values.ts';
import { unfitModel } from '../../models/resolve/unfit-model.ts';

export interface LanguagePrompts {
  /** Languages the model can be told, as two-letter codes. */
  readonly languages: readonly string[];
  /**
   * Index for a BCP 47 tag; a region it does not know takes the language's first one.
   * @throws RtError language_unsupported
   */
  index(language: string): number;
}

const AUTO = 'auto';

/** @throws RtError model_invalid naming the metadata key */
export function readLanguagePrompts(metadata: Metadata): LanguagePrompts {
  const indices = parseDictionary(metadata.get('prompt_dictionary'));
  const autoIndex = metadata.get('auto_prompt_id');
  if (autoIndex !== undefined) indices.set(AUTO, parseIndex('auto_prompt_id', Number(autoIndex)));
  // Sessions that name no language, and the warm-up, need it.
  if (!indices.has(AUTO)) throw unfitModel('metadata key auto_prompt_id is missing');
  const tags = [...indices.keys()].filter((tag) => tag !== AUTO);
  return {
    languages: [...new Set(tags.map(primary))],
    index(language) {
      const tag = language.toLowerCase();
      const regional = tags.find((known) => primary(known) === primary(tag));
      const index = indices.get(tag) ?? indices.get(primary(tag)) ?? indices.get(regional ?? '');
      if (index !== undefined) return index;
      throw new RtError('language_unsupported', `The model cannot be told to expect "${language}"`, {
        hint: `It knows ${[...indices.keys()].join(', ')}.`,
      });
    },
  };
}

/** Tags in lower case: they are compared without case. */
function parseDictionary(text: string | undefined): Map<string, number> {
  if (text === undefined)
    throw unfitModel('it takes prompt_index, but metadata key prompt_dictionary is missing');
  const indices = new Map<string, number>();
  for (const [tag, index] of entriesOf(text)) {
    indices.set(tag.toLowerCase(), parseIndex(`prompt_dictionary["${tag}"]`, index));
  }
  return indices;
}

function entriesOf(text: string): readonly [string, unknown][] {
  try {
    return Object.entries(JSON.parse(text) as Record<string, unknown>);
  } catch (cause) {
    throw unfitModel('metadata key prompt_dictionary is not a JSON object', cause);
  }
}

function parseIndex(key: string, index: unknown): number {
  if (typeof index === 'number' && Number.isInteger(index) && index >= 0) return index;
  throw unfitModel(`metadata key ${key} is ${JSON.stringify(index)}, an index is due`);
}

function primary(tag: string): string {
  return tag.split('-')[0] ?? tag;
}
