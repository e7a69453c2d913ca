import type { JSX } from 'react';
import type { Theme } from '../theme.ts';
import type { Ui } from '../ui.ts';
import { Line } from './line.tsx';

export interface FooterProps {
  readonly ui: Ui;
  readonly canScroll: boolean;
  readonly hasKeyboard: boolean;
  readonly theme: Theme;
}

/** The keys that do something now. */
export function Footer({ ui, canScroll, hasKeyboard, theme }: FooterProps): JSX.Element {
  const hints = hasKeyboard ? hintsFor(ui, canScroll, theme) : [['ctrl-c', 'quit'] as const];
  const spans = hints.flatMap(
    ([key, does], index) =>
      [
        { text: `${index === 0 ? '' : '   '}${key}`, tone: 'strong' },
        { text: ` ${does}`, tone: 'faint' },
      ] as const,
  );
  return <Line theme={theme} gap="" spans={spans} />;
}

function hintsFor(ui: Ui, canScroll: boolean, { glyphs }: Theme): readonly (readonly [string, string])[] {
  if (ui.screen === 'help')
    return [
      ['q', 'quit'],
      ['?', 'back'],
    ];
  return [
    ['q', 'quit'],
    ['p', ui.isPaused ? 'go on' : 'pause'],
    ['t', ui.isTextHidden ? 'show text' : 'hide text'],
    ...(canScroll ? [[glyphs.upDown, 'scroll'] as const] : []),
    ['?', 'help'],
  ];
}
