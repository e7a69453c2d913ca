/** What the screen that is shown needs to hear. */
import { isId, type SessionId } from '../../base/ids.ts';
import type { Followed } from '../../client/transcript-feed.ts';
import type { Ui } from './ui.ts';

export interface Audience {
  /** Room for more than one line. */
  readonly hasRoom: boolean;
  /** False where the monitor was started without texts. */
  readonly hasTranscripts: boolean;
}

/** Nothing while no live text is on the screen: then Redis is not asked for any. */
export function followedBy({ open, view }: Ui, { hasRoom, hasTranscripts }: Audience): Followed | undefined {
  if (!hasRoom) return undefined;
  // Without texts a session still has its events.
  if (open?.kind === 'session') return isId(open.id) ? (open.id as SessionId) : undefined;
  return open === undefined && view === 'transcripts' && hasTranscripts ? 'all' : undefined;
}
