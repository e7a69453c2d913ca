/** What an encoder makes of many recordings that are stepped side by side, and where two encoders differ. */
import type { EncodedFrames, StreamingEncoder } from '../../engine/asr/streaming/streaming-encoder.ts';

/** Best class of each frame of one recording. */
export type BestClasses = readonly number[];

/**
 * Runs all recordings in one company that shrinks as they end; row by row as they are given, from a new stream
 * each.
 * @param recordings windows of features each, at most `maxBatch` recordings
 * @throws RtError asr_failed, resource_exhausted
 */
export async function hearWindows(
  encoder: StreamingEncoder<object>,
  recordings: readonly (readonly Float32Array[])[],
): Promise<readonly BestClasses[]> {
  const streams = recordings.map((windows) => ({
    windows,
    state: encoder.createState('auto'),
    classes: [] as number[],
  }));
  const longest = Math.max(0, ...recordings.map(({ length }) => length));
  for (let step = 0; step < longest; step++) {
    const going = streams.filter(({ windows }) => step < windows.length);
    const { encoded, adopt } = await encoder.encode(
      going.map(({ windows, state }) => ({ state, features: windows[step] ?? new Float32Array(0) })),
    );
    for (const [row, { classes }] of going.entries()) classes.push(...bestClasses(encoded, row));
    adopt();
  }
  return streams.map(({ classes }) => classes);
}

/** The class with the greatest value in each frame of a row. */
export function bestClasses({ data, frames, width, isFrameLast }: EncodedFrames, row: number): BestClasses {
  const base = row * frames * width;
  const [perFrame, perClass] = isFrameLast ? [1, frames] : [width, 1];
  return Array.from({ length: frames }, (_, frame) => {
    let best = 0;
    for (let c = 1; c < width; c++) {
      const at = base + frame * perFrame;
      if ((data[at + c * perClass] as number) > (data[at + best * perClass] as number)) best = c;
    }
    return best;
  });
}

/** Tokens of a CTC model: repeats collapsed, blanks dropped. */
export function collapse(classes: BestClasses, blankId: number): readonly number[] {
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
