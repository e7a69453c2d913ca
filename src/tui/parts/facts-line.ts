import { GAP } from '../drawing/column.ts';
import { type Line, lineOf } from '../drawing/line.ts';
import { type Fact, fittingFacts } from '../facts/fact.ts';

/** Labelled values on one line of `width`, the last ones left out where there is no room. */
export function factsLine(facts: readonly Fact[], width: number): Line {
  const spans = fittingFacts(facts, width - 2).flatMap(
    ({ label, value, tone = 'plain' }, index) =>
      [
        { text: `${index === 0 ? '' : GAP}${label} `, tone: 'faint' },
        { text: value, tone },
      ] as const,
  );
  return lineOf(spans, { gap: '' });
}
