/** What a tone looks like. No tone carries meaning alone: words, marks and numbers say the same. */
import { ASCII, type Glyphs, UNICODE } from './glyphs.ts';

export type Tone = 'plain' | 'strong' | 'faint' | 'good' | 'warn' | 'bad' | 'accent';

/** What is written before and behind a text; each end takes back no more than its beginning. */
export interface TextStyle {
  readonly open: string;
  readonly close: string;
}

export interface Theme {
  readonly glyphs: Glyphs;
  readonly hasColor: boolean;
  readonly styles: Readonly<Record<Tone, TextStyle>>;
}

const PLAIN: TextStyle = { open: '', close: '' };

/** Select Graphic Rendition (ECMA-48). */
function sgr(on: string, off: string): TextStyle {
  return { open: `\u001b[${on}m`, close: `\u001b[${off}m` };
}

const COLOURED: Theme['styles'] = {
  plain: PLAIN,
  strong: sgr('1', '22'),
  faint: sgr('2', '22'),
  good: sgr('32', '39'),
  warn: sgr('33', '39'),
  bad: sgr('1;31', '22;39'),
  accent: sgr('36', '39'),
};

const UNCOLOURED: Theme['styles'] = {
  plain: PLAIN,
  strong: PLAIN,
  faint: PLAIN,
  good: PLAIN,
  warn: PLAIN,
  bad: PLAIN,
  accent: PLAIN,
};

/** The looks a terminal can show and its user wants. */
export function createTheme({ color, ascii }: { readonly color: boolean; readonly ascii: boolean }): Theme {
  return { glyphs: ascii ? ASCII : UNICODE, hasColor: color, styles: color ? COLOURED : UNCOLOURED };
}
