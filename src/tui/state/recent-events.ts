/** Events of the last minute, which alerts and rates are made of. */
import { safeText } from '../../base/terminal-text.ts';
import type { FleetEvent } from '../../registry/ports.ts';
import { pastMs } from './past-ms.ts';

export interface PastEvent {
  readonly type: FleetEvent['type'];
  readonly atMs: number;
  readonly reason: string;
}

export const EVENT_WINDOW_MS = 60_000;
/** A storm of refusals must not fill the memory; more than this is shown as this. */
export const MOST_EVENTS = 1000;
/** Events that arrive later than this after the start are new, whatever the clock of their host says. */
const BACKLOG_MS = 2000;

export interface Arrival {
  readonly atMs: number;
  readonly date: Date;
  /** When this program began to listen. */
  readonly startedAtMs: number;
}

/** `events` with one more at their end. */
export function withEvent(
  events: readonly PastEvent[],
  event: FleetEvent,
  { atMs, date, startedAtMs }: Arrival,
): readonly PastEvent[] {
  const isNew = atMs - startedAtMs > BACKLOG_MS;
  const past: PastEvent = {
    type: event.type,
    atMs: isNew ? atMs : atMs - pastMs(event.at, date),
    reason: safeText(event.reason ?? ''),
  };
  return recentEvents([...events, past], atMs).slice(-MOST_EVENTS);
}

/** Those of the minute before `nowMs`. */
export function recentEvents(events: readonly PastEvent[], nowMs: number): readonly PastEvent[] {
  return events.filter(({ atMs }) => nowMs - atMs < EVENT_WINDOW_MS);
}
