/** A chart before anybody drew it: the same one becomes an SVG of a page and dots of a terminal. */

export type ScaleKind =
  /** From 0 up. */
  | 'linear'
  /** From the smallest value up, where 0 says nothing. */
  | 'span'
  | 'log'
  /** Shares from 0 to 1, each nine as wide as the one before: 0, 0.9, 0.99, 0.999. */
  | 'nines';

export interface Axis {
  readonly label: string;
  readonly scale: ScaleKind;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Series {
  readonly name: string;
  /** In rising order of x. */
  readonly points: readonly Point[];
  /** Figures of the generator, and no evidence of the server. */
  readonly isVoid: boolean;
  readonly shape: 'line' | 'bars';
}

export interface Mark {
  readonly axis: 'x' | 'y';
  readonly at: number;
  readonly label: string;
}

export interface Chart {
  readonly title: string;
  /** What it shows, for those who do not see it. */
  readonly description: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly Series[];
  readonly marks: readonly Mark[];
}
