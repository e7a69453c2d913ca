import { Box } from 'ink';
import type { JSX } from 'react';
import { window } from '../layout.ts';
import { NO_WORKERS } from '../hints.ts';
import type { Theme } from '../theme.ts';
import type { View } from '../view.ts';
import { workerColumns } from '../worker-columns.ts';
import { Heading } from './heading.tsx';
import { Line } from './line.tsx';
import { Table } from './table.tsx';

export interface PartProps {
  readonly view: View;
  readonly width: number;
  /** Lines besides heading and header. */
  readonly rows: number;
  readonly theme: Theme;
}

/** Every worker, how full it is and how fast it steps. */
export function WorkerTable({ view, width, rows, theme }: PartProps): JSX.Element {
  const { workers, totals } = view;
  const { shown, hidden } = window(workers, rows);
  const lost = workers.length - totals.liveWorkers;
  const note = [`${totals.liveWorkers} live`, ...(lost > 0 ? [`${lost} lost`] : [])].join(', ');
  return (
    <Box flexDirection="column" width={width} height={rows + 2}>
      <Heading title="WORKERS" note={workers.length === 0 ? '' : note} width={width} theme={theme} />
      {workers.length === 0 ? (
        <Line theme={theme} spans={[{ text: view.isWaiting ? '' : NO_WORKERS, tone: 'faint' }]} />
      ) : (
        <Table
          columns={workerColumns(workers, { width: width - 2, glyphs: theme.glyphs })}
          rows={shown}
          more={hidden === 0 ? '' : `and ${hidden} more: rt workers list`}
          theme={theme}
        />
      )}
    </Box>
  );
}
