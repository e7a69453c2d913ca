/**
 * What the screens are drawn from: everything learnt of a source, kept as one state, and recorded on its way.
 *
 * A recording that fails is a remark on the screen and never the end of it; a fault of the source is the end.
 */
import type { Followed, TranscriptFeed } from '../client/transcript-feed.ts';
import { createPace, type Pace } from './feed/pace.ts';
import type { Source } from './feed/source.ts';
import { createTextFollower } from './feed/text-follower.ts';
import { recordedFeed, recordText } from './recording/record-text.ts';
import { openRecorder } from './recording/recorder.ts';
import type { RecordingHeader } from './recording/recording.ts';
import type { Frame } from './state/frame.ts';
import { type Action, initialState, reduce } from './state/store.ts';

export interface MonitorOptions {
  readonly source: Source;
  /** Where what is learnt is written, if anywhere. */
  readonly recording: { readonly path: string; readonly header: RecordingHeader } | undefined;
  /** Time between two looks, to begin with. */
  readonly intervalMs: number;
  readonly signal: AbortSignal;
}

export interface Monitor {
  readonly read: () => Frame;
  readonly pace: Pace;
  readonly transcripts: TranscriptFeed;
  /** Follows that text from now on, and no other. */
  readonly need: (followed: Followed | undefined) => void;
  /** Resolves after the signal. @throws what made the source fail */
  readonly running: Promise<void>;
  /** Resolves when everything is recorded. */
  readonly close: () => Promise<void>;
}

/** Begins to learn. @throws RtError config_invalid where the recording cannot be written */
export async function startMonitor(options: MonitorOptions): Promise<Monitor> {
  const { source, recording, intervalMs, signal } = options;
  const { clock } = source;
  let state = initialState(clock.nowMs());
  const keep = (action: Action): void => {
    state = reduce(state, action);
  };
  const remark = (text: string): void => keep({ type: 'remarked', remark: text });
  const recorder =
    recording === undefined ? undefined : await openRecorder({ ...recording, clock, onFault: remark });
  const dispatch = (action: Action): void => {
    recorder?.note(action);
    keep(action);
  };
  const pace = createPace(clock, intervalMs);
  const transcripts =
    recorder === undefined ? source.transcripts : recordedFeed(source.transcripts, recorder);
  const { fleet } = source;
  const follower = createTextFollower({
    fleet,
    transcripts,
    clock,
    intervalMs: pace.intervalMs,
    dispatch,
    signal,
  });
  const recordingText =
    recorder === undefined || recording?.header.hasText !== true
      ? Promise.resolve()
      : recordText({ transcripts: source.transcripts, recorder, onRefused: remark, signal });
  const learning = Promise.all([source.learn({ pace, dispatch, signal }), recordingText]);
  return {
    read: () => ({ state, nowMs: clock.nowMs(), date: clock.date() }),
    pace,
    transcripts,
    need: follower.need,
    running: Promise.race([learning.then(() => undefined), follower.failed]),
    close: async () => recorder?.close(),
  };
}
