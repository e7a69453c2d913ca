/** One session's transcript, or its events, as rows of a list: every row is one line of the screen. */
import type { HeardFinal } from '../../client/transcript-feed.ts';
import { positionText } from '../drawing/quantity-text.ts';
import { wrapToColumns } from '../drawing/wrap-text.ts';
import type { DurableLine } from '../live-text/session-text.ts';
import type { Rows } from './rows.ts';

export interface TranscriptRow {
  readonly id: string;
  readonly sessionId: string;
  /** Position in the audio; empty on the lines that follow the first of a final. */
  readonly at: string;
  readonly text: string;
  /** Confidence of a final, name of an event. */
  readonly note: string;
}

export interface RowOptions {
  readonly sessionId: string;
  /** Columns of the text. */
  readonly textColumns: number;
  readonly areWordsShown: boolean;
  readonly isTextHidden: boolean;
}

/** Finals broken into lines, oldest first. */
export function finalRows(finals: readonly HeardFinal[], options: RowOptions): readonly TranscriptRow[] {
  const { sessionId, areWordsShown, isTextHidden } = options;
  return finals.flatMap((final) => {
    const { seq, startS, endS, confidence } = final;
    const lines = isTextHidden ? ['hidden'] : linesOf(final, options);
    const at = areWordsShown ? `${positionText(startS)}-${positionText(endS)}` : positionText(startS);
    return lines.map((text, index) => ({
      id: `${seq}.${index}`,
      sessionId,
      at: index === 0 ? at : '',
      text,
      note: index === 0 ? confidence.toFixed(2) : '',
    }));
  });
}

/** Durable events, oldest first; what was said is left to whoever may read it. */
export function eventRows(
  events: readonly DurableLine[],
  { sessionId, isTextHidden }: Pick<RowOptions, 'sessionId' | 'isTextHidden'>,
): readonly TranscriptRow[] {
  return events.map(({ seq, name, atS, detail }) => ({
    id: String(seq),
    sessionId,
    at: atS === null ? '' : positionText(atS),
    text: name === 'transcript.final' && isTextHidden ? 'hidden' : detail,
    note: name,
  }));
}

export const TRANSCRIPT_ROWS: Rows<TranscriptRow> = {
  idOf: ({ id }) => id,
  aboutOf: ({ sessionId }) => ({ kind: 'session', id: sessionId }),
  valueOf: () => null,
};

interface Broken {
  readonly columns: number;
  readonly areWordsShown: boolean;
  readonly lines: readonly string[];
}

/** Finals never change, and their lines only with the screen: measured once and not four times a second. */
const broken = new WeakMap<HeardFinal, Broken>();

function linesOf(final: HeardFinal, { textColumns: columns, areWordsShown }: RowOptions): readonly string[] {
  const known = broken.get(final);
  if (known?.columns === columns && known.areWordsShown === areWordsShown) return known.lines;
  const timed = final.words?.map(({ word, startS }) => `${word}@${startS.toFixed(1)}`).join(' ');
  const lines = wrapToColumns(areWordsShown ? (timed ?? final.text) : final.text, columns);
  broken.set(final, { columns, areWordsShown, lines });
  return lines;
}
