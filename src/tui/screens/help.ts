import { screenBelowHelp } from '../choice/ui.ts';
import { cell } from '../drawing/cell.ts';
import { GAP } from '../drawing/column.ts';
import { exactly, type Line, lineOf } from '../drawing/line.ts';
import { type HelpEntry, helpEntries } from '../keys/help-entries.ts';
import { placeOf } from '../list/list-place.ts';
import { heading } from '../parts/heading.ts';
import type { Picture, ScreenProps } from './screen.ts';

const LEAST_COLUMNS = 38;
const KEY_COLUMNS = 10;
const HEADING_ROWS = 1;

/** Every key of the screen below and what it does, from the table that decides it. */
export function helpScreen(props: ScreenProps): Picture {
  const { ui, columns, rows } = props;
  const entries = helpEntries(screenBelowHelp(ui));
  const across = Math.max(1, Math.floor(columns / LEAST_COLUMNS));
  const lines = linesOf(entries, across);
  const list = {
    items: lines.map((_, index) => ({ id: String(index), about: undefined })),
    pageRows: rows - HEADING_ROWS,
  };
  const { offset } = placeOf(ui.lists.help, list);
  return {
    list,
    draw: () => help({ ...props, across, lines: lines.slice(offset, offset + list.pageRows) }),
  };
}

/** Read downwards, column by column. */
function linesOf(entries: readonly HelpEntry[], across: number): readonly (readonly HelpEntry[])[] {
  const height = Math.ceil(entries.length / across);
  return Array.from({ length: height }, (_, line) =>
    entries.filter((_entry, index) => index % height === line),
  );
}

interface HelpOptions extends ScreenProps {
  readonly across: number;
  readonly lines: readonly (readonly HelpEntry[])[];
}

function help({ ui, columns, rows, theme, across, lines }: HelpOptions): readonly Line[] {
  const width = Math.floor((columns - 2) / across) - KEY_COLUMNS - GAP.length;
  const title = heading({ title: 'KEYS', note: screenBelowHelp(ui), width: columns, theme });
  const entryLine = (entries: readonly HelpEntry[]): Line =>
    lineOf(
      entries.flatMap(({ key, does }) => [
        { text: cell(key, { width: KEY_COLUMNS }, theme.glyphs), tone: 'strong' as const },
        { text: cell(does, { width }, theme.glyphs) + GAP, tone: 'plain' as const },
      ]),
      { gap: '' },
    );
  return exactly([title, ...lines.map(entryLine)], rows);
}
