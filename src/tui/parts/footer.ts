import { displayWidth } from '../../base/display-width.ts';
import { type Input, screenOf, type Ui } from '../choice/ui.ts';
import { cell } from '../drawing/cell.ts';
import type { Span } from '../drawing/column.ts';
import { type Line, lineOf } from '../drawing/line.ts';
import type { Theme } from '../drawing/theme.ts';
import { bindingsOf, type KeyCommand } from '../keys/keymap.ts';

export interface FooterOptions {
  readonly ui: Ui;
  readonly hasKeyboard: boolean;
  readonly columns: number;
  readonly theme: Theme;
}

const GAP = '   ';
const MARKS: Readonly<Record<Input['kind'], string>> = { filter: '/', command: ':' };

/** The line that is typed, or the answer to the last key, or the keys that do something now. */
export function footer({ ui, hasKeyboard, columns, theme }: FooterOptions): Line {
  const width = columns - 2;
  return lineOf(spansFor(ui, hasKeyboard, { width, theme }), { gap: '' });
}

interface Room {
  readonly width: number;
  readonly theme: Theme;
}

function spansFor(ui: Ui, hasKeyboard: boolean, room: Room): readonly Span[] {
  if (ui.input !== undefined) return inputSpans(ui, ui.input, room);
  if (ui.notice !== undefined) {
    const { text, tone } = ui.notice;
    return [{ text: cell(text, { width: room.width }, room.theme.glyphs), tone }];
  }
  if (!hasKeyboard) return hintSpans([['ctrl-c', 'quit']], room);
  return ui.dialog === undefined
    ? hintSpans(hintsOf(ui), room)
    : hintSpans([['esc', 'change nothing']], room);
}

/** What is typed keeps its end in sight; the answer to it stands behind. */
function inputSpans({ notice }: Ui, { kind, text }: Input, { width, theme }: Room): readonly Span[] {
  const answer = notice === undefined ? '' : `${GAP}${notice.text}`;
  const typed = `${MARKS[kind]}${text}_`;
  const forTyped = Math.min(displayWidth(typed), Math.max(10, width - displayWidth(answer)));
  const forAnswer = Math.max(0, width - forTyped);
  return [
    { text: cell(typed, { width: forTyped, keep: 'end' }, theme.glyphs), tone: 'strong' },
    { text: cell(answer, { width: forAnswer }, theme.glyphs), tone: notice?.tone ?? 'plain' },
  ];
}

type Hint = readonly [key: string, does: string];

/** Words that depend on what the key would change. */
function wordOf(command: KeyCommand, word: string, ui: Ui): string {
  if (command === 'pause') return ui.isPaused ? 'go on' : 'pause';
  if (command === 'hide-text') return ui.isTextHidden ? 'show text' : 'hide text';
  if (command === 'follow') return ui.lists[screenOf(ui)].isFollowing ? 'stop following' : 'follow';
  return word;
}

function hintsOf(ui: Ui): readonly Hint[] {
  const name = screenOf(ui);
  const back: readonly Hint[] = name === 'overview' ? [] : [['esc', 'back']];
  const [quit, help, ...rest] = bindingsOf(name).flatMap(({ command, shown, hint }): readonly Hint[] =>
    hint === undefined ? [] : [[shown.split(' ')[0] ?? shown, wordOf(command, hint, ui)]],
  );
  return [quit, ...back, help, ...rest].filter((hint) => hint !== undefined);
}

/** The hints from the first on that fit. */
function hintSpans(hints: readonly Hint[], { width }: Room): readonly Span[] {
  const widthOf = (shown: readonly Hint[]): number =>
    shown.reduce((sum, [key, does]) => sum + key.length + 1 + does.length, 0) +
    GAP.length * (shown.length - 1);
  return hints
    .filter((_, index) => widthOf(hints.slice(0, index + 1)) <= width)
    .flatMap(([key, does], index): readonly Span[] => [
      { text: `${index === 0 ? '' : GAP}${key}`, tone: 'strong' },
      { text: ` ${does}`, tone: 'faint' },
    ]);
}
