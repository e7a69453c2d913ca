import type { JSX } from 'react';
import { cell } from '../format.ts';
import type { Theme } from '../theme.ts';
import type { Opened, Ui } from '../ui.ts';
import { Line } from './line.tsx';

export interface BreadcrumbProps {
  readonly ui: Ui;
  readonly columns: number;
  readonly theme: Theme;
}

/** The way back: the view, and everything opened from it up to what is shown. */
export function Breadcrumb({ ui, columns, theme }: BreadcrumbProps): JSX.Element {
  const path = [ui.view, ...opensOf(ui.open)].join(` ${theme.glyphs.chosen} `);
  const text = cell(path, { width: columns - 2, keep: 'end' }, theme.glyphs);
  return <Line theme={theme} spans={[{ text, tone: 'accent' }]} />;
}

/** Outermost first. */
function opensOf(opened: Opened | undefined): readonly string[] {
  return opened === undefined ? [] : [...opensOf(opened.from), `${opened.kind} ${opened.id}`];
}
