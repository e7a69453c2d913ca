import { Box } from 'ink';
import type { JSX } from 'react';
import { cell } from '../format.ts';
import { NO_ALERTS } from '../hints.ts';
import { window } from '../layout.ts';
import { Heading } from './heading.tsx';
import { Line } from './line.tsx';
import type { PartProps } from './worker-table.tsx';

export const ALERT_MARKS = { critical: '!', warning: '~' } as const;
export const ALERT_TONES = { critical: 'bad', warning: 'warn' } as const;

/** What is wrong, worst first. */
export function AlertList({ view, width, rows, theme }: PartProps): JSX.Element {
  const { alerts } = view;
  const { shown, hidden } = window(alerts, rows);
  return (
    <Box flexDirection="column" width={width} height={rows + 1}>
      <Heading
        title="ALERTS"
        note={alerts.length === 0 ? '' : String(alerts.length)}
        width={width}
        theme={theme}
      />
      {alerts.length === 0 ? <Line theme={theme} spans={[{ text: NO_ALERTS, tone: 'faint' }]} /> : null}
      {shown.map(({ level, code, subject, text }) => (
        <Line
          key={`${code} ${subject}`}
          theme={theme}
          spans={[
            {
              text: cell(`${ALERT_MARKS[level]} ${text}`, { width: width - 2 }, theme.glyphs),
              tone: ALERT_TONES[level],
            },
          ]}
        />
      ))}
      {hidden === 0 ? null : <Line theme={theme} spans={[{ text: `and ${hidden} more`, tone: 'faint' }]} />}
    </Box>
  );
}
