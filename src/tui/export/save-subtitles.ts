/** What was said in a session, as a subtitle file. */
import { RtError } from '../../base/errors.ts';
import { isId, type SessionId } from '../../base/ids.ts';
import { toSrt } from '../../client/subtitles.ts';
import type { HeardFinal, KeptFinals, TranscriptFeed } from '../../client/transcript-feed.ts';
import { positionText } from '../drawing/quantity-text.ts';
import type { SessionText } from '../live-text/session-text.ts';
import { writeNewFile } from './write-new-file.ts';

export interface SaveSubtitlesOptions {
  readonly sessionId: string;
  readonly transcripts: Pick<TranscriptFeed, 'finals'>;
  /** What the screen holds of it: all there is while Redis is away, or has lost its data. */
  readonly held: SessionText | undefined;
  readonly folder: string;
}

/**
 * Writes everything final that the journal or the screen holds; answers the path and what is missing.
 * @throws Error that says why nothing was written
 */
export async function saveSubtitles({
  sessionId,
  held,
  folder,
  ...options
}: SaveSubtitlesOptions): Promise<string> {
  const kept = isId(sessionId) ? await keptFinals(options.transcripts, sessionId as SessionId) : NOTHING;
  const finals = union(kept.finals, held?.finals ?? []);
  const [first] = finals;
  if (first === undefined) throw new Error('nothing to write: no final text of this session is to be had');
  const segments = finals.map(({ startS, endS, text }) => ({ start: startS, end: endS, text }));
  const path = await writeNewFile({ folder, name: sessionId, extension: '.srt', text: toSrt(segments) });
  if (kept.isWhole || (held !== undefined && isFromStart(held))) return path;
  return `${path}, from ${positionText(first.startS)} on: what was said before is no longer kept`;
}

const NOTHING: KeptFinals = { finals: [], isWhole: false };

async function keptFinals(
  transcripts: SaveSubtitlesOptions['transcripts'],
  id: SessionId,
): Promise<KeptFinals> {
  try {
    const kept = await transcripts.finals(id);
    // An empty journal says nothing of what there was.
    return kept.finals.length === 0 ? NOTHING : kept;
  } catch (error) {
    if (error instanceof RtError) return NOTHING;
    throw error;
  }
}

function union(kept: readonly HeardFinal[], held: readonly HeardFinal[]): readonly HeardFinal[] {
  const bySeq = new Map([...held, ...kept].map((final) => [final.seq, final]));
  return [...bySeq.values()].toSorted((a, b) => a.seq - b.seq);
}

function isFromStart({ olderFinals, events }: SessionText): boolean {
  return olderFinals === 0 && events[0]?.seq === 1;
}
