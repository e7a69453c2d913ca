/** Chooses a token from masked logits: the likeliest, or one drawn by a seeded generator. */

export interface Choice {
  readonly id: number;
  /** Natural logarithm of its probability among the allowed tokens, at temperature 1. */
  readonly logProbability: number;
}

/** Numbers in [0, 1), the same for the same seed. */
export type RandomSource = () => number;

/** ln Σ exp; NaN when a value is NaN, −∞ for none. */
export function logSumExp(values: Float32Array): number {
  let greatest = Number.NEGATIVE_INFINITY;
  for (const value of values) greatest = Math.max(greatest, value);
  if (greatest === Number.NEGATIVE_INFINITY || Number.isNaN(greatest)) return greatest;
  let sum = 0;
  for (const value of values) sum += Math.exp(value - greatest);
  return greatest + Math.log(sum);
}

/** The likeliest token, the first of equals; undefined when the logits are not numbers or forbid everything. */
export function chooseLikeliest(logits: Float32Array): Choice | undefined {
  const total = logSumExp(logits);
  if (!Number.isFinite(total)) return undefined;
  let id = 0;
  for (let other = 1; other < logits.length; other++) if (logits[other]! > logits[id]!) id = other;
  return { id, logProbability: logits[id]! - total };
}

/** A token drawn from softmax(logits / temperature); undefined as above. */
export function drawToken(
  logits: Float32Array,
  temperature: number,
  random: RandomSource,
): Choice | undefined {
  const total = logSumExp(logits);
  if (!Number.isFinite(total)) return undefined;
  const cooled = logits.map((value) => value / temperature);
  const cooledTotal = logSumExp(cooled);
  let rest = random();
  let drawn = 0;
  for (let id = 0; id < cooled.length; id++) {
    const probability = Math.exp(cooled[id]! - cooledTotal);
    if (probability === 0) continue;
    drawn = id;
    rest -= probability;
    if (rest < 0) break;
  }
  return { id: drawn, logProbability: logits[drawn]! - total };
}

/** Mulberry32: one 32-bit state, enough for a few hundred draws. */
export function createRandomSource(seed: number): RandomSource {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The probability of one token among all of them. */
export function probabilityOf(id: number, logits: Float32Array): number {
  return Math.exp(logits[id]! - logSumExp(logits));
}
