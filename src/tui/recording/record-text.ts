/** Text on its way into a recording. */
import { RtError } from '../../base/errors.ts';
import type { TranscriptFeed } from '../../client/transcript-feed.ts';
import type { Recorder } from './recorder.ts';

export interface RecordTextOptions {
  readonly transcripts: TranscriptFeed;
  readonly recorder: Pick<Recorder, 'hear'>;
  /** Called when Redis refuses. */
  readonly onRefused: (reason: string) => void;
  readonly signal: AbortSignal;
}

/** Records what is said anywhere, whatever the screens show, until the signal. */
export async function recordText({
  transcripts,
  recorder,
  onRefused,
  signal,
}: RecordTextOptions): Promise<void> {
  try {
    for await (const event of transcripts.follow('all', signal)) recorder.hear(event);
  } catch (error) {
    if (!(error instanceof RtError)) throw error;
    onRefused(`What is said is not recorded: ${error.message}`);
  }
}

/** `transcripts`, and what was said in an opened session before the recording began is recorded too. */
export function recordedFeed(transcripts: TranscriptFeed, recorder: Pick<Recorder, 'hear'>): TranscriptFeed {
  return {
    finals: (id) => transcripts.finals(id),
    async *follow(what, signal) {
      for await (const event of transcripts.follow(what, signal)) {
        if (what !== 'all' && (event.type === 'final' || event.type === 'event')) recorder.hear(event);
        yield event;
      }
    },
  };
}
