import { Box } from 'ink';
import type { JSX } from 'react';
import { NO_WORKERS } from '../hints.ts';
import { window } from '../layout.ts';
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

/** The first workers, how full they are and how fast they step. */
export function WorkerTable({ view, width, rows, theme }: PartProps): JSX.Element {
  const { workers } = view;
  const { shown, hidden } = window(workers, rows);
  return (
    <Box flexDirection="column" width={width} height={rows + 2}>
      <Heading
        title="WORKERS"
        note={workers.length === 0 ? '' : lifeNote(view)}
        width={width}
        theme={theme}
      />
      {workers.length === 0 ? (
        <Line theme={theme} spans={[{ text: view.isWaiting ? '' : NO_WORKERS, tone: 'faint' }]} />
      ) : (
        <Table
          columns={workerColumns(workers, { width: width - 2, glyphs: theme.glyphs })}
          rows={shown}
          more={hidden === 0 ? '' : `and ${hidden} more: 2 shows all`}
          theme={theme}
        />
      )}
    </Box>
  );
}

/** `3 live, 1 lost`. */
export function lifeNote({ workers, totals }: View): string {
  const lost = workers.length - totals.liveWorkers;
  return [`${totals.liveWorkers} live`, ...(lost > 0 ? [`${lost} lost`] : [])].join(', ');
}
