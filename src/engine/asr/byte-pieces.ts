/**
 * Byte pieces (`<0xE2>`): vocabularies with byte fallback spell what has no piece of its own as bytes of
 * UTF-8. A byte is carried in text as a lone surrogate, U+DC00 + byte, which no valid text holds (the way
 * of Python's `surrogateescape`), and becomes a character once its last byte is there.
 */

const BYTE_PIECE = /^<0x([0-9A-Fa-f]{2})>$/;
const BYTE_BASE = 0xdc00;
/** With the u flag a surrogate matches only where it is not half of a pair. */
const BYTE_RUN = /[\udc00-\udcff]+/gu;

/** The carried form of a byte piece; any other piece as it is. */
export function carryBytePiece(piece: string): string {
  const hex = BYTE_PIECE.exec(piece)?.[1];
  return hex === undefined ? piece : String.fromCharCode(BYTE_BASE + Number.parseInt(hex, 16));
}

/** Text with carried bytes decoded. A character whose last byte is missing is left out, so text only grows. */
export function decodeCarriedBytes(text: string): string {
  return text.replace(BYTE_RUN, (run) => {
    const bytes = Uint8Array.from(run, (unit) => unit.charCodeAt(0) - BYTE_BASE);
    return new TextDecoder().decode(bytes, { stream: true });
  });
}
