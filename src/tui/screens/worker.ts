import { exactly, textLine } from '../drawing/line.ts';
import { workerFacts } from '../facts/worker-facts.ts';
import { SESSION_ROWS } from '../list/listings.ts';
import { pageOf } from '../list/page.ts';
import { factsLine } from '../parts/facts-line.ts';
import { sessionTable } from '../parts/session-table.ts';
import { TABLE_FRAME_ROWS } from '../parts/table.ts';
import type { Picture, ScreenProps } from './screen.ts';

/** Lines of facts above the sessions. */
const FACT_ROWS = 3;

/** One worker and the sessions it holds. */
export function workerScreen(props: ScreenProps): Picture {
  const { view, ui, columns, rows } = props;
  const id = ui.open?.id ?? '';
  const worker = view.workers.find((row) => row.id === id);
  const sessions = view.sessions.filter(({ workerId }) => workerId === id);
  const page = pageOf(sessions, SESSION_ROWS, {
    ui,
    pageRows: Math.max(1, rows - FACT_ROWS - TABLE_FRAME_ROWS),
  });
  const { glyphs } = props.theme;
  return {
    list: page.list,
    draw: () => {
      const facts =
        worker === undefined
          ? [textLine(`${id} is not known to Redis any more.`, 'warn')]
          : workerFacts(worker, glyphs).map((line) => factsLine(line, columns));
      const sessionLines = sessionTable({ ...props, title: 'SESSIONS', page, hint: 'It holds no session.' });
      return exactly([...exactly(facts, FACT_ROWS), ...sessionLines], rows);
    },
  };
}
