/** The columns of the list of events, for the room there is. */
import { type Column, type ColumnRoom, fitting, GAP, widthOf } from '../drawing/column.ts';
import { timeOfDay } from '../drawing/quantity-text.ts';
import type { Tone } from '../drawing/theme.ts';
import type { LoggedEvent } from '../state/store.ts';
import { ROOMY_COLUMNS } from './session-id-column.ts';

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
    text: (event) => (text(event) === '' ? glyphs.none : text(event)),
  });
  const isRoomy = width >= ROOMY_COLUMNS;
  const first: readonly Column<LoggedEvent>[] = [
    { header: 'TIME', width: 8, text: ({ at }) => timeText(at, glyphs.none), tone: () => 'faint' },
    { header: 'EVENT', width: LONGEST_TYPE, text: ({ type }) => type, tone: ({ type }) => TONES[type] },
    named('SESSION', ({ sessionId }) => sessionId, 17),
    named('WORKER', ({ workerId }) => workerId, isRoomy ? 20 : 14),
    ...(isRoomy ? [named('GATEWAY', ({ gatewayId }) => gatewayId, 20)] : []),
  ];
  const left = width - widthOf(first) - GAP.length;
  return [...first, { header: 'REASON', width: Math.max(4, left), text: ({ reason }) => reason }];
}

function timeText(at: string, none: string): string {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? none : timeOfDay(date);
}
