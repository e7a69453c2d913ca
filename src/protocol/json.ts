/**
 * Text from a socket to a JSON object. Size is checked first, then depth, and only then does
 * JSON.parse see the text, so that no input costs more than reading it twice. NaN and Infinity are
 * not JSON and are refused; of a repeated key the last one counts.
 */
const MAX_DEPTH = 16;

export type JsonObject = Readonly<Record<string, unknown>>;

/** A message that cannot be understood; `reason` is for the person who sent it. */
export interface InvalidMessage {
  readonly type: 'invalid';
  readonly reason: string;
}

/** The message that says why. */
export function invalid(reason: string): InvalidMessage {
  return { type: 'invalid', reason };
}

/** Parses an object of at most `maxChars` UTF-16 units, or says what is wrong; never throws. */
export function parseJsonObject(
  text: string,
  maxChars: number,
): { readonly type: 'object'; readonly object: JsonObject } | InvalidMessage {
  if (text.length > maxChars) {
    return invalid(`message of ${String(text.length)} characters; at most ${String(maxChars)} are read`);
  }
  if (isDeeperThan(text, MAX_DEPTH)) return invalid(`nested deeper than ${String(MAX_DEPTH)} levels`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The engine's own message quotes the text, which may be a transcript or a token.
    return invalid('not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return invalid('not a JSON object');
  return { type: 'object', object: value as JsonObject };
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Counts brackets outside of strings; on text that is not JSON the answer does not matter. */
function isDeeperThan(text: string, maxDepth: number): boolean {
  let depth = 0;
  let isInString = false;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (isInString) {
      if (unit === BACKSLASH) i += 1;
      else if (unit === QUOTE) isInString = false;
    } else if (unit === QUOTE) isInString = true;
    else if (unit === 0x5b || unit === 0x7b) {
      depth += 1;
      if (depth > maxDepth) return true;
    } else if (unit === 0x5d || unit === 0x7d) depth -= 1;
  }
  return false;
}

/** Remote text made fit for a one-line message: no control characters, at most `maxChars`. */
export function quote(text: string, maxChars: number = 40): string {
  const printable = text.slice(0, maxChars * 4).replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, '');
  const characters = Array.from(printable);
  return characters.length <= maxChars ? `"${printable}"` : `"${characters.slice(0, maxChars).join('')}…"`;
}

/** Parses a JSON array of strings of at most `maxChars`; undefined for anything else. */
export function parseStringList(text: string, maxChars: number): readonly string[] | undefined {
  if (text.length > maxChars || isDeeperThan(text, 1)) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : undefined;
  } catch {
    return undefined;
  }
}
