/** Round trips of pings on the sockets of the sessions themselves, one session a moment, in turn. */
import type { Clock } from '../../base/clock.ts';
import { repeat } from '../../base/repeat.ts';
import { createLatencyHistogram, type LatencyHistogram } from '../histogram.ts';
import type { BenchStream } from '../wire.ts';

export interface RoundTripOptions {
  readonly clock: Clock;
  readonly everyMs: number;
  /** Sessions that are open now. */
  readonly streams: () => readonly BenchStream[];
  readonly signal: AbortSignal;
}

/** Pings until `signal` aborts. */
export function watchRoundTrips(options: RoundTripOptions): LatencyHistogram {
  const { clock, everyMs, streams, signal } = options;
  const histogram = createLatencyHistogram();
  let turn = 0;
  const run = (): void => {
    const open = streams();
    const pinged = open[turn++ % Math.max(1, open.length)]?.ping?.();
    void pinged?.then((roundTripMs) => {
      if (roundTripMs !== undefined && !signal.aborted) histogram.recordMs(roundTripMs);
    });
  };
  void repeat(clock, { everyMs, run, signal });
  return histogram;
}
