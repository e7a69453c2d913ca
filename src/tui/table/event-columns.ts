/** The columns of the list of events, for the room there is. */
import { type Column, type ColumnRoom, fitting, GAP, widthOf } from '../drawing/column.ts';
import { timeOfDay } from '../drawing/quantity-text.ts';
import type { Tone } from '../drawing/theme.ts';
import type { LoggedEvent } from '../state/store.ts';
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
/** Below, ids are cut so that a reason has room. */
const WHOLE_IDS_FROM = 70;

/** Columns no wider than `width` together; the reason takes what is left. */
export function eventColumns(
  rows: readonly LoggedEvent[],
  { width, glyphs }: ColumnRoom,
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
  const isRoomy = width >= ROOMY_COLUMNS;
  const isNarrow = width < WHOLE_IDS_FROM;
  const longestWorker = isRoomy ? longestId(width) : 14;
  const first: readonly Column<LoggedEvent>[] = [
    { header: 'TIME', width: 8, text: ({ at }) => timeText(at, glyphs.none), tone: () => 'faint' },
    { header: 'EVENT', width: LONGEST_TYPE, text: ({ type }) => type, tone: ({ type }) => TONES[type] },
    isNarrow
      ? named('SESSION', ({ sessionId }) => shortSessionId(sessionId), 12)
      : named('SESSION', ({ sessionId }) => sessionId, 17),
    named('WORKER', ({ workerId }) => workerId, isNarrow ? 8 : longestWorker),
    ...(isRoomy ? [named('GATEWAY', ({ gatewayId }) => gatewayId, longestId(width))] : []),
  ];
  const left = width - widthOf(first) - GAP.length;
  return [...first, { header: 'REASON', width: Math.max(4, left), text: ({ reason }) => reason }];
}

function timeText(at: string, none: string): string {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? none : timeOfDay(date);
}
