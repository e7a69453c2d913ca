/**
 * Which waiting steps go into one batch. Pure.
 *
 * The most urgent one always does. The others are those whose caches lie beside its own, if most of them are
 * waiting too; otherwise the most urgent ones, but sparing companies that could step whole: to take a stream
 * out of one means to gather the caches of the new batch.
 */
import { PRESENT_SHARE } from '../asr/streaming/companies.ts';

export interface Candidate {
  /** Streams whose caches lie together, this one's among them. */
  readonly company: { readonly members: readonly unknown[] } | undefined;
}

/** A batch of less than this share of the limit is filled up, whatever it costs. */
const FULL_SHARE = 0.5;

/** @param waiting most urgent first, not empty */
export function chooseCompanions<C extends Candidate>(waiting: readonly C[], limit: number): readonly C[] {
  const present = countByCompany(waiting);
  const isWhole = ({ company }: C): boolean =>
    company !== undefined && (present.get(company) ?? 0) >= PRESENT_SHARE * company.members.length;
  const [first, ...others] = waiting;
  if (!first || waiting.length <= 1) return waiting;
  const isMate = ({ company }: C): boolean => company === first.company;
  const isEnough = (count: number): boolean => count >= Math.min(FULL_SHARE * limit, waiting.length);
  if (isWhole(first)) {
    const mates = waiting.filter(isMate);
    if (mates.length <= limit && isEnough(mates.length)) return mates;
  }
  const loners = [first, ...others.filter((each) => isMate(each) || !isWhole(each))];
  return (isEnough(loners.length) ? loners : waiting).slice(0, limit);
}

function countByCompany(waiting: readonly Candidate[]): ReadonlyMap<object, number> {
  const counts = new Map<object, number>();
  for (const { company } of waiting) if (company) counts.set(company, (counts.get(company) ?? 0) + 1);
  return counts;
}
