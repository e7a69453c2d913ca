/** Token pieces of a SentencePiece vocabulary and the text they make. */
import { RtError } from '../../base/errors.ts';
import { carryBytePiece, decodeCarriedBytes } from './byte-pieces.ts';

/** Marks the beginning of a word in a piece (U+2581). */
export const WORD_MARK = '\u2581';

export interface Vocabulary {
  readonly size: number;
  readonly blankId: number;
  /** The piece of a token; the empty string for special tokens (`<unk>`, `<blk>`), which make no text. */
  piece(id: number): string;
  /** What stands between the brackets of a special token (`EOU`, `en-US`); undefined for a token that makes text. */
  special(id: number): string | undefined;
}

/**
 * Parses `tokens.txt`: one `piece id` per line, `<blk>` last.
 * @throws RtError model_invalid naming the line that does not fit
 */
export function parseVocabulary(text: string): Vocabulary {
  const pieces: string[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line === '') continue;
    const space = line.lastIndexOf(' ');
    const id = Number(line.slice(space + 1));
    if (space < 1 || id !== pieces.length) {
      throw new RtError(
        'model_invalid',
        `Line ${index + 1} of the vocabulary is not "piece ${pieces.length}"`,
      );
    }
    pieces.push(line.slice(0, space));
  }
  if (pieces.at(-1) !== '<blk>') {
    throw new RtError('model_invalid', 'The vocabulary does not end with <blk>', {
      hint: 'tokens.txt must list every token and the blank last, one "piece id" a line.',
    });
  }
  return createVocabulary(pieces.slice(0, -1));
}

const SPECIAL = /^<([^>]+)>$/;

/** The vocabulary of `pieces`, in the order of their ids; the blank is the class behind them. */
export function createVocabulary(pieces: readonly string[]): Vocabulary {
  const tokens = pieces.map((piece) => {
    const carried = carryBytePiece(piece);
    const special = SPECIAL.exec(carried)?.[1];
    return { text: special === undefined ? carried : '', special };
  });
  return {
    size: pieces.length,
    blankId: pieces.length,
    piece: (id) => tokens[id]?.text ?? '',
    special: (id) => tokens[id]?.special,
  };
}

/** @throws RtError model_invalid when the vocabulary is not the model's */
export function expectVocabulary(vocabulary: Vocabulary, tokens: number): void {
  if (vocabulary.size === tokens) return;
  throw new RtError('model_invalid', `The vocabulary has ${vocabulary.size} tokens, the model ${tokens}`, {
    hint: 'tokens.txt must come from the same export as the model file.',
  });
}

/** Joins pieces into text: bytes become characters, word marks spaces; leading spaces go. */
export function joinPieces(pieces: readonly string[]): string {
  return decodeCarriedBytes(pieces.join('')).replaceAll(WORD_MARK, ' ').trimStart();
}
