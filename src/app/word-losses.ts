/** How many words of a rehearsal are missing, were told twice, or came out of their order. Pure. */
import { finalsOf, idsIn, isRefused, type RunRecord } from '../chaos/check/run-record.ts';

export interface WordLosses {
  readonly lost: number;
  readonly doubled: number;
  readonly reordered: number;
}

/** Over every session that was not refused; a word counts as said once all its audio was sent. */
export function countWordLosses({ sessions }: Pick<RunRecord, 'sessions'>): WordLosses {
  const sum = { lost: 0, doubled: 0, reordered: 0 };
  for (const session of sessions.filter((each) => !isRefused(each))) {
    const told = finalsOf(session).flatMap(({ message }) => idsIn(message.text));
    const distinct = new Set(told);
    sum.doubled += told.length - distinct.size;
    sum.lost += session.truth.filter(({ id, end }) => end <= session.sentSamples && !distinct.has(id)).length;
    // Of a word that was told twice only the first telling has a place.
    const order = [...distinct];
    sum.reordered += order.filter((id, index) => index > 0 && id < Math.max(...order.slice(0, index))).length;
  }
  return sum;
}
