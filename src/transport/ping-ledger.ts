/** Pings on their way: each carries its number, so that a forged or repeated pong settles nothing. */
import type { Clock } from '../base/clock.ts';

export interface PingLedger {
  /** Begins a measurement: send `payload` in the ping. */
  start(): { readonly payload: string; readonly roundTripMs: Promise<number | undefined> };
  /** Settles the ping that `payload` answers and all before it (a peer may answer only the latest). */
  settle(payload: string): void;
  /** Settles every waiting ping with undefined. */
  abandon(): void;
}

/** An empty ledger on `clock`. */
export function createPingLedger(clock: Clock): PingLedger {
  const waiting = new Map<number, (answered: boolean) => void>();
  let lastNumber = 0;
  return {
    start: () => {
      lastNumber += 1;
      const number = lastNumber;
      const sentMs = clock.nowMs();
      const roundTripMs = new Promise<number | undefined>((resolve) => {
        waiting.set(number, (answered) => {
          waiting.delete(number);
          resolve(answered ? clock.nowMs() - sentMs : undefined);
        });
      });
      return { payload: String(number), roundTripMs };
    },
    settle: (payload) => {
      const answered = Number(payload);
      if (!waiting.has(answered)) return;
      for (const [number, finish] of waiting) if (number <= answered) finish(true);
    },
    abandon: () => {
      for (const finish of waiting.values()) finish(false);
    },
  };
}
