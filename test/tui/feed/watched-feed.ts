/** A feed that knows who listens to it. */
import type { Followed, TranscriptFeed } from '../../../src/client/transcript-feed.ts';

export interface WatchedFeed {
  readonly feed: TranscriptFeed;
  readonly now: () => readonly Followed[];
  readonly ever: () => readonly Followed[];
}

export function watched(feed: TranscriptFeed): WatchedFeed {
  const ever: Followed[] = [];
  const now: Followed[] = [];
  return {
    now: () => now,
    ever: () => ever,
    feed: {
      finals: (id) => feed.finals(id),
      async *follow(what, signal) {
        ever.push(what);
        now.push(what);
        try {
          yield* feed.follow(what, signal);
        } finally {
          now.splice(now.indexOf(what), 1);
        }
      },
    },
  };
}
