/** The columns of live text, for the room there is. */
import { keepEnd } from '../../base/display-width.ts';
import { type Column, type ColumnRoom, GAP, widthOf } from '../drawing/column.ts';
import { timeOfDay } from '../drawing/quantity-text.ts';
import type { Tone } from '../drawing/theme.ts';
import type { SpokenRow } from '../list/spoken-rows.ts';
import { sessionIdColumn } from './id-columns.ts';

const TONES: Readonly<Record<SpokenRow['kind'], Tone>> = { final: 'plain', partial: 'faint', gap: 'warn' };

export interface SpokenColumnOptions extends ColumnRoom {
  readonly isTextHidden: boolean;
}

/** Columns no wider than `width` together; the text takes what is left, of what may still change its end. */
export function spokenColumns(
  rows: readonly SpokenRow[],
  { width, glyphs, isTextHidden }: SpokenColumnOptions,
): readonly Column<SpokenRow>[] {
  const first: readonly Column<SpokenRow>[] = [
    {
      header: 'TIME',
      width: 8,
      text: ({ date }) => (date === undefined ? '' : timeOfDay(date)),
      tone: () => 'faint',
    },
    sessionIdColumn(rows, ({ sessionId }) => sessionId, width),
    { header: 'LANG', width: 5, text: ({ language }) => language },
    {
      header: '',
      width: 1,
      text: ({ kind }) => markOf(kind, glyphs.partial),
      tone: ({ kind }) => (kind === 'gap' ? 'warn' : 'accent'),
    },
  ];
  const room = Math.max(8, width - widthOf(first) - GAP.length);
  const text = (row: SpokenRow): string => {
    if (isTextHidden && row.kind !== 'gap') return 'hidden';
    return row.kind === 'partial' ? keepEnd(row.text, room, glyphs.ellipsis) : row.text;
  };
  return [...first, { header: 'TEXT', width: room, text, tone: ({ kind }) => TONES[kind] }];
}

function markOf(kind: SpokenRow['kind'], partial: string): string {
  if (kind === 'final') return '';
  return kind === 'gap' ? '~' : partial;
}
