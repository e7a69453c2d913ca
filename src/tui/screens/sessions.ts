import { SESSION_ROWS } from '../list/listings.ts';
import { pageOf } from '../list/page.ts';
import { sessionTable } from '../parts/session-table.ts';
import { TABLE_FRAME_ROWS } from '../parts/table.ts';
import { NO_SESSIONS } from '../table/hints.ts';
import type { Picture, ScreenProps } from './screen.ts';

/** Every session, on the whole screen. */
export function sessionsScreen(props: ScreenProps): Picture {
  const { view, ui, rows } = props;
  const page = pageOf(view.sessions, SESSION_ROWS, { ui, pageRows: rows - TABLE_FRAME_ROWS });
  return {
    list: page.list,
    draw: () => sessionTable({ ...props, title: 'SESSIONS', page, hint: view.isWaiting ? '' : NO_SESSIONS }),
  };
}
