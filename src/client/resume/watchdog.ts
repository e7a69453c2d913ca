/**
 * Notices a gateway that takes audio and says nothing: decisions alone.
 *
 * A connection can be dead for minutes before the kernel says so. While audio goes out, an acknowledgement is due
 * four times a second; after the audio, when long work may be under way, only a ping is to be answered.
 */
export const SILENCE_MS = 10_000;
/** Audio has gone out over this time, or waits; a single chunk may stay without an answer. */
const SENDING_MS = 5_000;

export interface LinkActivity {
  /** When the first audio left that nothing was heard after; undefined when all was answered. */
  readonly unansweredMs: number | undefined;
  readonly lastSentMs: number;
  readonly lastHeardMs: number;
  readonly hasUnsent: boolean;
  readonly hasSaidEnd: boolean;
  /** When the ping left that is not answered. */
  readonly pingedMs: number | undefined;
}

/** What is to be done about a connection at `nowMs`. */
export function judgeLink(activity: LinkActivity, nowMs: number): 'well' | 'ping' | 'dead' {
  const { unansweredMs, lastSentMs, lastHeardMs, hasUnsent, hasSaidEnd, pingedMs } = activity;
  if (hasSaidEnd && !hasUnsent) {
    if (pingedMs !== undefined) return nowMs - pingedMs >= SILENCE_MS ? 'dead' : 'well';
    return nowMs - Math.max(lastSentMs, lastHeardMs) >= SILENCE_MS ? 'ping' : 'well';
  }
  if (unansweredMs === undefined || nowMs - unansweredMs < SILENCE_MS) return 'well';
  return hasUnsent || lastSentMs - unansweredMs >= SENDING_MS ? 'dead' : 'well';
}
