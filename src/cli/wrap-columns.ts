/** Breaks text into lines by the columns it takes on a terminal. */
import { displayWidth } from '../base/display-width.ts';

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** Lines of at most `columns`, broken at spaces; words that are longer are cut, as text without spaces is. */
export function wrapColumns(text: string, columns: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ').filter((part) => part !== '')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (displayWidth(longer) <= columns) {
      line = longer;
      continue;
    }
    if (line !== '') lines.push(line);
    const pieces = cutColumns(word, columns);
    line = pieces.pop() ?? '';
    lines.push(...pieces);
  }
  return line === '' ? lines : [...lines, line];
}

function cutColumns(word: string, columns: number): string[] {
  const pieces: string[] = [];
  let piece = '';
  for (const { segment } of graphemes.segment(word)) {
    if (piece !== '' && displayWidth(piece + segment) > columns) {
      pieces.push(piece);
      piece = '';
    }
    piece += segment;
  }
  return [...pieces, piece];
}

/** The last `count` lines of `text`, with `ellipsis` in place of what stands before them. */
export function lastLines(
  text: string,
  fit: { readonly columns: number; readonly count: number; readonly ellipsis: string },
): readonly string[] {
  const { columns, count, ellipsis } = fit;
  const lines = wrapColumns(text, columns);
  if (lines.length <= count) return lines;
  // Broken from the beginning and not from the end: what stands does not move while text is added.
  const [first = '', ...rest] = wrapColumns(text, columns - displayWidth(ellipsis)).slice(-count);
  return [ellipsis + first, ...rest];
}
