/**
 * Where in the audio each token was said, by what the decoder looked at. Source: `_extract_token_timestamps`
 * of transformers and `find_alignment` of OpenAI's timing.py: the chosen heads' attention is normalised over
 * the tokens, smoothed over the frames by a median of seven, averaged over the heads, and dynamic time
 * warping finds the path through it that never goes back.
 */

const MEDIAN_WIDTH = 7;

/** Attention of one decoded token: `heads` rows of `frames` weights. */
export type TokenAttention = Float32Array;

export interface AlignmentShape {
  readonly heads: number;
  /** Encoder frames of 20 ms that hold audio. */
  readonly frames: number;
}

/** The frame at which the path reaches each token. */
export function alignTokens(rows: readonly TokenAttention[], shape: AlignmentShape): readonly number[] {
  if (rows.length === 0 || shape.frames === 0) return rows.map(() => 0);
  const matrix = new Float64Array(rows.length * shape.frames);
  for (let head = 0; head < shape.heads; head++) {
    const weights = normaliseOverTokens(rows, head, shape.frames);
    for (let row = 0; row < rows.length; row++) {
      const smooth = medianFilter(weights.subarray(row * shape.frames, (row + 1) * shape.frames));
      for (let frame = 0; frame < shape.frames; frame++) {
        matrix[row * shape.frames + frame]! += smooth[frame]! / shape.heads;
      }
    }
  }
  return firstFrames(
    matrix.map((value) => -value),
    rows.length,
    shape.frames,
  );
}

/** (x − mean) / standard deviation, per frame over the tokens; 0 where all tokens look alike. */
function normaliseOverTokens(rows: readonly TokenAttention[], head: number, frames: number): Float32Array {
  const of = rows.map((row) => row.subarray(head * frames, (head + 1) * frames));
  const mean = new Float64Array(frames);
  for (const row of of) for (let at = 0; at < frames; at++) mean[at]! += row[at]! / rows.length;
  const variance = new Float64Array(frames);
  for (const row of of) {
    for (let at = 0; at < frames; at++) variance[at]! += (row[at]! - mean[at]!) ** 2 / rows.length;
  }
  const normalised = new Float32Array(rows.length * frames);
  for (const [token, row] of of.entries()) {
    for (let at = 0; at < frames; at++) {
      if (variance[at]! > 0)
        normalised[token * frames + at] = (row[at]! - mean[at]!) / Math.sqrt(variance[at]!);
    }
  }
  return normalised;
}

/** Median of seven neighbours, mirrored at the ends; too short a row stays as it is. */
export function medianFilter(row: Float32Array): Float32Array {
  const reach = (MEDIAN_WIDTH - 1) / 2;
  if (row.length <= reach) return row;
  const padded = new Float32Array(row.length + 2 * reach);
  padded.set(row, reach);
  for (let i = 1; i <= reach; i++) {
    padded[reach - i] = row[i]!;
    padded[reach + row.length - 1 + i] = row[row.length - 1 - i]!;
  }
  const window = padded.slice(0, MEDIAN_WIDTH).sort();
  const filtered = new Float32Array(row.length);
  for (let at = 0; at < row.length; at++) {
    if (at > 0) replaceSorted(window, padded[at - 1]!, padded[at + MEDIAN_WIDTH - 1]!);
    filtered[at] = window[reach]!;
  }
  return filtered;
}

/** Puts `added` into a sorted window in place of `removed`, which it holds. */
function replaceSorted(window: Float32Array, removed: number, added: number): void {
  let at = 0;
  while (at < MEDIAN_WIDTH - 1 && window[at]! !== removed) at++;
  for (; at > 0 && window[at - 1]! > added; at--) window[at] = window[at - 1]!;
  for (; at < MEDIAN_WIDTH - 1 && window[at + 1]! < added; at++) window[at] = window[at + 1]!;
  window[at] = added;
}

const DIAGONAL = 0;
const DOWN = 1;
const RIGHT = 2;

/**
 * Dynamic time warping over costs [tokens, frames]: the cheapest path from the first token and frame to the
 * last ones by steps to the next token, the next frame or both.
 * @returns the first frame of each token on the path
 */
export function firstFrames(costs: Float64Array, tokens: number, frames: number): readonly number[] {
  const width = frames + 1;
  // Single precision, as the reference sums: what is equal there must be equal here.
  const total = new Float32Array((tokens + 1) * width).fill(Number.POSITIVE_INFINITY);
  const step = new Uint8Array((tokens + 1) * width);
  total[0] = 0;
  for (let token = 1; token <= tokens; token++) {
    for (let frame = 1; frame <= frames; frame++) {
      const at = token * width + frame;
      const diagonal = total[at - width - 1]!;
      const down = total[at - width]!;
      const right = total[at - 1]!;
      // Of equals the step to the next frame, as the reference: a token is reached as early as can be.
      if (right <= diagonal && right <= down) step[at] = RIGHT;
      else step[at] = diagonal <= down ? DIAGONAL : DOWN;
      total[at] = costs[(token - 1) * frames + frame - 1]! + Math.min(diagonal, down, right);
    }
  }
  return walkBack(step, tokens, frames);
}

function walkBack(step: Uint8Array, tokens: number, frames: number): readonly number[] {
  const first = new Array<number>(tokens).fill(0);
  let [token, frame] = [tokens, frames];
  while (token > 0 || frame > 0) {
    if (token > 0) first[token - 1] = Math.max(0, frame - 1);
    const taken = token === 0 ? RIGHT : frame === 0 ? DOWN : step[token * (frames + 1) + frame];
    if (taken !== RIGHT) token--;
    if (taken !== DOWN) frame--;
  }
  return first;
}
