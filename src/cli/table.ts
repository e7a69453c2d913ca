/** Aligned columns without rules: readable on a screen, cut by awk in a pipe. */
import { displayWidth } from './display-width.ts';

export interface Column {
  readonly header: string;
  /** Numbers stand right so that their digits line up. */
  readonly align?: 'left' | 'right';
}

/** One line per row beneath a line of headers; the last column is not padded. */
export function renderTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const lines = [columns.map(({ header }) => header), ...rows];
  const widths = columns.map((_, index) =>
    Math.max(...lines.map((cells) => displayWidth(cells[index] ?? ''))),
  );
  const cell = (text: string, index: number): string => {
    const padding = ' '.repeat((widths[index] ?? 0) - displayWidth(text));
    return columns[index]?.align === 'right' ? padding + text : text + padding;
  };
  return lines
    .map((cells) =>
      columns
        .map((_, index) => cell(cells[index] ?? '', index))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
