import { cell } from '../drawing/cell.ts';
import { type Line, textLine } from '../drawing/line.ts';
import { ageText } from '../drawing/quantity-text.ts';
import type { Theme } from '../drawing/theme.ts';
import type { View } from '../state/view.ts';

/** What must not be overlooked about the picture itself; undefined while it can be trusted. */
export function bannerText(view: View): string | undefined {
  const stale = view.freshness === 'stale' ? 'STALE ' : '';
  if (view.outage !== undefined) {
    const shown = view.isWaiting ? '' : `, shown as of ${ageText(view.dataAgeMs)} ago`;
    // Either fits 80 columns.
    const rest = view.text.followed === undefined ? 'Trying again.' : 'Live text is interrupted.';
    return `${stale}Redis does not answer${shown}. ${rest}`;
  }
  if (stale !== '') return `${stale}No news from Redis for ${ageText(view.dataAgeMs)}.`;
  return view.remark === '' ? undefined : view.remark;
}

export interface BannerOptions {
  readonly text: string;
  readonly width: number;
  readonly theme: Theme;
}

/** The line that shows it. */
export function bannerLine({ text, width, theme }: BannerOptions): Line {
  return textLine(cell(`! ${text}`, { width: width - 2 }, theme.glyphs), 'bad');
}
