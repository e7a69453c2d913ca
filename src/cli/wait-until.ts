/** Asks again and again until the answer is good. */
import type { Clock } from '../base/clock.ts';
import { RtError } from '../base/errors.ts';
import { formatDuration } from '../config/durations.ts';

export interface WaitOptions {
  /** Names what is waited for, for the fault. */
  readonly what: string;
  /** `ready`, or what is missing, in a few words. */
  readonly probe: () => Promise<string>;
  readonly timeoutMs: number;
  readonly pauseMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** The milliseconds it took. @throws RtError timeout with the last thing that was missing, or the signal's reason */
export async function waitUntilReady(options: WaitOptions): Promise<number> {
  const { clock, signal } = options;
  const startMs = clock.nowMs();
  for (;;) {
    signal.throwIfAborted();
    const answer = await options.probe();
    const waitedMs = clock.nowMs() - startMs;
    if (answer === 'ready') return waitedMs;
    if (waitedMs + options.pauseMs > options.timeoutMs) {
      throw new RtError(
        'timeout',
        `${options.what} not ready within ${formatDuration(options.timeoutMs)}: ${answer}`,
        {
          hint: 'Look at its log, or wait longer with --timeout.',
        },
      );
    }
    await clock.sleep(options.pauseMs, signal);
  }
}
