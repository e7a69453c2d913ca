import { Box } from 'ink';
import type { JSX } from 'react';
import { GAP } from '../column.ts';
import { Heading } from '../components/heading.tsx';
import { Line } from '../components/line.tsx';
import { cell } from '../format.ts';
import { type HelpEntry, helpEntries } from '../help-entries.ts';
import { placeOf } from '../list-place.ts';
import { screenBelowHelp } from '../ui.ts';
import type { Picture, ScreenProps } from './screen-props.ts';

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
    draw: () => <Help {...props} across={across} lines={lines.slice(offset, offset + list.pageRows)} />,
  };
}

/** Read downwards, column by column. */
function linesOf(entries: readonly HelpEntry[], across: number): readonly (readonly HelpEntry[])[] {
  const height = Math.ceil(entries.length / across);
  return Array.from({ length: height }, (_, line) =>
    entries.filter((_entry, index) => index % height === line),
  );
}

interface HelpProps extends ScreenProps {
  readonly across: number;
  readonly lines: readonly (readonly HelpEntry[])[];
}

function Help({ ui, columns, rows, theme, across, lines }: HelpProps): JSX.Element {
  const width = Math.floor((columns - 2) / across) - KEY_COLUMNS - GAP.length;
  return (
    <Box flexDirection="column" width={columns} height={rows}>
      <Heading title="KEYS" note={screenBelowHelp(ui)} width={columns} theme={theme} />
      {lines.map((entries, index) => (
        <Line
          key={index}
          theme={theme}
          gap=""
          spans={entries.flatMap(({ key, does }) => [
            { text: cell(key, { width: KEY_COLUMNS }, theme.glyphs), tone: 'strong' as const },
            { text: cell(does, { width }, theme.glyphs) + GAP, tone: 'plain' as const },
          ])}
        />
      ))}
    </Box>
  );
}
