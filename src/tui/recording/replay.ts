/**
 * Shows a recording again, to the same store and the same screens, at its own pace.
 *
 * Whoever follows text finds what a running fleet would give: a session with what was said in it before, everything
 * from now on. Always true: times are those of the recording; when it is over time stands, and so does the picture.
 */
import type { Clock } from '../../base/clock.ts';
import type { FleetView, SessionView } from '../../registry/ports.ts';
import { type Action, initialState, reduce, type State } from '../state/store.ts';
import type { Recording } from './read-recording.ts';
import type { RecordedFact, RecordingHeader } from './recording.ts';
import { createReplayClock, type ReplayClock } from './replay-clock.ts';
import { createReplayFeed, type ReplayFeed } from './replay-feed.ts';

export interface Replay {
  readonly header: RecordingHeader;
  readonly clock: ReplayClock;
  readonly transcripts: ReplayFeed;
  /** Records of sessions as they were last seen. */
  readonly fleet: Pick<FleetView, 'session'>;
  /** Resolves when the recording is over or the signal says so. */
  readonly play: (dispatch: (action: Action) => void, signal: AbortSignal) => Promise<void>;
}

export interface ReplayOptions {
  readonly real: Clock;
  /** Seconds of the recording per second. */
  readonly speed: number;
}

export function createReplay(recording: Recording, { real, speed }: ReplayOptions): Replay {
  const { header } = recording;
  const clock = createReplayClock({ real, at: header.at, speed });
  const transcripts = createReplayFeed();
  const records = new Map<string, SessionView | undefined>();
  const originMs = clock.nowMs();
  return {
    header,
    clock,
    transcripts,
    fleet: { session: (id) => Promise.resolve(records.get(id)) },
    async play(dispatch, signal) {
      for await (const entry of recording.entries) {
        if ('type' in entry) {
          dispatch({ type: 'remarked', remark: entry.notice });
          return;
        }
        const { tMs, fact } = entry;
        await clock.runTo(originMs + tMs, signal);
        if (signal.aborted) return;
        if (fact.type === 'text') transcripts.say(fact.event);
        if (fact.type === 'session') records.set(fact.id, fact.record);
        const action = actionOf(fact, { header, tMs, originMs });
        if (action !== undefined) dispatch(action);
      }
    },
  };
}

export interface LastOf {
  readonly state: State;
  /** Of the last line. */
  readonly date: Date;
  /** Why it is not whole; empty where it is. */
  readonly notice: string;
}

/** What is known at the end of a recording. */
export async function lastOf({ header, entries }: Recording): Promise<LastOf> {
  let state = initialState(0);
  let notice = '';
  let lastMs = 0;
  for await (const entry of entries) {
    if ('type' in entry) {
      notice = entry.isWhole ? '' : entry.notice;
      continue;
    }
    lastMs = entry.tMs;
    const action = actionOf(entry.fact, { header, tMs: lastMs, originMs: 0 });
    if (action !== undefined) state = reduce(state, action);
  }
  return { state, date: new Date(header.at.getTime() + lastMs), notice };
}

export interface RecordedTime {
  readonly header: RecordingHeader;
  readonly tMs: number;
  /** When the recording began, on the clock of the screens. */
  readonly originMs: number;
}

/** The action the store saw when `fact` was recorded; undefined for text, which whoever follows it asks for. */
export function actionOf(fact: RecordedFact, { header, tMs, originMs }: RecordedTime): Action | undefined {
  const when = { atMs: originMs + tMs, date: new Date(header.at.getTime() + tMs) };
  switch (fact.type) {
    case 'sample': {
      const { workers, snapshot, readMs } = fact;
      return { type: 'sampled', sample: { workers, snapshot, readMs, ...when } };
    }
    case 'outage':
      return { type: 'failed', atMs: when.atMs, reason: fact.reason };
    case 'event':
      return { type: 'happened', event: fact.event, ...when };
    default:
      return undefined;
  }
}
