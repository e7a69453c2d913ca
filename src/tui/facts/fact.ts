/** Labelled values on one line. */
import { displayWidth } from '../../base/display-width.ts';
import { GAP } from '../drawing/column.ts';
import type { Tone } from '../drawing/theme.ts';

export interface Fact {
  readonly label: string;
  readonly value: string;
  readonly tone?: Tone;
}

/** Columns of `facts` on one line. */
export function factsWidth(facts: readonly Fact[]): number {
  return (
    facts.reduce((sum, { label, value }) => sum + label.length + 1 + displayWidth(value), 0) +
    GAP.length * (facts.length - 1)
  );
}

/** The facts from the first on that fit into `width`. */
export function fittingFacts(facts: readonly Fact[], width: number): readonly Fact[] {
  return facts.filter((_, index) => factsWidth(facts.slice(0, index + 1)) <= width);
}
