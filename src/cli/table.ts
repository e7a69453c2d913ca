/** Aligned columns without rules: readable on a screen, cut by awk in a pipe. */
import { safeText } from '../base/terminal-text.ts';
import { displayWidth } from '../base/display-width.ts';

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

type Field = string | number | boolean | null | readonly string[];

/** One line per field, names in a column; lists on one line, absent values as a dash. */
export function renderRecord(record: Readonly<Record<string, Field>>): string {
  const width = Math.max(...Object.keys(record).map((name) => name.length));
  return Object.entries(record)
    .map(([name, value]) => `${name.padEnd(width)}  ${safeText(fieldText(value))}`)
    .join('\n');
}

function fieldText(value: Field): string {
  if (value === null || value === '') return '-';
  if (typeof value !== 'object') return String(value);
  return value.length === 0 ? '-' : value.join(' ');
}
