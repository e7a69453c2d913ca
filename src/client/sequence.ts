/** The numbers of a session's durable events: which have come, which are missing, which came again. */
export interface Sequence {
  /** Counts `seq`; false when it had come before. */
  accept(seq: number): boolean;
  /** The highest number up to which nothing is missing; 0 before the first. */
  readonly unbroken: number;
  /** Numbers below the highest one that have not come. */
  readonly holes: number;
}

/** An empty record. A resumed session brings numbers out of step, so it counts a set and not a line. */
export function createSequence(): Sequence {
  const missing = new Set<number>();
  let highest = 0;
  return {
    accept: (seq) => {
      if (seq <= highest) return missing.delete(seq);
      for (let skipped = highest + 1; skipped < seq; skipped += 1) missing.add(skipped);
      highest = seq;
      return true;
    },
    get unbroken() {
      // Numbers are added in rising order, so the first is the lowest.
      const [lowest] = missing;
      return lowest === undefined ? highest : lowest - 1;
    },
    get holes() {
      return missing.size;
    },
  };
}
