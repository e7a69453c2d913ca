/** The overview as plain text: the tables of the screen, once, for pipes and logs. */
import { type Column, headersOf, GAP, spansOf } from '../drawing/column.ts';
import { ASCII, type Glyphs, toAscii, UNICODE } from '../drawing/format.ts';
import { NO_ALERTS, NO_SESSIONS, NO_WORKERS } from '../table/hints.ts';
import { sessionColumns } from '../table/session-columns.ts';
import { type Fact, latencyFacts, trafficFacts } from '../facts/fleet-facts.ts';
import type { View } from '../state/view.ts';
import { workerColumns } from '../table/worker-columns.ts';

/** Wide enough for every column; texts are not cut. */
export const TABLE_COLUMNS = 120;

/** Lines without colours, with a line feed between them. */
export function snapshotText(view: View, { ascii }: { readonly ascii: boolean }): string {
  const glyphs = ascii ? ASCII : UNICODE;
  const room = { width: TABLE_COLUMNS, glyphs };
  const { workers, sessions, alerts } = view;
  const columns = sessionColumns(sessions, { ...room, isTextHidden: false });
  return [
    factsLine(trafficFacts(view)),
    factsLine(latencyFacts(view, glyphs)),
    '',
    'WORKERS',
    ...(workers.length === 0 ? [NO_WORKERS] : tableLines(workerColumns(workers, room), workers, glyphs)),
    '',
    'ALERTS',
    ...(alerts.length === 0
      ? [NO_ALERTS]
      : alerts.map(({ level, text }) => `${level}: ${ascii ? toAscii(text) : text}`)),
    '',
    'LIVE',
    ...(sessions.length === 0 ? [NO_SESSIONS] : tableLines(columns, sessions, glyphs)),
  ].join('\n');
}

function factsLine(facts: readonly Fact[]): string {
  return facts.map(({ label, value }) => `${label} ${value}`).join(GAP);
}

/** A header and one line per row. */
export function tableLines<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  glyphs: Glyphs,
): readonly string[] {
  return [
    headersOf(columns, glyphs).trimEnd(),
    ...rows.map((row) =>
      spansOf(columns, row, glyphs)
        .map(({ text }) => text)
        .join(GAP)
        .trimEnd(),
    ),
  ];
}
