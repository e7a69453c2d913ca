/** I7: whoever is closed is told why and whether to come back, before the close. */
import type { Connection, RunRecord } from './run-record.ts';
import type { Violation } from './verdict.ts';

/** The good end, what the network does, and what the frame parser closes before anything of ours is asked. */
const UNEXPLAINED = new Set([1000, 1002, 1006, 1007, 1009]);

export function checkCloseReasons(run: RunRecord): readonly Violation[] {
  return run.sessions.flatMap(({ actor, connections }) =>
    connections.flatMap((connection) => {
      const { close } = connection;
      if (close === undefined || UNEXPLAINED.has(close.code) || isExplained(connection)) return [];
      return [
        {
          session: actor,
          message: `closed with ${close.code} without an error that says whether to come back`,
          atMs: close.t_ms,
        },
      ];
    }),
  );
}

function isExplained({ events }: Connection): boolean {
  return events.some(
    ({ message }) =>
      message.type === 'error' &&
      !message.recoverable &&
      (message.retry !== 'after' || message.retry_after_ms !== undefined),
  );
}
