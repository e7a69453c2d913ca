/** How many terminal columns text takes: 2 for wide characters and emoji, 0 for marks that sit on others. */

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** East Asian wide and full-width ranges (UAX #11), and what is drawn as an emoji. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}|\ufe0f/u;
const INVISIBLE = /^[\p{M}\p{Cf}]+$/u;

/** Letters, rules and bars of one column each, none of which joins its neighbour: most of what is ever measured. */
const NARROW = /^[\x20-\x7e\u00a1-\u00ac\u00ae-\u024f\u2500-\u259f]*$/;

function columnsOf(grapheme: string): number {
  if (WIDE.test(grapheme)) return 2;
  return INVISIBLE.test(grapheme) ? 0 : 1;
}

/** Columns of `text`, which has no control characters. */
export function displayWidth(text: string): number {
  if (NARROW.test(text)) return text.length;
  let columns = 0;
  for (const { segment } of graphemes.segment(text)) columns += columnsOf(segment);
  return columns;
}

/** The end of `text` that fits into `columns`, with `ellipsis` in place of what was cut off before it. */
export function keepEnd(text: string, columns: number, ellipsis: string): string {
  if (displayWidth(text) <= columns) return text;
  const kept: string[] = [];
  let left = columns - displayWidth(ellipsis);
  for (const { segment } of Array.from(graphemes.segment(text)).reverse()) {
    left -= columnsOf(segment);
    if (left < 0) break;
    kept.push(segment);
  }
  return left < 0 && kept.length === 0 ? '' : ellipsis + kept.reverse().join('');
}

/** The beginning of `text` that fits into `columns`, with `ellipsis` in place of what was cut off after it. */
export function keepStart(text: string, columns: number, ellipsis: string): string {
  if (displayWidth(text) <= columns) return text;
  let kept = '';
  let left = columns - displayWidth(ellipsis);
  for (const { segment } of graphemes.segment(text)) {
    left -= columnsOf(segment);
    if (left < 0) break;
    kept += segment;
  }
  return left < 0 && kept === '' ? '' : kept + ellipsis;
}
