import { cell } from '../drawing/cell.ts';
import { type Column, headersOf, type Span, spansOf } from '../drawing/column.ts';
import { exactly, lineOf, textLine } from '../drawing/line.ts';
import { positionText } from '../drawing/quantity-text.ts';
import { sessionFacts } from '../facts/session-facts.ts';
import { pageOf } from '../list/page.ts';
import { pageNote } from '../list/page-note.ts';
import { eventRows, finalRows, TRANSCRIPT_ROWS, type TranscriptRow } from '../list/transcript-rows.ts';
import type { OpenedSession } from '../live-text/text-state.ts';
import { factsLine } from '../parts/facts-line.ts';
import { heading } from '../parts/heading.ts';
import { durableColumns, textColumns } from '../table/transcript-columns.ts';
import type { Picture, ScreenProps } from './screen.ts';

const FACT_ROWS = 4;
/** Heading and names of columns above the list, what may still change below it. */
const FRAME_ROWS = 3;

/** One session: where it runs, how it goes, what was said in it or what happened to it. */
export function sessionScreen(props: ScreenProps): Picture {
  const { view, ui, columns: width, rows, theme, hasKeyboard } = props;
  const id = ui.open?.id ?? '';
  const opened = view.text.session?.id === id ? view.text.session : undefined;
  const columns = ui.areEventsShown ? durableColumns(width - 2) : textColumns(width - 2, ui.areWordsShown);
  const list = opened === undefined ? [] : rowsOf(opened, props, columns);
  const page = pageOf(list, TRANSCRIPT_ROWS, { ui, pageRows: Math.max(1, rows - FACT_ROWS - FRAME_ROWS) });
  const facts =
    opened === undefined ? [] : sessionFacts(opened, view, { columns: width, glyphs: theme.glyphs });
  const { isFollowing } = ui.lists.session;
  const note = [pageNote(page, ui, theme.glyphs), isFollowing ? 'following' : 'not following'];
  return {
    list: page.list,
    draw: () => {
      const above = [
        ...exactly(
          facts.map((line) => factsLine(line, width)),
          FACT_ROWS,
        ),
        heading({
          title: ui.areEventsShown ? 'DURABLE EVENTS' : 'TRANSCRIPT',
          note: note.filter((part) => part !== '').join('  '),
          width,
          theme,
        }),
        textLine(headersOf(columns, theme.glyphs), 'faint'),
      ];
      const shown = page.shown.map((row, index) =>
        lineOf(spansOf(columns, row, theme.glyphs), {
          isChosen: hasKeyboard && !isFollowing && index === page.chosen,
        }),
      );
      return exactly([...above, ...shown, lineOf(lastLine(opened, props, columns))], rows);
    },
  };
}

function rowsOf(
  { id, text }: OpenedSession,
  { ui }: ScreenProps,
  columns: readonly Column<TranscriptRow>[],
): readonly TranscriptRow[] {
  const { areWordsShown, areEventsShown, isTextHidden } = ui;
  if (areEventsShown) return eventRows(text.events, { sessionId: id, isTextHidden });
  const textColumns = columns.find(({ header }) => header === 'TEXT')?.width ?? 1;
  return finalRows(text.finals, { sessionId: id, textColumns, areWordsShown, isTextHidden });
}

/** What is being said now, or why there is no more to come. */
function lastLine(
  opened: OpenedSession | undefined,
  props: ScreenProps,
  columns: readonly Column<TranscriptRow>[],
): readonly Span[] {
  const { view, ui, columns: width, theme } = props;
  const { glyphs } = theme;
  const reason = reasonOf(opened, props);
  if (reason !== '') return [{ text: cell(reason, { width: width - 2 }, glyphs), tone: 'warn' }];
  const partial = view.text.session === opened ? opened?.text.partial : undefined;
  if (partial === undefined) return [];
  const [at, text] = columns;
  const said = ui.isTextHidden ? 'hidden' : partial.text;
  if (ui.areEventsShown || at === undefined || text === undefined) {
    return [{ text: glyphs.partial + cell(said, { width: width - 3, keep: 'end' }, glyphs), tone: 'faint' }];
  }
  return [
    { text: cell(positionText(partial.startS), { width: at.width }, glyphs), tone: 'faint' },
    { text: glyphs.partial + cell(said, { width: text.width - 1, keep: 'end' }, glyphs), tone: 'faint' },
  ];
}

/** Why there is less to read than one might think; empty where there is not. */
function reasonOf(opened: OpenedSession | undefined, { view, hasTranscripts }: ScreenProps): string {
  if (view.text.refusal !== '') return `No text. ${view.text.refusal}`;
  if (opened === undefined) return '';
  const { text, isKnown } = opened;
  if (isKnown === false && text.lastSeq === 0) {
    return 'Redis has no record of it: sessions are kept for an hour once ended.';
  }
  if (!hasTranscripts) return 'Texts are left out: --no-transcripts.';
  return text.limitation === '' || text.ending !== undefined ? '' : `Finals only. ${text.limitation}`;
}
