/** The `card.json` beside the files of a model: what they are and what they must be. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, RtError } from '../base/errors.ts';
import type { DecoderKind, Family } from '../engine/models/model-kind.ts';
import type { FileRole } from './catalogue-entry.ts';

export const CARD_NAME = 'card.json';

export interface CardFile {
  readonly bytes?: number;
  readonly sha256?: string;
  readonly role?: FileRole;
}

/** Cards of other origin may have fewer fields and more. */
export interface ModelCard {
  readonly id?: string;
  readonly name?: string;
  readonly family?: Family;
  readonly decoder?: DecoderKind;
  readonly precision?: string;
  readonly languages?: readonly string[];
  readonly license?: string;
  readonly chunk_ms?: number;
  /** The graph that is loaded when only the folder is named. */
  readonly default?: string;
  readonly source?: { readonly url: string; readonly revision?: string };
  readonly pulled_at?: string;
  readonly files?: Readonly<Record<string, CardFile>>;
}

/** The card of `folder`, undefined where there is none. @throws RtError model_invalid */
export async function readCard(folder: string): Promise<ModelCard | undefined> {
  const path = join(folder, CARD_NAME);
  let content: string;
  try {
    content = await readFile(path, 'utf8');
  } catch {
    return undefined;
  }
  let card: unknown;
  try {
    card = JSON.parse(content);
  } catch (cause) {
    throw new RtError('model_invalid', `${path} is not JSON: ${messageOf(cause)}`, { cause });
  }
  if (typeof card !== 'object' || card === null || Array.isArray(card)) {
    throw new RtError('model_invalid', `${path} is not a JSON object`);
  }
  return card;
}

export async function writeCard(folder: string, card: ModelCard): Promise<void> {
  await writeFile(join(folder, CARD_NAME), `${JSON.stringify(card, null, 2)}\n`);
}
