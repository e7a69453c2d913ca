/** Whether something that is counted, such as errors, happens more often on one side. Pure. */

/** Probability below which a difference is taken for one, on each side: 95 % together. */
const CHANCE = 0.025;

export interface Tallied {
  readonly count: number;
  readonly runs: number;
}

/**
 * The conditional test of two Poisson rates (J. Przyborowski and H. Wilenski, Biometrika 31, 1940): of all that was
 * counted, each is in B with the chance of B's share of the runs.
 */
export function judgeCounts(a: Tallied, b: Tallied): 'more' | 'less' | 'alike' {
  const total = a.count + b.count;
  const share = b.runs / (a.runs + b.runs);
  if (atLeast(b.count, total, share) < CHANCE) return 'more';
  return atLeast(a.count, total, 1 - share) < CHANCE ? 'less' : 'alike';
}

/** The chance of `least` or more of `total`, each with the chance `share`; by logarithms, so that none underflows. */
function atLeast(least: number, total: number, share: number): number {
  let logChoose = 0;
  let sum = 0;
  for (let k = 0; k <= total; k++) {
    if (k > 0) logChoose += Math.log((total - k + 1) / k);
    if (k >= least) sum += Math.exp(logChoose + k * Math.log(share) + (total - k) * Math.log(1 - share));
  }
  return sum;
}
