/**
 * The screen as data: lines of spans, put together by plain functions and made text at the very end.
 *
 * A monitor writes some ten thousand cells a picture, four times a second. Laid out as boxes of a component tree,
 * each of those cells is an object several times over; as lines, a picture costs what its texts cost.
 */
import { displayWidth, keepStart } from '../../base/display-width.ts';
import { GAP, type Span } from './column.ts';
import type { Theme, Tone } from './theme.ts';

/** One line of the screen, one column in from the left. */
export interface Line {
  readonly spans: readonly Span[];
  /** Marked in the first column, and inverse where there are colours. */
  readonly isChosen: boolean;
}

export const EMPTY_LINE: Line = { spans: [], isChosen: false };

export interface LineOptions {
  /** Between two spans. */
  readonly gap?: string;
  readonly isChosen?: boolean;
}

/** `spans` side by side. */
export function lineOf(spans: readonly Span[], { gap = GAP, isChosen = false }: LineOptions = {}): Line {
  const spaced = spans.map((span, index) => (index === 0 ? span : { ...span, text: gap + span.text }));
  return { spans: spaced, isChosen };
}

/** One text in one tone. */
export function textLine(text: string, tone: Tone = 'plain'): Line {
  return lineOf([{ text, tone }]);
}

/** `count` empty lines. */
export function emptyLines(count: number): readonly Line[] {
  return Array.from({ length: count }, () => EMPTY_LINE);
}

/** `lines` as exactly `rows` of them: the last are cut off, or empty ones follow. */
export function exactly(lines: readonly Line[], rows: number): readonly Line[] {
  return [...lines.slice(0, rows), ...emptyLines(Math.max(0, rows - lines.length))];
}

/** Both side by side, `right` beginning at `column`; neither holds a chosen line. */
export function beside(left: readonly Line[], right: readonly Line[], column: number): readonly Line[] {
  return Array.from({ length: Math.max(left.length, right.length) }, (_, row) => {
    const { spans } = left[row] ?? EMPTY_LINE;
    const padding = ' '.repeat(Math.max(0, column - spansWidth(spans)));
    return lineOf([...spans, { text: padding, tone: 'plain' }, ...(right[row] ?? EMPTY_LINE).spans], {
      gap: '',
    });
  });
}

/** Columns of `spans`, without gaps. */
export function spansWidth(spans: readonly Span[]): number {
  return spans.reduce((sum, { text }) => sum + displayWidth(text), 0);
}

/** `line` as it is written to a terminal of `columns`: what has no room is cut off, spaces at the end are left out. */
export function lineText(
  { spans, isChosen }: Line,
  { columns, theme }: { readonly columns: number; readonly theme: Theme },
): string {
  const { glyphs, hasColor, styles } = theme;
  const mark: Span = { text: isChosen ? glyphs.chosen : ' ', tone: 'plain' };
  const fitting = fittingSpans([mark, ...spans], columns, glyphs.ellipsis);
  const isInverse = isChosen && hasColor;
  const text = (isInverse ? fitting : withoutEndSpaces(fitting))
    .map(({ text: shown, tone }) => (shown === '' ? '' : styles[tone].open + shown + styles[tone].close))
    .join('');
  return isInverse ? `\u001b[7m${text}\u001b[27m` : text;
}

function fittingSpans(spans: readonly Span[], columns: number, ellipsis: string): readonly Span[] {
  if (spansWidth(spans) <= columns) return spans;
  let left = columns;
  return spans.map((span) => {
    const text = keepStart(span.text, left, ellipsis);
    // Nothing follows what was cut.
    left = text === span.text ? left - displayWidth(text) : 0;
    return { ...span, text };
  });
}

/** Spaces have no colour, and need not be written where a line was erased. */
function withoutEndSpaces(spans: readonly Span[]): readonly Span[] {
  const last = spans.findLastIndex(({ text }) => text.trimEnd() !== '');
  return spans
    .slice(0, last + 1)
    .map((span, index) => (index === last ? { ...span, text: span.text.trimEnd() } : span));
}
