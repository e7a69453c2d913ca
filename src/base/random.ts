/** Numbers that look random and are the same for the same seed, so that a run can be repeated. */

/** Uniform numbers in [0, 1), by mulberry32 (T. Ettinger, public domain). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A seed for each thing that draws: FNV-1a over the labels, so that no two share a sequence. */
export function seedFrom(...labels: readonly (string | number)[]): number {
  let hash = 0x811c9dc5;
  for (const unit of Buffer.from(labels.join('\0'))) {
    hash = Math.imul(hash ^ unit, 0x01000193);
  }
  return hash >>> 0;
}
