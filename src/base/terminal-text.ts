/**
 * Makes text from elsewhere safe to print: transcripts, ids and error messages of other machines could
 * otherwise move the cursor, recolour or retitle a terminal, or turn the order of what is read around.
 */
import { stripVTControlCharacters } from 'node:util';

export interface SafeTextOptions {
  /** Keep line feeds and tabs, for text that may have lines; otherwise they become spaces. */
  readonly multiline?: boolean;
}

/**
 * Removes escape sequences, control characters (C0, DEL, C1) and bidirectional controls; line breaks
 * and tabs become single spaces unless `multiline`. Lone surrogates become U+FFFD.
 */
export function safeText(text: string, options: SafeTextOptions = {}): string {
  const lines = stripVTControlCharacters(text).replace(/\r\n?|[\u0085\u2028\u2029]/gu, '\n');
  const kept = options.multiline ? lines : lines.replace(/[\n\t]+/gu, ' ');
  return kept.replace(/(?![\n\t])\p{Cc}|\p{Bidi_Control}/gu, '').replace(/\p{Cs}/gu, '\ufffd');
}
