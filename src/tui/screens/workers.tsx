import { Box } from 'ink';
import { pageOf } from '../arrange.ts';
import { Heading } from '../components/heading.tsx';
import { Line } from '../components/line.tsx';
import { Table } from '../components/table.tsx';
import { lifeNote } from '../components/worker-table.tsx';
import { NO_MATCH, NO_WORKERS } from '../hints.ts';
import { TABLE_FRAME_ROWS } from '../layout.ts';
import { WORKER_ROWS } from '../listings.ts';
import { pageNote } from '../page-note.ts';
import { workerColumns } from '../worker-columns.ts';
import type { Picture, ScreenProps } from './screen-props.ts';

/** Every worker, on the whole screen. */
export function workersScreen(props: ScreenProps): Picture {
  const { view, ui, columns: width, rows, theme, hasKeyboard } = props;
  const { glyphs } = theme;
  const page = pageOf(view.workers, WORKER_ROWS, { ui, pageRows: rows - TABLE_FRAME_ROWS });
  const empty = view.workers.length === 0 ? NO_WORKERS : NO_MATCH;
  const draw = () => (
    <Box flexDirection="column" width={width} height={rows}>
      <Heading
        title="WORKERS"
        note={view.workers.length === 0 ? '' : `${pageNote(page, ui, glyphs)}  ${lifeNote(view)}`}
        width={width}
        theme={theme}
      />
      {page.matching.length === 0 ? (
        <Line theme={theme} spans={[{ text: view.isWaiting ? '' : empty, tone: 'faint' }]} />
      ) : (
        <Table
          columns={workerColumns(page.matching, { width: width - 2, glyphs, isWide: ui.isWide })}
          rows={page.shown}
          chosen={hasKeyboard ? page.chosen : -1}
          more=""
          theme={theme}
        />
      )}
    </Box>
  );
  return { list: page.list, draw };
}
