/** The columns of the workers table, for the room there is. */
import { type Column, fitting, GAP, widthOf } from './column.ts';
import { ageText, bar, type Glyphs, msText, percentText } from './format.ts';
import type { WorkerRow, WorkerState } from './rows.ts';
import type { Tone } from './theme.ts';

const STATE_TONES: Readonly<Record<WorkerState, Tone>> = {
  READY: 'good',
  BUSY: 'accent',
  DRAIN: 'warn',
  LOST: 'bad',
};

const LONGEST_BAR = 20;
const SHORTEST_BAR = 4;
/** From these widths on the less important numbers have room as well. */
const FILL_FROM = 70;
const STEP_P50_FROM = 90;

export interface ColumnRoom {
  readonly width: number;
  readonly glyphs: Glyphs;
}

/** Columns no wider than `width` together; the bar takes what is left, or goes. */
export function workerColumns(
  rows: readonly WorkerRow[],
  { width, glyphs }: ColumnRoom,
): readonly Column<WorkerRow>[] {
  const orNone = (value: number | null, show: (value: number) => string): string =>
    value === null ? glyphs.none : show(value);
  const first: readonly Column<WorkerRow>[] = [
    {
      header: 'ID',
      width: fitting(
        rows.map(({ id }) => id),
        6,
        idColumns(width),
      ),
      text: ({ id }) => id,
    },
    { header: 'STATE', width: 5, text: ({ state }) => state, tone: ({ state }) => STATE_TONES[state] },
    {
      header: 'SESS',
      width: 7,
      align: 'right',
      text: ({ activeSessions, capacity }) => `${activeSessions}/${capacity}`,
    },
  ];
  const numbers: readonly Column<WorkerRow>[] = [
    ...(width >= STEP_P50_FROM
      ? [number('STEP P50', ({ stepP50Ms }) => orNone(stepP50Ms, (ms) => `${msText(ms)}ms`), 8)]
      : []),
    number('STEP P95', ({ stepP95Ms }) => orNone(stepP95Ms, (ms) => `${msText(ms)}ms`), 8),
    ...(width >= FILL_FROM
      ? [number('FILL', ({ batchFill }) => orNone(batchFill, (fill) => fill.toFixed(1)), 5)]
      : []),
    number('CPU', ({ cpuShare }) => orNone(cpuShare, percentText), 5),
    {
      ...number('BEAT', ({ beatAgeMs }) => ageText(beatAgeMs), 5),
      tone: ({ state }) => (state === 'LOST' ? 'bad' : 'plain'),
    },
  ];
  const left = width - widthOf([...first, ...numbers]) - GAP.length;
  return left < SHORTEST_BAR
    ? [...first, ...numbers]
    : [...first, load(Math.min(left, LONGEST_BAR), glyphs), ...numbers];
}

function idColumns(width: number): number {
  if (width >= STEP_P50_FROM) return 24;
  return width >= FILL_FROM ? 16 : 12;
}

function number(header: string, text: (row: WorkerRow) => string, width: number): Column<WorkerRow> {
  return { header, width, align: 'right', text };
}

function load(width: number, glyphs: Glyphs): Column<WorkerRow> {
  return {
    header: 'LOAD',
    width,
    text: ({ state, activeSessions, capacity }) =>
      bar(state === 'LOST' || capacity === 0 ? 0 : activeSessions / capacity, width, glyphs),
    tone: ({ state }) => (state === 'LOST' ? 'faint' : STATE_TONES[state]),
  };
}
