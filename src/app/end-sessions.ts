/** Ends sessions in order, at the wish of an operator, and waits until they have ended. */
import type { Clock } from '../base/clock.ts';
import { isSessionId } from '../base/ids.ts';
import { RtError } from '../base/errors.ts';
import { closest } from '../config/closest.ts';
import { formatDuration } from '../config/durations.ts';
import type { FleetView, SessionView } from '../registry/ports.ts';

const LOOK_MS = 250;

/** What records and clients are told; docs/keyspace.md, CTL-8. */
export const END_REASON = 'ended_by_operator';

/**
 * In the order they were named, each once; those that ended within the last hour among them.
 * @throws RtError not_found for the first one that is unknown, with the id that was probably meant
 */
export async function findSessions(
  fleet: Pick<FleetView, 'sessions' | 'session'>,
  ids: readonly string[],
): Promise<readonly SessionView[]> {
  const found: SessionView[] = [];
  for (const id of new Set(ids)) {
    const session = isSessionId(id) ? await fleet.session(id) : undefined;
    if (session === undefined) throw await unknownSession(fleet, id);
    found.push(session);
  }
  return found;
}

async function unknownSession(fleet: Pick<FleetView, 'sessions'>, id: string): Promise<RtError> {
  const running = await fleet.sessions();
  const meant = closest(
    id,
    running.map((session) => session.id),
  );
  const list = 'List them with: rt sessions list';
  return new RtError('not_found', `There is no session ${id}; nothing was changed`, {
    hint: meant === undefined ? list : `Did you mean ${meant}? ${list}`,
  });
}

export interface EndOptions {
  readonly fleet: Pick<FleetView, 'session'>;
  readonly sessions: readonly SessionView[];
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** The records as they are then, in the order of `sessions`. @throws RtError timeout, or the signal's reason */
export async function awaitEnds(options: EndOptions): Promise<readonly SessionView[]> {
  const { fleet, sessions, timeoutMs, clock, signal } = options;
  const startMs = clock.nowMs();
  const ended = new Map<string, SessionView>();
  for (;;) {
    signal.throwIfAborted();
    for (const session of sessions) {
      if (ended.has(session.id)) continue;
      const now = await fleet.session(session.id);
      if (now?.status === 'active') continue;
      // A store that came back empty knows nothing of it: its owner would have written it back by now, or ended it.
      ended.set(session.id, now ?? session);
    }
    const left = sessions.filter(({ id }) => !ended.has(id));
    if (left.length === 0) return sessions.map((session) => ended.get(session.id) ?? session);
    if (clock.nowMs() - startMs + LOOK_MS > timeoutMs) {
      const ids = left.map(({ id }) => id).join(', ');
      throw new RtError('timeout', `Not ended within ${formatDuration(timeoutMs)}: ${ids}`, {
        hint: 'Their gateways end them as soon as they hear of it. Look at one with: rt sessions show ID',
      });
    }
    await clock.sleep(LOOK_MS, signal);
  }
}
