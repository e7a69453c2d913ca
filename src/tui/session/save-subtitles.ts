/** What was said in a session, as a subtitle file. */
import { isId, type SessionId } from '../../base/ids.ts';
import { toSrt } from '../../client/subtitles.ts';
import type { TranscriptFeed } from '../../client/transcript-feed.ts';
import { writeNewFile } from '../write-new-file.ts';
import { positionText } from './position-text.ts';

export interface SaveSubtitlesOptions {
  readonly sessionId: string;
  readonly transcripts: Pick<TranscriptFeed, 'finals'>;
  readonly folder: string;
}

/**
 * Writes everything final that is kept, not only what the screen holds; answers the path and what is missing.
 * @throws Error that says why nothing was written
 */
export async function saveSubtitles({
  sessionId,
  transcripts,
  folder,
}: SaveSubtitlesOptions): Promise<string> {
  const { finals, isWhole } = isId(sessionId)
    ? await transcripts.finals(sessionId as SessionId)
    : { finals: [], isWhole: true };
  const [first] = finals;
  if (first === undefined) throw new Error('nothing to write: no final text of this session is to be had');
  const segments = finals.map(({ startS, endS, text }) => ({ start: startS, end: endS, text }));
  const path = await writeNewFile({ folder, name: sessionId, extension: '.srt', text: toSrt(segments) });
  return isWhole
    ? path
    : `${path}, from ${positionText(first.startS)} on: what was said before is no longer kept`;
}
