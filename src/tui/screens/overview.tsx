import { Box } from 'ink';
import type { JSX } from 'react';
import { type Page, pageOf } from '../arrange.ts';
import { AlertList } from '../components/alert-list.tsx';
import { Facts } from '../components/facts.tsx';
import { SessionTable } from '../components/session-table.tsx';
import { WorkerTable } from '../components/worker-table.tsx';
import { NO_SESSIONS } from '../hints.ts';
import { type Layout, layOut } from '../layout.ts';
import { SESSION_ROWS } from '../listings.ts';
import type { SessionReading } from '../readings.ts';
import { latencyFacts, trafficFacts, withSparkline } from '../totals-text.ts';
import type { Picture, ScreenProps } from './screen-props.ts';

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
  return { list: page.list, draw: () => <Overview {...props} layout={layout} page={page} /> };
}

interface OverviewProps extends ScreenProps {
  readonly layout: Layout;
  readonly page: Page<SessionReading>;
}

function Overview(props: OverviewProps): JSX.Element {
  const { view, columns: width, theme, layout, page } = props;
  const { gap, workerRows, alertRows, isWide } = layout;
  const traffic = withSparkline(trafficFacts(view), view, { width: width - 2, glyphs: theme.glyphs });
  // One column apart, so that their rules do not meet.
  const workerWidth = isWide ? width - ALERT_COLUMNS - 1 : width;
  const part = { view, theme };
  const alerts = <AlertList {...part} width={isWide ? ALERT_COLUMNS : width} rows={alertRows} />;
  return (
    <Box flexDirection="column">
      <Box flexDirection="column" marginTop={gap}>
        <Facts theme={theme} width={width} facts={traffic} />
        <Facts theme={theme} width={width} facts={latencyFacts(view, theme.glyphs)} />
      </Box>
      <Box marginTop={gap} justifyContent="space-between">
        <WorkerTable {...part} width={workerWidth} rows={workerRows} />
        {isWide ? alerts : null}
      </Box>
      {isWide ? null : <Box marginTop={gap}>{alerts}</Box>}
      <Box marginTop={gap}>
        {/* Streaming to a fleet without workers would only be refused. */}
        <SessionTable
          {...props}
          title="LIVE"
          page={page}
          hint={view.totals.liveWorkers === 0 ? '' : NO_SESSIONS}
        />
      </Box>
    </Box>
  );
}
