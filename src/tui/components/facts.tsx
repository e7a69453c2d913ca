import type { JSX } from 'react';
import { GAP } from '../column.ts';
import type { Theme } from '../theme.ts';
import { type Fact, fittingFacts } from '../totals-text.ts';
import { Line } from './line.tsx';

export interface FactsProps {
  readonly facts: readonly Fact[];
  readonly width: number;
  readonly theme: Theme;
}

/** Labelled values on one line, the last ones left out where there is no room. */
export function Facts({ facts, width, theme }: FactsProps): JSX.Element {
  const spans = fittingFacts(facts, width - 2).flatMap(
    ({ label, value, tone = 'plain' }, index) =>
      [
        { text: `${index === 0 ? '' : GAP}${label} `, tone: 'faint' },
        { text: value, tone },
      ] as const,
  );
  return <Line theme={theme} gap="" spans={spans} />;
}
