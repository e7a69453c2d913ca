import type { JSX } from 'react';
import { ageText, cell } from '../format.ts';
import type { Theme } from '../theme.ts';
import type { View } from '../view.ts';
import { Line } from './line.tsx';

/** What must not be overlooked about the picture itself; undefined while it can be trusted. */
export function bannerText(view: View): string | undefined {
  const stale = view.freshness === 'stale' ? 'STALE ' : '';
  if (view.outage !== undefined) {
    const shown = view.isWaiting ? '' : `, showing what was known ${ageText(view.dataAgeMs)} ago`;
    return `${stale}Redis does not answer${shown}. Trying again.`;
  }
  return stale === '' ? undefined : `${stale}No news from Redis for ${ageText(view.dataAgeMs)}.`;
}

export interface BannerProps {
  readonly text: string;
  readonly width: number;
  readonly theme: Theme;
}

export function Banner({ text, width, theme }: BannerProps): JSX.Element {
  const shown = cell(`! ${text}`, { width: width - 2 }, theme.glyphs);
  return <Line theme={theme} spans={[{ text: shown, tone: 'bad' }]} />;
}
