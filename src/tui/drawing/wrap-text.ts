/** Breaks text into lines for a screen, by the columns its characters take. */
import { displayWidth } from '../../base/display-width.ts';

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** Lines of at most `columns` (2 or more), broken at spaces where there are any; one empty line of an empty text. */
export function wrapToColumns(text: string, columns: number): readonly string[] {
  if (displayWidth(text) <= columns) return [text];
  const lines: string[] = [];
  let line = '';
  let width = 0;
  const put = (part: string, partWidth: number, space: 0 | 1): void => {
    if (line !== '' && width + space + partWidth > columns) {
      lines.push(line);
      line = '';
      width = 0;
    }
    const gap = line === '' ? '' : ' '.repeat(space);
    line += gap + part;
    width += gap.length + partWidth;
  };
  for (const word of text.split(' ').filter((part) => part !== '')) {
    const wordWidth = displayWidth(word);
    if (wordWidth <= columns) {
      put(word, wordWidth, 1);
      continue;
    }
    // Longer than a line, as sentences are that know no spaces: broken between any two characters.
    Array.from(graphemes.segment(word)).forEach(({ segment }, index) => {
      put(segment, displayWidth(segment), index === 0 ? 1 : 0);
    });
  }
  return line === '' ? lines : [...lines, line];
}
