/** How a session of a load run ended. Pure. */
import type { WireFault } from './wire.ts';

export type SessionOutcome =
  /** Everything that was sent was answered; `isWhole`: and the server counted as many samples. */
  | { readonly type: 'complete'; readonly isWhole: boolean }
  /** The server said, before the session began, that it has no place for it. */
  | { readonly type: 'refused'; readonly fault: WireFault }
  | { readonly type: 'failed'; readonly fault: WireFault };

/** Close code and error codes with which a server says that it has no place for one more session. */
const NO_PLACE_CLOSE = 1013;
const NO_PLACE: ReadonlySet<string> = new Set(['no_capacity', 'too_many_sessions', 'rate_limited']);

export const SILENT: WireFault = {
  code: 'timeout',
  message: 'The server did not finish the session in time',
};

/** The outcome of a session whose connection closed before everything was answered. */
export function outcomeOfClose(end: {
  readonly hasBegun: boolean;
  /** What the server said before it closed. */
  readonly fault: WireFault | undefined;
  readonly closeCode: number;
}): SessionOutcome {
  const message = `The server closed the session before it was answered (close code ${String(end.closeCode)})`;
  const fault: WireFault = end.fault ?? { code: 'session_failed', message };
  const isRefused = !end.hasBegun && (end.closeCode === NO_PLACE_CLOSE || NO_PLACE.has(fault.code));
  return { type: isRefused ? 'refused' : 'failed', fault };
}
