/** How many rows each part of the overview gets. The sum never exceeds the height: a taller frame would scroll. */

export interface Demand {
  readonly columns: number;
  /** Without the title and the last line of the screen. */
  readonly rows: number;
  readonly workers: number;
  readonly alerts: number;
  readonly sessions: number;
}

export interface Layout {
  /** Alerts stand beside the workers rather than below them. */
  readonly isWide: boolean;
  /** Empty rows between the parts. */
  readonly gap: 0 | 1;
  readonly workerRows: number;
  readonly alertRows: number;
  readonly sessionRows: number;
}

const WIDE_COLUMNS = 110;
const AIRY_ROWS = 28;
const MOST_ALERT_ROWS = 6;
/** Two lines of totals, heading and header of workers and of sessions. */
const FIXED_ROWS = 2 + 2 + 2;

/** Workers get up to half, alerts what they need within bounds, live text the rest; rows it does not need are theirs. */
export function layOut({ columns, rows, workers, alerts, sessions }: Demand): Layout {
  const isWide = columns >= WIDE_COLUMNS;
  const gap = rows >= AIRY_ROWS ? 1 : 0;
  const parts = isWide ? 3 : 4;
  const alertHeading = isWide ? 0 : 1;
  const free = rows - FIXED_ROWS - alertHeading - gap * parts;
  if (isWide) {
    const wanted = Math.max(workers, Math.min(alerts - 1, MOST_ALERT_ROWS), 3);
    const workerRows = Math.min(wanted, Math.floor(free / 2));
    // The line that names the columns of the workers is free on the other side.
    return { isWide, gap, workerRows, alertRows: workerRows + 1, sessionRows: free - workerRows };
  }
  const forAlertsAndWorkers = free - Math.max(sessions, 1);
  const spare = Math.min(MOST_ALERT_ROWS, forAlertsAndWorkers - Math.max(workers, 1));
  const alertRows = Math.min(Math.max(alerts, 1), Math.max(1, Math.floor(free / 4), spare));
  const mostWorkers = Math.max(1, Math.floor((free - alertRows) / 2), forAlertsAndWorkers - alertRows);
  const workerRows = Math.min(Math.max(workers, 1), mostWorkers);
  return { isWide, gap, workerRows, alertRows, sessionRows: Math.max(1, free - alertRows - workerRows) };
}
