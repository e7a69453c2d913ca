/** The columns of one session's transcript, and of its durable events. */
import { type Column, GAP } from '../drawing/column.ts';
import type { TranscriptRow } from '../list/transcript-rows.ts';

const CONFIDENCE_COLUMNS = 4;
const POSITION_COLUMNS = 9;
const RANGE_COLUMNS = 17;

/** Columns of finals, as wide as `width` together. */
export function textColumns(width: number, areWordsShown: boolean): readonly Column<TranscriptRow>[] {
  const atColumns = areWordsShown ? RANGE_COLUMNS : POSITION_COLUMNS;
  const room = Math.max(8, width - atColumns - CONFIDENCE_COLUMNS - 2 * GAP.length);
  return [
    { header: 'AT', width: atColumns, text: ({ at }) => at, tone: () => 'faint' },
    { header: 'TEXT', width: room, text: ({ text }) => text },
    {
      header: 'CONF',
      width: CONFIDENCE_COLUMNS,
      align: 'right',
      text: ({ note }) => note,
      tone: () => 'faint',
    },
  ];
}

const SEQ_COLUMNS = 5;
const EVENT_COLUMNS = 16;

/** Columns of durable events, as wide as `width` together. */
export function durableColumns(width: number): readonly Column<TranscriptRow>[] {
  const room = Math.max(8, width - SEQ_COLUMNS - POSITION_COLUMNS - EVENT_COLUMNS - 3 * GAP.length);
  return [
    { header: 'SEQ', width: SEQ_COLUMNS, align: 'right', text: ({ id }) => id },
    { header: 'AT', width: POSITION_COLUMNS, text: ({ at }) => at, tone: () => 'faint' },
    { header: 'EVENT', width: EVENT_COLUMNS, text: ({ note }) => note },
    { header: 'DETAIL', width: room, text: ({ text }) => text },
  ];
}
