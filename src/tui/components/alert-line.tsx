import type { JSX } from 'react';
import type { Alert } from '../alerts.ts';
import { cell } from '../format.ts';
import type { Theme } from '../theme.ts';
import { ALERT_MARKS, ALERT_TONES } from './alert-list.tsx';
import { Line } from './line.tsx';

export interface AlertLineProps {
  /** Worst first; not empty. */
  readonly alerts: readonly Alert[];
  readonly columns: number;
  readonly theme: Theme;
}

/** The worst alert and how many more there are, for screens without a place for all. */
export function AlertLine({ alerts, columns, theme }: AlertLineProps): JSX.Element {
  const [worst] = alerts;
  if (worst === undefined) return <Line theme={theme} spans={[]} />;
  const more = alerts.length === 1 ? '' : `  +${alerts.length - 1} more (1)`;
  const width = Math.max(1, columns - 2 - more.length);
  const text = cell(`${ALERT_MARKS[worst.level]} ${worst.text}`, { width }, theme.glyphs);
  return (
    <Line
      theme={theme}
      gap=""
      spans={[
        { text, tone: ALERT_TONES[worst.level] },
        { text: more, tone: 'faint' },
      ]}
    />
  );
}
