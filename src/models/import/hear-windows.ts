/** What an encoder makes of many recordings that are stepped side by side, and how two results differ. */
import type { EncodedFrames, StreamingEncoder } from '../../engine/asr/streaming/streaming-encoder.ts';

/** Encoded frames of one recording, one after the other. */
export interface HeardFrames {
  readonly values: Float32Array;
  /** Values of one frame. */
  readonly width: number;
}

/**
 * Runs all recordings in one company that shrinks as they end, each from a new stream.
 * @param recordings windows of features each, at most `maxBatch` recordings
 * @throws RtError asr_failed, resource_exhausted
 */
export async function hearWindows(
  encoder: StreamingEncoder<object>,
  recordings: readonly (readonly Float32Array[])[],
): Promise<readonly HeardFrames[]> {
  const streams = recordings.map((windows) => ({
    windows,
    state: encoder.createState('auto'),
    steps: [] as HeardFrames[],
  }));
  const longest = Math.max(0, ...recordings.map(({ length }) => length));
  for (let step = 0; step < longest; step++) {
    const going = streams.filter(({ windows }) => step < windows.length);
    const result = await encoder.encode(
      going.map(({ windows, state }) => ({ state, features: windows[step] ?? new Float32Array(0) })),
    );
    for (const [row, { steps }] of going.entries()) steps.push(framesOf(result.encoded, row));
    result.adopt();
  }
  return streams.map(({ steps }) => joined(steps));
}

/** The frames of a row, frame by frame whatever the export's order. */
export function framesOf({ data, frames, width, isFrameLast }: EncodedFrames, row: number): HeardFrames {
  const length = frames * width;
  const values = data.slice(row * length, (row + 1) * length);
  if (!isFrameLast) return { values, width };
  const turned = values.map((_, i) => values[(i % width) * frames + Math.floor(i / width)] as number);
  return { values: turned, width };
}

function joined(steps: readonly HeardFrames[]): HeardFrames {
  const values = new Float32Array(steps.reduce((sum, step) => sum + step.values.length, 0));
  let at = 0;
  for (const step of steps) {
    values.set(step.values, at);
    at += step.values.length;
  }
  return { values, width: steps[0]?.width ?? 1 };
}

/** Tokens of a CTC model: the best class of each frame, repeats collapsed, blanks dropped. */
export function tokensOf({ values, width }: HeardFrames, blankId: number): readonly number[] {
  const classes = Array.from({ length: values.length / width }, (_, frame) => {
    const scores = values.subarray(frame * width, (frame + 1) * width);
    return scores.reduce((best, score, i) => (score > (scores[best] as number) ? i : best), 0);
  });
  return classes.filter((id, i) => id !== blankId && id !== classes[i - 1]);
}

/** The fewest insertions, deletions and substitutions that make one list of tokens the other. */
export function editDistance(a: readonly number[], b: readonly number[]): number {
  let above = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (const [i, token] of a.entries()) {
    const row = [i + 1];
    for (const [j, other] of b.entries()) {
      const substituted = (above[j] as number) + (token === other ? 0 : 1);
      row.push(Math.min(substituted, (above[j + 1] as number) + 1, (row[j] as number) + 1));
    }
    above = row;
  }
  return above[b.length] ?? 0;
}

/** Root mean square of the difference over that of `a`; not a number where one of them holds something that is not. */
export function relativeDifference(a: readonly HeardFrames[], b: readonly HeardFrames[]): number {
  let [difference, size] = [0, 0];
  for (const [i, { values }] of a.entries()) {
    const others = b[i]?.values;
    for (const [j, value] of values.entries()) {
      difference += (value - (others?.[j] ?? Number.NaN)) ** 2;
      size += value ** 2;
    }
  }
  return Math.sqrt(difference / Math.max(size, Number.MIN_VALUE));
}
