/** Reads the vocabulary of a model from whichever file its export has. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { messageOf, RtError } from '../../base/errors.ts';
import { createVocabulary, parseVocabulary, type Vocabulary } from '../asr/vocabulary.ts';
import { readSentencePieces } from './sentence-pieces.ts';

/**
 * @param path of `tokens.txt`, `vocab.txt` (one `piece id` a line), `tokenizer.json` or `tokenizer.model`
 * @throws RtError model_invalid
 */
export async function loadVocabulary(path: string): Promise<Vocabulary> {
  const name = basename(path);
  if (name.endsWith('.model')) return createVocabulary(readSentencePieces(await readFile(path), path));
  const text = await readFile(path, 'utf8');
  return name.endsWith('.json') ? parseTokenizer(text, path) : parseVocabulary(text);
}

interface Tokenizer {
  readonly model?: { readonly vocab?: unknown };
  readonly added_tokens?: readonly { readonly id: number; readonly content: string }[];
}

/** The pieces of a `tokenizer.json` (Hugging Face tokenizers, Unigram or BPE). */
function parseTokenizer(text: string, path: string): Vocabulary {
  let tokenizer: Tokenizer;
  try {
    tokenizer = JSON.parse(text) as Tokenizer;
  } catch (cause) {
    throw new RtError('model_invalid', `${path} is not JSON: ${messageOf(cause)}`, { cause });
  }
  const byId = new Map<number, string>();
  for (const [piece, id] of piecesOf(tokenizer.model?.vocab)) byId.set(id, piece);
  for (const { id, content } of tokenizer.added_tokens ?? []) byId.set(id, content);
  const pieces = Array.from({ length: byId.size }, (_, id) => {
    const piece = byId.get(id);
    if (piece === undefined) throw new RtError('model_invalid', `${path} has no piece for token ${id}`);
    return piece;
  });
  if (pieces.length === 0) throw new RtError('model_invalid', `${path} has no vocabulary`);
  const hasBlank = BLANKS.has(pieces.at(-1) ?? '');
  return createVocabulary(hasBlank ? pieces.slice(0, -1) : pieces);
}

const BLANKS: ReadonlySet<string> = new Set(['<blk>', '<blank>']);

function piecesOf(vocabulary: unknown): readonly (readonly [piece: string, id: number])[] {
  if (Array.isArray(vocabulary)) {
    return vocabulary.map((entry: unknown, id) => [String(Array.isArray(entry) ? entry[0] : entry), id]);
  }
  if (typeof vocabulary !== 'object' || vocabulary === null) return [];
  return Object.entries(vocabulary).map(([piece, id]) => [piece, Number(id)]);
}
