import { Text } from 'ink';
import type { JSX } from 'react';
import { GAP, type Span } from '../column.ts';
import type { Theme } from '../theme.ts';

export interface LineProps {
  readonly spans: readonly Span[];
  readonly theme: Theme;
  /** Between two spans. */
  readonly gap?: string;
  readonly isChosen?: boolean;
}

/** One line of the screen, one column in from the left; never two. */
export function Line({ spans, theme, gap = GAP, isChosen = false }: LineProps): JSX.Element {
  return (
    <Text wrap="truncate" inverse={isChosen && theme.hasColor}>
      {isChosen ? theme.glyphs.chosen : ' '}
      {spans.map(({ text, tone }, index) => (
        // Spans have no identity but their place.
        <Text key={index} {...theme.styles[tone]}>
          {index === 0 ? text : gap + text}
        </Text>
      ))}
    </Text>
  );
}
