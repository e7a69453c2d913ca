/** The marks that are no letters, in two sets: for terminals that draw them, and of ASCII alone. */
export interface Glyphs {
  readonly isAscii: boolean;
  readonly barFull: string;
  readonly barEmpty: string;
  /** From lowest to highest. */
  readonly spark: readonly string[];
  readonly rule: string;
  readonly dot: string;
  readonly partial: string;
  readonly ellipsis: string;
  readonly upDown: string;
  /** Before the chosen row. */
  readonly chosen: string;
  readonly falling: string;
  readonly rising: string;
  readonly none: string;
}

export const UNICODE: Glyphs = {
  isAscii: false,
  barFull: '█',
  barEmpty: '░',
  spark: ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'],
  rule: '─',
  dot: '·',
  partial: '▍',
  ellipsis: '…',
  upDown: '↑↓',
  chosen: '›',
  falling: '↓',
  rising: '↑',
  none: '–',
};

export const ASCII: Glyphs = {
  isAscii: true,
  barFull: '#',
  barEmpty: '.',
  spark: ['_', '.', ':', '-', '=', '+', '*', '#'],
  rule: '-',
  dot: '-',
  partial: '|',
  ellipsis: '..',
  upDown: 'up/down',
  chosen: '>',
  falling: 'v',
  rising: '^',
  none: '-',
};
