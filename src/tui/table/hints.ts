/** What to do where there is nothing to show. */
export const NO_WORKERS = 'No workers yet. Start one: rt worker';
export const NO_SESSIONS = 'No sessions. Start one: rt stream FILE';
export const NO_ALERTS = 'none';
export const NOTHING_MATCHES = 'Nothing matches.';
export const NO_MATCH = 'Nothing matches. esc shows all.';
export const NO_EVENTS = 'Nothing has happened since the events of this cluster were trimmed, or ever.';
export const NO_ROOMS = [
  'No rooms. A room is a group of sessions that hear each other.',
  'This version of rt serves sessions alone; each of them is in view 3.',
] as const;
