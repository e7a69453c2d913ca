/** The graph is not of the one kind the import can rewrite; never leaves this folder. */
export class PatternMiss extends Error {
  override readonly name = 'PatternMiss';
}

/** @throws PatternMiss when `condition` does not hold; `what` says what was looked for and what was there */
export function expectPattern(condition: boolean, what: string): asserts condition {
  if (!condition) throw new PatternMiss(what);
}
