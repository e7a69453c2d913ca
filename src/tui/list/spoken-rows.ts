/** Live text of all sessions as rows of a list. */
import type { AllLine, PartialLine } from '../live-text/all-text.ts';
import type { SpokenField } from './fields.ts';
import { type Rows, rowsBy, type Values } from './rows.ts';

export interface SpokenRow {
  readonly id: string;
  readonly kind: 'final' | 'partial' | 'gap';
  /** When it was heard; undefined for what may still change. */
  readonly date: Date | undefined;
  readonly sessionId: string;
  readonly language: string;
  readonly text: string;
}

/** What does not change any more, or says that something is missing. */
export function lineRow(line: AllLine): SpokenRow {
  const { id, text } = line;
  const row = { id, date: line.date, text };
  return line.type === 'gap'
    ? { ...row, kind: 'gap', sessionId: '', language: '' }
    : { ...row, kind: 'final', sessionId: line.sessionId, language: line.language };
}

/** What is being said now. */
export function partialRow({ sessionId, language, text }: PartialLine): SpokenRow {
  return { id: `${sessionId} now`, kind: 'partial', date: undefined, sessionId, language, text };
}

const VALUES: Values<SpokenRow, SpokenField> = {
  session: ({ sessionId }) => sessionId,
  lang: ({ language }) => language,
  text: ({ text }) => text,
};

export const SPOKEN_ROWS: Rows<SpokenRow> = rowsBy(VALUES, {
  idOf: ({ id }) => id,
  aboutOf: ({ sessionId }) => (sessionId === '' ? undefined : { kind: 'session', id: sessionId }),
});
