/** The rows of a screen as one JSON document: all that match, not only those in sight. */
import type { Sort } from '../choice/list-choice.ts';
import type { ScreenName } from '../choice/screen-name.ts';
import { screenBelowHelp, type Ui } from '../choice/ui.ts';
import { EVENT_ROWS, SESSION_ROWS, WORKER_ROWS } from '../list/listings.ts';
import { filterInForce, pageOf } from '../list/page.ts';
import { lineRow, SPOKEN_ROWS, type SpokenRow } from '../list/spoken-rows.ts';
import type { LoggedEvent } from '../state/event-log.ts';
import type { View } from '../state/view.ts';
import { sessionFields, workerFields } from './snapshot-document.ts';

export interface ViewDocument {
  readonly schema: 'rt.top-view/v1';
  /** ISO-8601 UTC. */
  readonly at: string;
  readonly screen: Exclude<ScreenName, 'help'>;
  /** The worker or session the screen is about. */
  readonly about: string | null;
  readonly filter: string;
  readonly sort: Sort | null;
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}

/** The document of the screen `ui` has chosen, at `date`. Hidden texts are left out. */
export function viewDocument(view: View, ui: Ui, date: Date): ViewDocument {
  const screen = screenBelowHelp(ui);
  return {
    schema: 'rt.top-view/v1',
    at: date.toISOString(),
    screen,
    about: ui.open?.id ?? null,
    filter: filterInForce(ui),
    sort: ui.lists[screen].sort ?? null,
    rows: rowsOf(view, ui, screen),
  };
}

function rowsOf(view: View, ui: Ui, screen: ViewDocument['screen']): ViewDocument['rows'] {
  const page = { ui, pageRows: 1 };
  const sessions = (all: View['sessions']): ViewDocument['rows'] =>
    pageOf(all, SESSION_ROWS, page).matching.map((session) =>
      sessionFields(ui.isTextHidden ? { ...session, lastText: '' } : session),
    );
  switch (screen) {
    case 'workers':
      return pageOf(view.workers, WORKER_ROWS, page).matching.map(workerFields);
    case 'events':
      return pageOf(view.log, EVENT_ROWS, page).matching.map(eventFields);
    case 'worker':
      return sessions(view.sessions.filter(({ workerId }) => workerId === ui.open?.id));
    case 'session':
      return sessions(view.sessions.filter(({ id }) => id === ui.open?.id));
    case 'rooms':
      return [];
    case 'transcripts':
      return pageOf(view.text.all.lines.map(lineRow), SPOKEN_ROWS, page).matching.map((line) =>
        spokenFields(line, ui.isTextHidden),
      );
    case 'overview':
    case 'sessions':
      return sessions(view.sessions);
  }
}

function spokenFields(row: SpokenRow, isTextHidden: boolean): Readonly<Record<string, unknown>> {
  const { kind, date, sessionId, language, text } = row;
  return {
    type: kind,
    at: date?.toISOString() ?? null,
    session_id: sessionId,
    language,
    text: isTextHidden && kind !== 'gap' ? '' : text,
  };
}

function eventFields(event: LoggedEvent): Readonly<Record<string, unknown>> {
  return {
    type: event.type,
    at: event.at,
    worker_id: event.workerId,
    session_id: event.sessionId,
    gateway_id: event.gatewayId,
    reason: event.reason,
  };
}
