/** Cuts a connection whose gateway takes audio and says nothing, so that what follows is as after any loss. */
import type { Clock } from '../../base/clock.ts';
import type { Link } from '../link.ts';
import { judgeLink, type LinkActivity } from './watchdog.ts';

const LOOK_EVERY_MS = 1_000;

export interface LinkWatch {
  /** Something went out. */
  readonly sent: () => void;
  /** Something came in. */
  readonly heard: () => void;
}

/** Watches `link` until it closes or `signal` is aborted. */
export function watchLink(
  link: Link,
  options: {
    readonly clock: Clock;
    readonly signal: AbortSignal;
    readonly queue: Pick<LinkActivity, 'hasUnsent' | 'hasSaidEnd'>;
  },
): LinkWatch {
  const { clock, queue } = options;
  const closed = new AbortController();
  const signal = AbortSignal.any([options.signal, closed.signal]);
  void link.closed.then(() => closed.abort());
  let unansweredMs: number | undefined;
  let lastSentMs = clock.nowMs();
  let lastHeardMs = lastSentMs;
  let pingedMs: number | undefined;

  const heard = (): void => {
    lastHeardMs = clock.nowMs();
    unansweredMs = undefined;
    pingedMs = undefined;
  };
  const look = (): void => {
    const activity = {
      unansweredMs,
      lastSentMs,
      lastHeardMs,
      pingedMs,
      hasUnsent: queue.hasUnsent,
      hasSaidEnd: queue.hasSaidEnd,
    };
    const verdict = judgeLink(activity, clock.nowMs());
    if (verdict === 'dead') link.terminate();
    if (verdict !== 'ping') return;
    pingedMs = clock.nowMs();
    void link.ping().then((roundTripMs) => {
      if (roundTripMs !== undefined) heard();
    });
  };
  const watch = async (): Promise<void> => {
    for (;;) {
      await clock.sleep(LOOK_EVERY_MS, signal);
      look();
    }
  };
  // It rejects when there is nothing left to watch.
  watch().catch(() => undefined);
  return {
    heard,
    sent: () => {
      lastSentMs = clock.nowMs();
      unansweredMs ??= lastSentMs;
    },
  };
}
