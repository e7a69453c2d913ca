/**
 * Which waiting steps go into one batch. Pure.
 *
 * The first company that waits nearly whole is stepped as it is: its caches lie together already, and to wait
 * for the rest of another one costs nothing while there is such a one to step. Otherwise, or when the most
 * urgent stream has waited long, the batch is of the most urgent ones, sparing companies that could step
 * whole: to take a stream out of one means to gather the caches of the new batch.
 */
import { PRESENT_SHARE } from '../asr/streaming/companies.ts';

export interface Candidate {
  /** Streams whose caches lie together, this one's among them. */
  readonly company: { readonly members: readonly unknown[] } | undefined;
  readonly waitedMs: number;
  /** Its final is awaited. */
  readonly isFinishing: boolean;
}

/** A batch of less than this share of the limit is filled up, whatever it costs. */
const FULL_SHARE = 0.5;
/** After so long a stream goes into the next batch, whichever that is. */
const PATIENCE_MS = 30;

/** @param waiting most urgent first */
export function chooseCompanions<C extends Candidate>(waiting: readonly C[], limit: number): readonly C[] {
  const [first] = waiting;
  if (!first || waiting.length === 1) return waiting;
  const present = countByCompany(waiting);
  const isEnough = (count: number): boolean => count >= Math.min(FULL_SHARE * limit, waiting.length);
  const isWhole = ({ company }: C): boolean => {
    const count = company === undefined ? 0 : (present.get(company) ?? 0);
    return company !== undefined && count >= PRESENT_SHARE * company.members.length && count <= limit;
  };
  const ready = waiting.find((each) => isWhole(each) && isEnough(present.get(each.company ?? first) ?? 0));
  const isFirstUrgent = first.isFinishing || first.waitedMs >= PATIENCE_MS;
  if (ready && (!isFirstUrgent || ready.company === first.company)) {
    return waiting.filter(({ company }) => company === ready.company);
  }
  const loners = waiting.filter((each) => each.company === first.company || !isWhole(each));
  return (isEnough(loners.length) ? loners : waiting).slice(0, limit);
}

function countByCompany(waiting: readonly Candidate[]): ReadonlyMap<object, number> {
  const counts = new Map<object, number>();
  for (const { company } of waiting) if (company) counts.set(company, (counts.get(company) ?? 0) + 1);
  return counts;
}
