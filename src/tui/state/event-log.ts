/** The newest events, as the list of events shows them: oldest first. */
import { safeText } from '../../base/terminal-text.ts';
import type { FleetEvent } from '../../registry/ports.ts';

/** Texts are safe, and empty where nothing was said. */
export interface LoggedEvent {
  /** Counts the events this program has seen. */
  readonly number: number;
  readonly type: FleetEvent['type'];
  /** Wall time, by the clock of Redis. */
  readonly at: string;
  readonly workerId: string;
  readonly sessionId: string;
  readonly gatewayId: string;
  readonly reason: string;
}

/** Events that can be scrolled through. */
const MOST_LOGGED = 500;

/** `log` with `event` at its end. */
export function withLogged(log: readonly LoggedEvent[], event: FleetEvent): readonly LoggedEvent[] {
  const textOf = (text: string | undefined): string => safeText(text ?? '');
  const logged: LoggedEvent = {
    number: (log.at(-1)?.number ?? 0) + 1,
    type: event.type,
    at: event.at,
    workerId: textOf(event.workerId),
    sessionId: textOf(event.sessionId),
    gatewayId: textOf(event.gatewayId),
    reason: textOf(event.reason),
  };
  return [...log, logged].slice(-MOST_LOGGED);
}
