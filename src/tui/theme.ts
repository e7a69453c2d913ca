/** What a tone looks like. No tone carries meaning alone: words, marks and numbers say the same. */
import { ASCII, type Glyphs, UNICODE } from './format.ts';

export type Tone = 'plain' | 'strong' | 'faint' | 'good' | 'warn' | 'bad' | 'accent';

/** Properties of an Ink text. */
export interface TextStyle {
  readonly color?: string;
  readonly bold?: boolean;
  readonly dimColor?: boolean;
}

export interface Theme {
  readonly glyphs: Glyphs;
  readonly hasColor: boolean;
  readonly styles: Readonly<Record<Tone, TextStyle>>;
}

const COLOURED: Theme['styles'] = {
  plain: {},
  strong: { bold: true },
  faint: { dimColor: true },
  good: { color: 'green' },
  warn: { color: 'yellow' },
  bad: { color: 'red', bold: true },
  accent: { color: 'cyan' },
};

const UNCOLOURED: Theme['styles'] = {
  plain: {},
  strong: {},
  faint: {},
  good: {},
  warn: {},
  bad: {},
  accent: {},
};

/** The looks a terminal can show and its user wants. */
export function createTheme({ color, ascii }: { readonly color: boolean; readonly ascii: boolean }): Theme {
  return { glyphs: ascii ? ASCII : UNICODE, hasColor: color, styles: color ? COLOURED : UNCOLOURED };
}
