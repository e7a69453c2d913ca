/** The columns of the tables of sessions, for the room there is. */
import { type Column, type ColumnRoom, fitting, fittingColumns, GAP, widthOf } from '../drawing/column.ts';
import { clockText, msText, secondsText } from '../drawing/quantity-text.ts';
import type { SessionReading } from '../fleet/readings.ts';
import { LAG_ALERT_S } from '../state/alerts.ts';
import { longestId, ROOMY_COLUMNS, sessionIdColumn } from './id-columns.ts';

const LEAST_TEXT = 8;

export interface SessionColumnOptions extends ColumnRoom {
  /** Nobody who looks over a shoulder shall read along. */
  readonly isTextHidden: boolean;
  /** More facts, less text. */
  readonly isWide?: boolean;
}

/** Columns no wider than `width` together; the text takes what is left and shows its end. */
export function sessionColumns(
  rows: readonly SessionReading[],
  { width, glyphs, isTextHidden, isWide = false }: SessionColumnOptions,
): readonly Column<SessionReading>[] {
  const isRoomy = width >= ROOMY_COLUMNS;
  const facts: readonly Column<SessionReading>[] = [
    sessionIdColumn(rows, ({ id }) => id, width),
    {
      header: 'WORKER',
      width: fitting(
        rows.map(({ workerId }) => workerId),
        6,
        isRoomy ? longestId(width) : 8,
      ),
      // Ids of one fleet differ at their ends.
      keep: 'end',
      text: ({ workerId }) => workerId,
    },
    { header: 'LANG', width: 5, text: ({ language }) => language },
    ...(isRoomy || isWide ? [audioColumn(glyphs.none)] : []),
    {
      header: 'LAG',
      width: 6,
      align: 'right',
      text: ({ lagS }) => (lagS === null ? glyphs.none : `${isLagging(lagS) ? '!' : ''}${secondsText(lagS)}`),
      tone: ({ lagS }) => (isLagging(lagS) ? 'warn' : 'plain'),
    },
  ];
  const more = isWide ? wideColumns(rows, glyphs.none) : [];
  const isFirm = ({ isLastTextFinal }: SessionReading): boolean => isLastTextFinal && !isTextHidden;
  const mark: Column<SessionReading> = {
    header: '',
    width: 1,
    text: ({ lastText, isLastTextFinal }) => (lastText === '' || isLastTextFinal ? '' : glyphs.partial),
    tone: () => 'accent',
  };
  const known = fittingColumns([...facts, ...more], width - LEAST_TEXT - mark.width - 2 * GAP.length);
  return [
    ...known,
    mark,
    {
      header: 'TEXT',
      width: Math.max(LEAST_TEXT, width - widthOf([...known, mark]) - GAP.length),
      keep: 'end',
      text: ({ lastText }) => (isTextHidden && lastText !== '' ? 'hidden' : lastText),
      tone: (session) => (isFirm(session) ? 'plain' : 'faint'),
    },
  ];
}

function audioColumn(none: string): Column<SessionReading> {
  return {
    header: 'AUDIO',
    width: 7,
    align: 'right',
    text: ({ audioS }) => (audioS === null ? none : clockText(audioS)),
  };
}

/** What one asks for less often, at the cost of the text. */
function wideColumns(rows: readonly SessionReading[], none: string): readonly Column<SessionReading>[] {
  const named = (header: string, text: (row: SessionReading) => string): Column<SessionReading> => ({
    header,
    width: fitting(rows.map(text), header.length, 24),
    text,
  });
  return [
    {
      header: 'P95',
      width: 7,
      align: 'right',
      text: ({ response }) => (response === null ? none : `${msText(response.p95Ms)}ms`),
    },
    {
      header: 'FINALS',
      width: 6,
      align: 'right',
      text: ({ finals }) => (finals === null ? none : String(finals)),
    },
    named('GATEWAY', ({ gatewayId }) => gatewayId),
    named('MODEL', ({ model }) => model),
    named('CLIENT', ({ clientIp }) => clientIp),
  ];
}

function isLagging(lagS: number | null): boolean {
  return lagS !== null && lagS > LAG_ALERT_S;
}
