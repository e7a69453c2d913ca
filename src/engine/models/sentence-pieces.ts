/**
 * The pieces of a SentencePiece model (`tokenizer.model`): field 1 of its ModelProto, once per token in the
 * order of the ids; in it field 1 is the piece (sentencepiece_model.proto).
 */
import { RtError } from '../../base/errors.ts';
import { protobufFields } from './protobuf-fields.ts';

const PIECES_FIELD = 1;
const PIECE_FIELD = 1;

/** @throws RtError model_invalid for a file that is cut or has no pieces */
export function readSentencePieces(file: Buffer, path: string): readonly string[] {
  const pieces = (protobufFields(file) ?? [])
    .filter(({ field }) => field === PIECES_FIELD)
    .map(({ bytes }) => pieceOf(bytes));
  if (pieces.length === 0 || pieces.includes('')) {
    throw new RtError('model_invalid', `${path} is damaged or not a SentencePiece model`, {
      hint: 'Fetch the file again, or put a tokens.txt beside it: one "piece id" a line, "<blk> N" last.',
    });
  }
  return pieces;
}

/** Empty for what holds none. */
function pieceOf(message: Buffer = Buffer.alloc(0)): string {
  const piece = protobufFields(message)?.find(({ field }) => field === PIECE_FIELD);
  return piece?.bytes?.toString('utf8') ?? '';
}
