/** Why a session is over for its client where no gateway said so. */
import { RtError } from '../../base/errors.ts';
import { endingText } from './notice.ts';
import { type Ending, MAX_TRIES } from './recovery.ts';

/** Nobody goes on with the session; `ending` is that of the last try. */
export function exhausted(ending: Ending): RtError {
  return new RtError(
    'session_failed',
    `The connection was lost and ${String(MAX_TRIES)} tries to go on came to nothing; the last: ${endingText(ending)}`,
    { hint: 'Look at the gateway and the network, then stream it again.' },
  );
}

/** The first `session.begin` did not come within `waitedMs`. */
export function noBegin(waitedMs: number): RtError {
  return new RtError(
    'timeout',
    `The gateway took the connection and did not begin the session in ${String(waitedMs / 1000)} s.`,
    { hint: 'Look at its workers with "rt workers list" and at its log.' },
  );
}
