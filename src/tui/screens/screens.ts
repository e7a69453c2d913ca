/** Every screen there is, by its name. */
import type { ScreenName } from '../choice/screen-name.ts';
import { eventsScreen } from './events.ts';
import { helpScreen } from './help.ts';
import { overviewScreen } from './overview.ts';
import { roomsScreen } from './rooms.ts';
import type { Screen } from './screen.ts';
import { sessionScreen } from './session.ts';
import { sessionsScreen } from './sessions.ts';
import { transcriptsScreen } from './transcripts.ts';
import { workerScreen } from './worker.ts';
import { workersScreen } from './workers.ts';

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
