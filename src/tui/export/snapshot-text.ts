/** The overview as plain text: the tables of the screen, once, for pipes and logs. */
import { toAscii } from '../drawing/cell.ts';
import { GAP } from '../drawing/column.ts';
import { ASCII, UNICODE } from '../drawing/glyphs.ts';
import type { Fact } from '../facts/fact.ts';
import { latencyFacts, trafficFacts } from '../facts/fleet-facts.ts';
import type { View } from '../state/view.ts';
import { NO_ALERTS, NO_SESSIONS, NO_WORKERS } from '../table/hints.ts';
import { sessionColumns } from '../table/session-columns.ts';
import { workerColumns } from '../table/worker-columns.ts';
import { TABLE_COLUMNS, tableLines } from './table-text.ts';

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
