/** The columns of the workers table, for the room there is. */
import { bar } from '../drawing/bars.ts';
import { type Column, type ColumnRoom, fitting, fittingColumns, GAP, widthOf } from '../drawing/column.ts';
import type { Glyphs } from '../drawing/glyphs.ts';
import { ageText, bytesText, msText, percentText } from '../drawing/quantity-text.ts';
import type { Tone } from '../drawing/theme.ts';
import type { WorkerRow, WorkerState } from '../fleet/process-rows.ts';

export const STATE_TONES: Readonly<Record<WorkerState, Tone>> = {
  READY: 'good',
  BUSY: 'accent',
  CORDON: 'warn',
  DRAIN: 'warn',
  LOST: 'bad',
};

const LONGEST_BAR = 20;
const SHORTEST_BAR = 4;
/** From these widths on the less important numbers have room as well. */
const FILL_FROM = 70;
const STEP_P50_FROM = 90;

export interface WorkerColumnOptions extends ColumnRoom {
  /** More facts, no bar. */
  readonly isWide?: boolean;
}

/** Columns no wider than `width` together; the bar takes what is left, or goes. */
export function workerColumns(
  rows: readonly WorkerRow[],
  { width, glyphs, isWide = false }: WorkerColumnOptions,
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
      // Ids of one fleet differ at their ends.
      keep: 'end',
      text: ({ id }) => id,
    },
    {
      header: 'STATE',
      width: fitting(
        rows.map(({ state }) => state),
        5,
        6,
      ),
      text: ({ state }) => state,
      tone: ({ state }) => STATE_TONES[state],
    },
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
  if (isWide) return fittingColumns([...first, ...numbers, ...wideColumns(rows, orNone)], width);
  const left = width - widthOf([...first, ...numbers]) - GAP.length;
  return left < SHORTEST_BAR
    ? [...first, ...numbers]
    : [...first, load(Math.min(left, LONGEST_BAR), glyphs), ...numbers];
}

/** What the bar makes room for, what is missed most first. */
function wideColumns(
  rows: readonly WorkerRow[],
  orNone: (value: number | null, show: (value: number) => string) => string,
): readonly Column<WorkerRow>[] {
  const endpoints = fitting(
    rows.map(({ endpoint }) => endpoint),
    8,
    40,
  );
  const models = fitting(
    rows.map(({ models: names }) => names.join(' ')),
    6,
    60,
  );
  return [
    number('AUDIO', ({ audioRate }) => orNone(audioRate, (rate) => rate.toFixed(1)), 6),
    number('MEMORY', ({ rssBytes }) => orNone(rssBytes, bytesText), 8),
    { header: 'ENDPOINT', width: endpoints, text: ({ endpoint }) => endpoint },
    { header: 'MODELS', width: models, text: ({ models: names }) => names.join(' ') },
  ];
}

function idColumns(width: number): number {
  return width >= STEP_P50_FROM ? 24 : 16;
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
