import type { JSX } from 'react';
import { displayWidth } from '../../base/display-width.ts';
import type { Span } from '../column.ts';
import { ageText, cell, msText, timeOfDay } from '../format.ts';
import type { Theme, Tone } from '../theme.ts';
import type { Freshness, View } from '../view.ts';
import { Line } from './line.tsx';

export interface TitleBarProps {
  readonly view: View;
  readonly target: string;
  readonly date: Date;
  readonly isPaused: boolean;
  readonly width: number;
  readonly theme: Theme;
}

const AGE_TONES: Readonly<Record<Freshness, Tone>> = { fresh: 'plain', aging: 'warn', stale: 'bad' };

/** Which cluster, how fast Redis answers, how old the picture is, and the time. */
export function TitleBar({ view, target, date, isPaused, width, theme }: TitleBarProps): JSX.Element {
  const { glyphs } = theme;
  const dot = ` ${glyphs.dot} `;
  const facts: readonly Span[] = [
    { text: `redis ${view.isWaiting ? glyphs.none : msText(view.readMs)} ms${dot}`, tone: 'plain' },
    {
      text: view.isWaiting ? 'no data yet' : `data ${ageText(view.dataAgeMs)} old`,
      tone: AGE_TONES[view.freshness],
    },
    { text: isPaused ? `${dot}PAUSED` : '', tone: 'warn' },
  ];
  const time = timeOfDay(date);
  const taken = facts.reduce((sum, { text }) => sum + displayWidth(text), 'rt top'.length + 2 * dot.length);
  const left = width - 2 - taken - time.length;
  const name = cell(target, { width: Math.max(0, Math.min(displayWidth(target), left - 1)) }, glyphs);
  return (
    <Line
      theme={theme}
      gap=""
      spans={[
        { text: 'rt top', tone: 'strong' },
        { text: `${dot}${name}${dot}`, tone: 'plain' },
        ...facts,
        { text: ' '.repeat(Math.max(1, left - displayWidth(name))) + time, tone: 'faint' },
      ]}
    />
  );
}
