/** Texts in fixed widths. */
import { displayWidth, keepEnd, keepStart } from '../../base/display-width.ts';
import type { Glyphs } from './glyphs.ts';

export interface CellOptions {
  /** Columns, exactly. */
  readonly width: number;
  readonly align?: 'left' | 'right';
  /** Which part of a text that is too long stays. */
  readonly keep?: 'start' | 'end';
}

/** `text` in exactly `width` columns. */
export function cell(text: string, { width, align, keep }: CellOptions, glyphs: Glyphs): string {
  const shown = glyphs.isAscii ? toAscii(text) : text;
  const cut =
    keep === 'end' ? keepEnd(shown, width, glyphs.ellipsis) : keepStart(shown, width, glyphs.ellipsis);
  const padding = ' '.repeat(Math.max(0, width - displayWidth(cut)));
  return align === 'right' ? padding + cut : cut + padding;
}

/** Letters without their accents; anything else that is not ASCII becomes a question mark. */
export function toAscii(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^\x20-\x7e]/gu, '?');
}
