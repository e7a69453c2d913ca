import { Box } from 'ink';
import { pageOf } from '../arrange.ts';
import { Facts } from '../components/facts.tsx';
import { Line } from '../components/line.tsx';
import { SessionTable } from '../components/session-table.tsx';
import { TABLE_FRAME_ROWS } from '../layout.ts';
import { SESSION_ROWS } from '../listings.ts';
import { workerFacts } from '../worker-facts.ts';
import type { Picture, ScreenProps } from './screen-props.ts';

/** Lines of facts above the sessions. */
const FACT_ROWS = 3;

/** One worker and the sessions it holds. */
export function workerScreen(props: ScreenProps): Picture {
  const { view, ui, columns, rows, theme } = props;
  const id = ui.open?.id ?? '';
  const worker = view.workers.find((row) => row.id === id);
  const sessions = view.sessions.filter(({ workerId }) => workerId === id);
  const page = pageOf(sessions, SESSION_ROWS, {
    ui,
    pageRows: Math.max(1, rows - FACT_ROWS - TABLE_FRAME_ROWS),
  });
  const lines = worker === undefined ? [] : workerFacts(worker, theme.glyphs);
  return {
    list: page.list,
    draw: () => (
      <Box flexDirection="column" width={columns} height={rows}>
        <Box flexDirection="column" height={FACT_ROWS}>
          {worker === undefined ? (
            <Line theme={theme} spans={[{ text: `${id} is not known to Redis any more.`, tone: 'warn' }]} />
          ) : (
            lines.map((facts, index) => <Facts key={index} theme={theme} width={columns} facts={facts} />)
          )}
        </Box>
        <SessionTable {...props} title="SESSIONS" page={page} hint="It holds no session." />
      </Box>
    ),
  };
}
