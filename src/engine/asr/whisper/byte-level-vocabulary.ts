/**
 * The tokens of a byte-level BPE `tokenizer.json` and the bytes they stand for. Only decoding: a piece is
 * written with one character per byte (GPT-2's table), and text is UTF-8 over the bytes of many tokens, so
 * a token alone may be half a character.
 */
import { isRecord, type JsonFile, unfitField } from './json-fields.ts';

export interface ByteLevelVocabulary {
  /** Bytes of a text token; undefined for special tokens and for ids that are none. */
  bytesOf(id: number): Uint8Array | undefined;
  /** Id of a special token by what it is called, for example `<|transcribe|>`. */
  specialId(content: string): number | undefined;
  /** Ids of all special tokens by what they are called. */
  readonly specials: ReadonlyMap<string, number>;
}

/**
 * @param file tokenizer.json
 * @throws RtError model_invalid naming what does not fit
 */
export function parseByteLevelVocabulary(file: JsonFile): ByteLevelVocabulary {
  const specials = readSpecials(file);
  const model = file.fields['model'];
  const pieces = isRecord(model) ? model['vocab'] : undefined;
  if (!isRecord(pieces)) throw unfitField(file.name, 'has no model.vocab; a byte-level BPE tokenizer is due');
  const specialIds = new Set(specials.values());
  const bytes: (Uint8Array | undefined)[] = [];
  for (const [piece, id] of Object.entries(pieces)) {
    if (typeof id !== 'number') throw unfitField(file.name, `gives the piece ${piece} no id`);
    if (!specialIds.has(id)) bytes[id] = pieceBytes(piece, file.name);
  }
  return {
    bytesOf: (id) => bytes[id],
    specialId: (content) => specials.get(content),
    specials,
  };
}

/** Text of a run of bytes; what is not UTF-8 becomes U+FFFD. */
export function decodeBytes(parts: readonly Uint8Array[]): string {
  return decoder.decode(Buffer.concat(parts));
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

function readSpecials(file: JsonFile): ReadonlyMap<string, number> {
  const added = file.fields['added_tokens'];
  if (!Array.isArray(added)) throw unfitField(file.name, 'has no added_tokens');
  const specials = new Map<string, number>();
  for (const token of added as readonly unknown[]) {
    if (!isRecord(token) || typeof token['content'] !== 'string' || typeof token['id'] !== 'number') {
      throw unfitField(file.name, 'has an entry of added_tokens without id and content');
    }
    specials.set(token['content'], token['id']);
  }
  return specials;
}

function pieceBytes(piece: string, name: string): Uint8Array {
  return Uint8Array.from(piece, (character) => {
    const byte = BYTE_OF.get(character);
    if (byte === undefined) throw unfitField(name, `has the piece ${piece}, which is not byte-level`);
    return byte;
  });
}

/** Printable Latin-1 stands for itself, the other bytes for U+0100 and on in order. Source: GPT-2. */
const BYTE_OF: ReadonlyMap<string, number> = byteTable();

function byteTable(): Map<string, number> {
  const table = new Map<string, number>();
  let shifted = 0x100;
  for (let byte = 0; byte < 256; byte++) {
    const isPrintable = (byte > 0x20 && byte < 0x7f) || (byte > 0xa0 && byte !== 0xad);
    table.set(String.fromCodePoint(isPrintable ? byte : shifted++), byte);
  }
  return table;
}
