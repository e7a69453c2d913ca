import { headersOf, spansOf } from '../drawing/column.ts';
import { exactly, type Line, lineOf, textLine } from '../drawing/line.ts';
import { wrapToColumns } from '../drawing/wrap-text.ts';
import { FIELDS } from '../list/fields.ts';
import { parseFilter } from '../list/filter.ts';
import { filterInForce, type Page, pageOf } from '../list/page.ts';
import { pageNote } from '../list/page-note.ts';
import { lineRow, partialRow, SPOKEN_ROWS, type SpokenRow } from '../list/spoken-rows.ts';
import { currentPartials } from '../live-text/all-text.ts';
import { heading } from '../parts/heading.ts';
import { TABLE_FRAME_ROWS } from '../parts/table.ts';
import { NO_MATCH, NO_SESSIONS } from '../table/hints.ts';
import { spokenColumns } from '../table/spoken-columns.ts';
import type { Picture, ScreenProps } from './screen.ts';

/** Part of the rows that is kept free for what may still change. */
const PARTIAL_SHARE = 1 / 3;

/** What is said in all sessions: one line per final, newest last, and below them what is being said now. */
export function transcriptsScreen(props: ScreenProps): Picture {
  const { view, ui, columns: width, rows, theme, hasKeyboard } = props;
  const { all } = view.text;
  const lineRows = rows - TABLE_FRAME_ROWS;
  // By the number of sessions and not of partials: lines would jump with each breath.
  const partialRows = Math.min(view.sessions.length, Math.floor(lineRows * PARTIAL_SHARE));
  const pageRows = Math.max(1, lineRows - partialRows);
  const page = pageOf(all.lines.map(lineRow), SPOKEN_ROWS, { ui, pageRows });
  const speaking = matchingPartials(props);
  const partials = speaking.slice(Math.max(0, speaking.length - partialRows));
  const table = spokenColumns([...page.shown, ...partials], {
    width: width - 2,
    glyphs: theme.glyphs,
    isTextHidden: ui.isTextHidden,
  });
  const isEmpty = page.matching.length + partials.length === 0;
  const hint = isEmpty ? wrapToColumns(hintOf(props, page), Math.max(2, width - 2)) : [];
  const { isFollowing } = ui.lists.transcripts;
  return {
    list: page.list,
    draw: () => {
      const rowLine = (row: SpokenRow, index: number): Line =>
        lineOf(spansOf(table, row, theme.glyphs), {
          isChosen: hasKeyboard && !isFollowing && index === page.chosen,
        });
      const lines = [
        heading({ title: 'TRANSCRIPTS', note: noteOf(props, page, speaking), width, theme }),
        textLine(headersOf(table, theme.glyphs), 'faint'),
        ...hint.slice(0, lineRows).map((text) => textLine(text, 'faint')),
        ...[...page.shown, ...partials].map(rowLine),
      ];
      return exactly(lines, rows);
    },
  };
}

function matchingPartials({ view, ui }: ScreenProps): readonly SpokenRow[] {
  const rows = currentPartials(view.text.all).map(partialRow);
  const filter = parseFilter(filterInForce(ui), FIELDS.transcripts);
  if (filter.type === 'invalid') return rows;
  return rows.filter((row) => filter.holds((field) => SPOKEN_ROWS.valueOf(row, field)));
}

function noteOf(
  { view, ui, theme }: ScreenProps,
  page: Page<SpokenRow>,
  speaking: readonly SpokenRow[],
): string {
  const { gaps } = view.text.all;
  return [
    gaps === 0 ? '' : `${gaps} ${gaps === 1 ? 'gap' : 'gaps'}`,
    speaking.length === 0 ? '' : `${speaking.length} speaking`,
    pageNote(page, ui, theme.glyphs),
    ui.lists.transcripts.isFollowing ? '' : 'not following',
  ]
    .filter((part) => part !== '')
    .join('  ');
}

function hintOf({ view, hasTranscripts }: ScreenProps, page: Page<SpokenRow>): string {
  if (!hasTranscripts) return 'Texts are left out: this was started with --no-transcripts.';
  if (view.text.refusal !== '') {
    return `No live text. ${view.text.refusal}. docs/top.md has the rights that it needs.`;
  }
  if (page.total > 0) return NO_MATCH;
  return view.sessions.length === 0 ? NO_SESSIONS : 'Nothing was said since this view was opened.';
}
