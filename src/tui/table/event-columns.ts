/** The columns of the list of events, for the room there is. */
import { type Column, type ColumnRoom, fitting, GAP, widthOf } from '../drawing/column.ts';
import { dayAndTime, timeOfDay } from '../drawing/quantity-text.ts';
import type { Tone } from '../drawing/theme.ts';
import type { LoggedEvent } from '../state/event-log.ts';
import { longestId, ROOMY_COLUMNS, shortSessionId } from './id-columns.ts';

const TONES: Readonly<Record<LoggedEvent['type'], Tone>> = {
  'worker.ready': 'good',
  'worker.draining': 'warn',
  'worker.offline': 'bad',
  'session.started': 'plain',
  'session.ended': 'plain',
  'session.error': 'bad',
  failover: 'warn',
  reject: 'warn',
};

const LONGEST_TYPE = 15;
/** Below, workers are cut so that a reason has room. */
const WHOLE_WORKERS_FROM = 70;

export interface EventColumnOptions extends ColumnRoom {
  /** Now: what happened on another day says on which. */
  readonly date: Date;
}

/** Columns no wider than `width` together; the reason takes what is left. */
export function eventColumns(
  rows: readonly LoggedEvent[],
  { width, glyphs, date }: EventColumnOptions,
): readonly Column<LoggedEvent>[] {
  const named = (
    header: string,
    text: (event: LoggedEvent) => string,
    most: number,
  ): Column<LoggedEvent> => ({
    header,
    width: fitting(rows.map(text), header.length, most),
    // Ids of one fleet differ at their ends.
    keep: 'end',
    text: (event) => (text(event) === '' ? glyphs.none : text(event)),
  });
  const time = ({ at }: LoggedEvent): string => timeText(new Date(at), date, glyphs.none);
  const isRoomy = width >= ROOMY_COLUMNS;
  const longestWorker = width >= WHOLE_WORKERS_FROM ? 16 : 8;
  const first: readonly Column<LoggedEvent>[] = [
    { header: 'TIME', width: fitting(rows.map(time), 8, 11), text: time, tone: () => 'faint' },
    { header: 'EVENT', width: LONGEST_TYPE, text: ({ type }) => type, tone: ({ type }) => TONES[type] },
    isRoomy
      ? named('SESSION', ({ sessionId }) => sessionId, 17)
      : named('SESSION', ({ sessionId }) => shortSessionId(sessionId), 12),
    named('WORKER', ({ workerId }) => workerId, isRoomy ? longestId(width) : longestWorker),
    ...(isRoomy ? [named('GATEWAY', ({ gatewayId }) => gatewayId, longestId(width))] : []),
  ];
  const left = width - widthOf(first) - GAP.length;
  return [...first, { header: 'REASON', width: Math.max(4, left), text: ({ reason }) => reason }];
}

function timeText(at: Date, now: Date, none: string): string {
  if (Number.isNaN(at.getTime())) return none;
  return isSameDay(at, now) ? timeOfDay(at) : dayAndTime(at);
}

function isSameDay(a: Date, b: Date): boolean {
  return a.toDateString() === b.toDateString();
}
