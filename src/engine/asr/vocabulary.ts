/** Token pieces of a SentencePiece vocabulary and the text they make. */
import { RtError } from '../../base/errors.ts';

/** Marks the beginning of a word in a piece (U+2581). */
export const WORD_MARK = '\u2581';

export interface Vocabulary {
  readonly size: number;
  readonly blankId: number;
  /** The piece of a token; the empty string for special tokens (`<unk>`, `<blk>`), which make no text. */
  piece(id: number): string;
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
  const blankId = pieces.length - 1;
  if (pieces[blankId] !== '<blk>') {
    throw new RtError('model_invalid', 'The vocabulary does not end with <blk>', {
      hint: 'tokens.txt must list every token and the blank last, one "piece id" a line.',
    });
  }
  const special = /^<[^>]*>$/;
  const texts = pieces.map((piece) => (special.test(piece) ? '' : piece));
  return { size: blankId, blankId, piece: (id) => texts[id] ?? '' };
}

/** @throws RtError model_invalid when the vocabulary is not the model's */
export function expectVocabulary(vocabulary: Vocabulary, tokens: number): void {
  if (vocabulary.size === tokens) return;
  throw new RtError('model_invalid', `The vocabulary has ${vocabulary.size} tokens, the model ${tokens}`, {
    hint: 'tokens.txt must come from the same export as the model file.',
  });
}

/** Joins pieces into text: word marks become spaces, one leading space goes. */
export function joinPieces(pieces: readonly string[]): string {
  return pieces.join('').replaceAll(WORD_MARK, ' ').trimStart();
}
