import { beside, emptyLines, exactly, type Line } from '../drawing/line.ts';
import { latencyFacts, trafficFacts, withSparkline } from '../facts/fleet-facts.ts';
import type { SessionReading } from '../fleet/readings.ts';
import { SESSION_ROWS } from '../list/listings.ts';
import { type Page, pageOf } from '../list/page.ts';
import { alertList } from '../parts/alert-list.ts';
import { factsLine } from '../parts/facts-line.ts';
import { sessionTable } from '../parts/session-table.ts';
import { workerTable } from '../parts/worker-table.ts';
import { NO_SESSIONS } from '../table/hints.ts';
import { type Layout, layOut } from './overview-layout.ts';
import type { Picture, ScreenProps } from './screen.ts';

/** Columns of the part on the right of a wide screen. */
const ALERT_COLUMNS = 46;

/** The whole fleet on one page; rows are chosen among the sessions. */
export function overviewScreen(props: ScreenProps): Picture {
  const { view, ui, columns, rows } = props;
  const layout = layOut({
    columns,
    rows,
    workers: view.workers.length,
    alerts: view.alerts.length,
    sessions: view.sessions.length,
  });
  const page = pageOf(view.sessions, SESSION_ROWS, { ui, pageRows: layout.sessionRows });
  return { list: page.list, draw: () => overview({ ...props, layout, page }) };
}

interface OverviewOptions extends ScreenProps {
  readonly layout: Layout;
  readonly page: Page<SessionReading>;
}

function overview(options: OverviewOptions): readonly Line[] {
  const { view, columns: width, rows, theme, layout, page } = options;
  const { workerRows, alertRows, isWide } = layout;
  const { glyphs } = theme;
  const traffic = withSparkline(trafficFacts(view), view, { width: width - 2, glyphs });
  const gap = emptyLines(layout.gap);
  // One column apart, so that their rules do not meet.
  const workerWidth = isWide ? width - ALERT_COLUMNS - 1 : width;
  const workers = workerTable({ view, theme, width: workerWidth, rows: workerRows });
  const alerts = alertList({ view, theme, width: isWide ? ALERT_COLUMNS : width, rows: alertRows });
  const parts = isWide ? beside(workers, alerts, width - ALERT_COLUMNS) : [...workers, ...gap, ...alerts];
  // Streaming to a fleet without workers would only be refused.
  const hint = view.totals.liveWorkers === 0 ? '' : NO_SESSIONS;
  const lines = [
    ...gap,
    factsLine(traffic, width),
    factsLine(latencyFacts(view, glyphs), width),
    ...gap,
    ...parts,
    ...gap,
    ...sessionTable({ ...options, title: 'LIVE', page, hint }),
  ];
  return exactly(lines, rows);
}
