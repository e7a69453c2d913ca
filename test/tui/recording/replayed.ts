/** States of a recording at moments of it, as the screens of its replay have them. */
import type { Followed } from '../../../src/client/transcript-feed.ts';
import { openRecording } from '../../../src/tui/recording/read-recording.ts';
import { actionOf } from '../../../src/tui/recording/replay.ts';
import { type Action, initialState, reduce, type State } from '../../../src/tui/state/store.ts';

export const FAILOVER = 'fixtures/top/failover.jsonl';

export interface Moment {
  readonly tMs: number;
  readonly followed: Followed;
}

/** What is known at that moment to whoever followed from the first line on. */
export async function stateAt(path: string, { tMs, followed }: Moment): Promise<State> {
  const { header, entries } = await openRecording(path);
  let state = initialState(0);
  const dispatch = (action: Action | undefined): void => {
    if (action !== undefined) state = reduce(state, action);
  };
  dispatch({ type: 'following', followed, atMs: 0, date: header.at });
  for await (const entry of entries) {
    if ('type' in entry || entry.tMs > tMs) break;
    const { fact } = entry;
    const when = { atMs: entry.tMs, date: new Date(header.at.getTime() + entry.tMs) };
    if (fact.type === 'text') {
      const isHeard = followed === 'all' || ('sessionId' in fact.event && fact.event.sessionId === followed);
      if (isHeard) dispatch({ type: 'heard', followed, events: [fact.event], ...when });
    } else if (fact.type === 'session') dispatch({ type: 'looked-up', id: fact.id, record: fact.record });
    else dispatch(actionOf(fact, { header, tMs: entry.tMs, originMs: 0 }));
  }
  return state;
}
