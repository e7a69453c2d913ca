/** Every screen there is, by its name. */
import { eventsScreen } from './screens/events.ts';
import { helpScreen } from './screens/help.ts';
import { overviewScreen } from './screens/overview.ts';
import { roomsScreen } from './screens/rooms.ts';
import type { Screen } from './screens/screen-props.ts';
import { sessionScreen } from './screens/session.ts';
import { sessionsScreen } from './screens/sessions.ts';
import { transcriptsScreen } from './screens/transcripts.ts';
import { workerScreen } from './screens/worker.ts';
import { workersScreen } from './screens/workers.ts';
import type { ScreenName } from './ui.ts';

export const SCREENS: Readonly<Record<ScreenName, Screen>> = {
  overview: overviewScreen,
  workers: workersScreen,
  sessions: sessionsScreen,
  transcripts: transcriptsScreen,
  rooms: roomsScreen,
  events: eventsScreen,
  worker: workerScreen,
  session: sessionScreen,
  help: helpScreen,
};
