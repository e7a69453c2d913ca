import type { Opened } from '../choice/screen-name.ts';
import type { Ui } from '../choice/ui.ts';
import { cell } from '../drawing/cell.ts';
import { type Line, textLine } from '../drawing/line.ts';
import type { Theme } from '../drawing/theme.ts';

export interface BreadcrumbOptions {
  readonly ui: Ui;
  readonly columns: number;
  readonly theme: Theme;
}

/** The way back: the view, and everything opened from it up to what is shown. */
export function breadcrumb({ ui, columns, theme }: BreadcrumbOptions): Line {
  const path = [ui.view, ...opensOf(ui.open)].join(` ${theme.glyphs.chosen} `);
  const text = cell(path, { width: columns - 2, keep: 'end' }, theme.glyphs);
  return textLine(text, 'accent');
}

/** Outermost first. */
function opensOf(opened: Opened | undefined): readonly string[] {
  return opened === undefined ? [] : [...opensOf(opened.from), `${opened.kind} ${opened.id}`];
}
