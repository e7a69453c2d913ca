/** Keeps following what the screen needs, and nothing else: each need ends the one before it. */
import type { Followed } from '../../client/transcript-feed.ts';
import { type FollowTextOptions, followText } from './follow-text.ts';

export interface TextFollower {
  /** Follows `followed` from now on; nothing changes where it is followed already. */
  readonly need: (followed: Followed | undefined) => void;
  /** Rejects with the first fault that is not Redis's; never resolves. */
  readonly failed: Promise<never>;
}

/** Follows nothing yet; the signal of `options` ends whatever is followed. */
export function createTextFollower(options: FollowTextOptions): TextFollower {
  const { clock, dispatch, signal } = options;
  let current: Followed | undefined;
  let over = new AbortController();
  const { promise: failed, reject } = withReject();
  return {
    failed,
    need(followed) {
      if (followed === current || signal.aborted) return;
      current = followed;
      over.abort();
      over = new AbortController();
      if (followed === undefined) {
        dispatch({ type: 'following', followed, atMs: clock.nowMs(), date: clock.date() });
        return;
      }
      followText({ ...options, signal: AbortSignal.any([signal, over.signal]) }, followed).catch(reject);
    },
  };
}

function withReject(): { readonly promise: Promise<never>; readonly reject: (error: unknown) => void } {
  let reject: (error: unknown) => void = () => undefined;
  const promise = new Promise<never>((_, refuse) => {
    reject = refuse;
  });
  // Whoever races it hears of it; nobody has to.
  promise.catch(() => undefined);
  return { promise, reject };
}
