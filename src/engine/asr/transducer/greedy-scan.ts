/**
 * Reads the scores of consecutive frames until a token is said. Until then the predictor stands
 * still, so scores of many frames can be computed at once and read one by one: the result is the same.
 *
 * RNNT is the case without durations: a blank lasts one frame and a token none. Sources: A. Graves,
 * "Sequence Transduction with Recurrent Neural Networks", 2012; H. Xu et al., "Efficient Sequence
 * Transduction by Jointly Predicting Tokens and Durations", 2023.
 */

export interface TransducerRules {
  /** Token classes with the blank; the scores behind them are durations. */
  readonly classes: number;
  readonly blankId: number;
  /** Frames that each duration class stands for; empty for RNNT. */
  readonly durations: readonly number[];
  /** Tokens a frame may have before the decoder goes on to the next one. */
  readonly maxSymbols: number;
}

/** Where a stream stands; moved by `scanScores`. */
export interface Cursor {
  /** Next frame to decode; behind the last one when a duration reaches beyond it. */
  frame: number;
  /** Tokens said at `frame` so far. */
  symbols: number;
}

export interface SaidToken {
  readonly id: number;
  readonly frame: number;
  /** Frames to the next decision; always 0 for RNNT, which decides again at the same frame. */
  readonly durationFrames: number;
  /** Its probability among the tokens and the blank. */
  readonly confidence: number;
}

/** Scores of `frames` frames from `firstFrame` on, `width` a frame, beginning at `offset`. */
export interface ScoredFrames {
  readonly data: Float32Array;
  readonly offset: number;
  readonly width: number;
  readonly firstFrame: number;
  readonly frames: number;
}

/** `blank`: the frames are used up; `not_a_number`: the model failed on one of them. */
export type Scan = SaidToken | 'blank' | 'not_a_number';

/** Moves `cursor` over the frames up to the first token, or behind them. */
export function scanScores(cursor: Cursor, scored: ScoredFrames, rules: TransducerRules): Scan {
  const { data, width } = scored;
  const endFrame = scored.firstFrame + scored.frames;
  while (cursor.frame < endFrame) {
    const tokens = scored.offset + (cursor.frame - scored.firstFrame) * width;
    const durations = tokens + rules.classes;
    const id = argmax(data, tokens, durations) - tokens;
    const best = argmax(data, durations, durations + rules.durations.length) - durations;
    if (Number.isNaN(id) || Number.isNaN(best)) return 'not_a_number';
    const durationFrames = rules.durations[best] ?? 0;
    if (id !== rules.blankId) {
      const confidence = probability(data, { start: tokens, end: durations, place: tokens + id });
      const said = { id, frame: cursor.frame, durationFrames, confidence };
      stayOrGoOn(cursor, durationFrames, rules.maxSymbols);
      return said;
    }
    goOn(cursor, Math.max(1, durationFrames));
  }
  return 'blank';
}

function goOn(cursor: Cursor, frames: number): void {
  cursor.frame += frames;
  cursor.symbols = 0;
}

/** A model that keeps saying tokens at one frame would never come to an end. */
function stayOrGoOn(cursor: Cursor, durationFrames: number, maxSymbols: number): void {
  cursor.symbols++;
  if (durationFrames > 0) goOn(cursor, durationFrames);
  else if (cursor.symbols >= maxSymbols) goOn(cursor, 1);
}

/** Place of the first greatest value in [start, end); `start` when that is empty, NaN when it is no number. */
function argmax(data: Float32Array, start: number, end: number): number {
  let place = start;
  let greatest = start < end ? (data[start] as number) : 0;
  for (let i = start + 1; i < end; i++) {
    const value = data[i] as number;
    if (value > greatest) {
      place = i;
      greatest = value;
    }
  }
  return Number.isFinite(greatest) ? place : Number.NaN;
}

interface Classes {
  readonly start: number;
  readonly end: number;
  readonly place: number;
}

/** Softmax of one class: exports differ in whether they normalise, and this is the same for both. */
function probability(data: Float32Array, range: Classes): number {
  const top = data[range.place] as number;
  let sum = 0;
  for (let i = range.start; i < range.end; i++) sum += Math.exp((data[i] as number) - top);
  return 1 / sum;
}
