/** What a resuming session tells whoever watches, besides the messages of the gateway. */
import type { Ending } from './recovery.ts';

export type ResumeNotice =
  | { readonly type: 'lost'; readonly ending: Ending; readonly gateway: string; readonly inMs: number }
  | { readonly type: 'try_failed'; readonly ending: Ending; readonly gateway: string; readonly inMs: number }
  | {
      readonly type: 'resumed';
      readonly gateway: string;
      /** Since the connection was lost; 0 where it was replaced while it stood. */
      readonly afterMs: number;
      readonly isComplete: boolean;
    }
  /** The oldest audio that was not committed is no longer held: a resume could be incomplete. */
  | { readonly type: 'let_go'; readonly heldMs: number };

/** One sentence, without control characters where the words are ours; the rest is for the caller to clean. */
export function noticeText(notice: ResumeNotice): string {
  switch (notice.type) {
    case 'lost':
      return `Connection lost (${endingText(notice.ending)}); going on at ${notice.gateway} in ${seconds(notice.inMs)}.`;
    case 'try_failed':
      return `Not resumed (${endingText(notice.ending)}); next try at ${notice.gateway} in ${seconds(notice.inMs)}.`;
    case 'resumed':
      return notice.isComplete
        ? `Resumed at ${notice.gateway} after ${seconds(notice.afterMs)}, nothing lost.`
        : `Resumed at ${notice.gateway} after ${seconds(notice.afterMs)}; the gateway says that audio or events before are lost.`;
    case 'let_go':
      return `The gateway has not committed anything for ${seconds(notice.heldMs)} of audio; older audio is no longer held, so a lost connection could lose words.`;
  }
}

/** Why a connection ended, in a few words. */
export function endingText({ fault, error, close }: Ending): string {
  if (error !== undefined) return `${error.code}: ${error.message}`;
  if (fault !== undefined) return fault.message;
  const reason = close === undefined || close.reason === '' ? '' : `: ${close.reason}`;
  return `close code ${String(close?.code ?? 1006)}${reason}`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
