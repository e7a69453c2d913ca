/** Every screen there is, by its name. */
import { eventsScreen } from './screens/events.tsx';
import { helpScreen } from './screens/help.tsx';
import { overviewScreen } from './screens/overview.tsx';
import { roomsScreen } from './screens/rooms.tsx';
import type { Screen } from './screens/screen-props.ts';
import { sessionScreen } from './screens/session.tsx';
import { sessionsScreen } from './screens/sessions.tsx';
import { transcriptsScreen } from './screens/transcripts.tsx';
import { workerScreen } from './screens/worker.tsx';
import { workersScreen } from './screens/workers.tsx';
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
