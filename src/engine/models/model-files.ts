/** The card beside the files of a model: which graph a folder stands for, and what each file must be. */
import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { messageOf, RtError } from '../../base/errors.ts';
import { sha256OfFile } from './file-sum.ts';

export interface CardFile {
  readonly sha256?: string;
  readonly bytes?: number;
  /** The plain file whose weights and words this delta file has. */
  readonly mirrors?: string;
  /** File with the weights of this one. */
  readonly weights?: string;
}

/** What a `card.json` may say. */
export interface Card {
  readonly name?: string;
  readonly default?: string;
  readonly languages?: readonly string[];
  /** How much later than a word begins its first token comes; words are placed so much earlier. */
  readonly word_delay_ms?: number;
  readonly files?: Readonly<Record<string, CardFile>>;
}

/** The graph that a folder stands for: the default, or the delta file that mirrors it and costs less. */
export function preferredGraph(card: Card): string {
  const usual = card.default ?? 'model.onnx';
  const mirror = Object.entries(card.files ?? {}).find(([, file]) => file.mirrors === usual);
  return mirror?.[0] ?? usual;
}

/**
 * Verifies one model file against the card beside it.
 * @throws RtError model_invalid
 */
export async function verifyModelFile(path: string): Promise<void> {
  await verify(dirname(path), await readCard(join(dirname(path), 'card.json')), basename(path));
}

/** The card at `path`, empty where there is none. @throws RtError model_invalid when it is not JSON */
export async function readCard(path: string): Promise<Card> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch {
    return {};
  }
  try {
    return JSON.parse(text) as Card;
  } catch (cause) {
    throw new RtError('model_invalid', `${path} is not JSON: ${messageOf(cause)}`, { cause });
  }
}

async function verify(folder: string, card: Card, name: string): Promise<void> {
  const path = join(folder, name);
  const info = await stat(path).catch((cause: unknown) => {
    throw new RtError('model_invalid', `The model file ${path} is missing`, { cause });
  });
  const expected = card.files?.[name];
  if (expected?.weights !== undefined) await verify(folder, card, expected.weights);
  const hint = 'Fetch the file again; its card.json says what it must be.';
  if (expected?.bytes !== undefined && info.size !== expected.bytes) {
    throw new RtError('model_invalid', `${path} has ${info.size} bytes, its card says ${expected.bytes}`, {
      hint,
    });
  }
  if (expected?.sha256 !== undefined && (await sha256OfFile(path)) !== expected.sha256) {
    throw new RtError('model_invalid', `${path} has another sha256 than its card says`, { hint });
  }
}
