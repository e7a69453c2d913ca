/**
 * Tries until a worker takes a session or the session has waited too long. The log has one line when the first try
 * has failed and one when the search is over, however many tries there are.
 */
import type { Clock } from '../../base/clock.ts';
import { RtError, type RtErrorCode, toRtError } from '../../base/errors.ts';
import type { Logger } from '../../base/log.ts';
import type { WorkerLink } from '../worker-link.ts';

/** What passes while a session waits for a worker. */
const PASSING: ReadonlySet<RtErrorCode> = new Set<RtErrorCode>([
  'no_capacity',
  'shutting_down',
  'worker_unreachable',
  'worker_lost',
  'resource_exhausted',
  'registry_unavailable',
]);
const RETRY_MS = { first: 50, most: 1000 };
/** A client whose session waits longer than this is told. */
const WAIT_WORTH_TELLING_MS = 2000;

export interface Search {
  readonly open: () => Promise<WorkerLink>;
  /** When the worker was lost, and how. */
  readonly sinceMs: number;
  readonly why: string;
  readonly graceMs: number;
  readonly clock: Clock;
  /** Names the session. */
  readonly log: Logger;
  /** Aborted when the session is over. */
  readonly signal: AbortSignal;
  /** Called once, when the wait is worth telling. */
  readonly onWaiting: (waitedMs: number) => void;
}

/** The link, why there is none, or undefined when the session is over. */
export async function findWorker(search: Search): Promise<WorkerLink | RtError | undefined> {
  const { clock, log, sinceMs } = search;
  const found = await tryUntilFound(search);
  const waitedMs = Math.round(clock.nowMs() - sinceMs);
  if (found === undefined) log.info('session over, no worker looked for any more', { waitedMs });
  else if (found instanceof RtError) log.warn('no worker found', { waitedMs, error: found.message });
  else log.info('worker found', { worker: found.workerId, waitedMs });
  return found;
}

async function tryUntilFound(search: Search): Promise<WorkerLink | RtError | undefined> {
  const { clock, signal, log, graceMs } = search;
  let waitMs = RETRY_MS.first;
  let isLogged = false;
  let isTold = false;
  while (!isOver(signal)) {
    const found = await search.open().catch((error: unknown) => toRtError(error));
    if (!(found instanceof RtError)) {
      if (!isOver(signal)) return found;
      found.socket.terminate();
      return undefined;
    }
    if (!PASSING.has(found.code)) return found;
    const waitedMs = clock.nowMs() - search.sinceMs;
    if (waitedMs > graceMs) return gaveUpWaiting(found, search.why);
    if (!isLogged) log.warn('looking for a worker', { graceMs, error: found.message });
    isLogged = true;
    if (!isTold && waitedMs > WAIT_WORTH_TELLING_MS) {
      isTold = true;
      search.onWaiting(waitedMs);
    }
    await clock.sleep(waitMs, signal).catch(() => undefined);
    waitMs = Math.min(2 * waitMs, RETRY_MS.most);
  }
  return undefined;
}

/** Asked anew after every wait. */
function isOver(signal: AbortSignal): boolean {
  return signal.aborted;
}

function gaveUpWaiting(fault: RtError, why: string): RtError {
  const code = why === 'shutting_down' ? 'shutting_down' : 'worker_lost';
  return new RtError(code, `The worker of this session is gone and no other one took it: ${fault.message}`);
}
