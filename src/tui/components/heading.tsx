import type { JSX } from 'react';
import { displayWidth } from '../../base/display-width.ts';
import type { Theme } from '../theme.ts';
import { Line } from './line.tsx';

export interface HeadingProps {
  readonly title: string;
  /** At the right end; empty for none. */
  readonly note: string;
  readonly width: number;
  readonly theme: Theme;
}

/** The name of a part, a rule, and what there is to say of the whole part. */
export function Heading({ title, note, width, theme }: HeadingProps): JSX.Element {
  const end = note === '' ? '' : ` ${note}`;
  const ruleWidth = width - 2 - displayWidth(title) - displayWidth(end);
  return (
    <Line
      theme={theme}
      gap=""
      spans={[
        { text: `${title} `, tone: 'strong' },
        { text: theme.glyphs.rule.repeat(Math.max(0, ruleWidth)), tone: 'faint' },
        { text: end, tone: 'faint' },
      ]}
    />
  );
}
