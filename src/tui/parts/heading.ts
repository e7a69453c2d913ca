import { displayWidth } from '../../base/display-width.ts';
import { type Line, lineOf } from '../drawing/line.ts';
import type { Theme } from '../drawing/theme.ts';

export interface HeadingOptions {
  readonly title: string;
  /** At the right end; empty for none. */
  readonly note: string;
  readonly width: number;
  readonly theme: Theme;
}

/** The name of a part, a rule, and what there is to say of the whole part. */
export function heading({ title, note, width, theme }: HeadingOptions): Line {
  const end = note === '' ? '' : ` ${note}`;
  const ruleWidth = width - 2 - displayWidth(title) - displayWidth(end);
  const rule = theme.glyphs.rule.repeat(Math.max(0, ruleWidth));
  return lineOf(
    [
      { text: `${title} `, tone: 'strong' },
      { text: rule + end, tone: 'faint' },
    ],
    { gap: '' },
  );
}
