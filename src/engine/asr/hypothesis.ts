/** What a stream has been heard to say so far, in tokens: the result of every greedy decoder. */

export interface Token {
  readonly id: number;
  /** First encoder frame of the token, counted from the start of the utterance. */
  readonly frame: number;
  /** Encoder frames it lasts, where the model says so (TDT). */
  readonly frames?: number;
  /** Greatest probability the model gave it, in [0, 1]. */
  confidence: number;
}

export interface Hypothesis {
  /** Only grows: greedy tokens are never taken back. */
  readonly tokens: Token[];
  /** Frames decoded so far. */
  frames: number;
  /** Frames since the last one that was not blank. */
  blankRun: number;
  /** The model said that the turn is over (`<EOU>`). */
  isTurnOver: boolean;
  /** BCP 47 tag of the language the model heard, where it can tell. */
  language?: string;
}

export function createHypothesis(): Hypothesis {
  return { tokens: [], frames: 0, blankRun: 0, isTurnOver: false };
}
