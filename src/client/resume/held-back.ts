/**
 * What the old connection of a session says after the next one was asked to go on. The next gateway goes on from what
 * the client had when it asked, and what the old one had not journaled by then is said again under other numbers. So
 * it waits here: passed over once the next connection has begun, told when that came to nothing.
 */
import type { ReceivedMessage } from '../metrics.ts';

export interface HeldBack {
  /** The next connection was asked to go on. */
  start(): void;
  /** True when the message waits. The end of the session does not: nobody goes on with it. */
  keeps(message: ReceivedMessage): boolean;
  /** What has waited, in order; nothing waits any more. */
  release(): readonly ReceivedMessage[];
}

export function createHeldBack(): HeldBack {
  let held: ReceivedMessage[] | undefined;
  return {
    start() {
      held ??= [];
    },
    keeps(message) {
      if (held === undefined || message.type === 'session.end') return false;
      held.push(message);
      return true;
    },
    release() {
      const waited = held ?? [];
      held = undefined;
      return waited;
    },
  };
}
