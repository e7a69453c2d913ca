/** What to do where there is nothing to show. */
export const NO_WORKERS = 'No workers yet. Start one: rt worker';
export const NO_SESSIONS = 'No sessions. Start one: rt stream FILE';
export const NO_ALERTS = 'none';
