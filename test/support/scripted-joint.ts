/**
 * A joint network made of a table: what a frame scores depends on its value and on all tokens said before,
 * by a hash, so any mistake in what the predictor was fed changes what follows.
 */
import { RtError } from '../../src/base/errors.ts';
import type { EncodedFrames } from '../../src/engine/asr/streaming/streaming-encoder.ts';
import type { Joint } from '../../src/engine/asr/transducer/joint.ts';

/** Tokens said so far. */
export type History = readonly number[];

export interface JointScript {
  readonly seed: number;
  readonly classes: number;
  readonly durations: number;
  /** Added to the blank's score: the higher, the fewer tokens. */
  readonly blankBias: number;
  readonly maxBatch?: number;
  readonly fixedFrames?: number | undefined;
  /** The inference (counted from 1) that fails. */
  readonly failAt?: number;
}

export interface ScriptedJoint extends Joint<History> {
  /** Inferences so far: the joint network's and the predictor's. */
  readonly calls: { score: number; extend: number };
}

/** The scores of one frame; what is not a number stays so. */
export function scriptedScores(script: JointScript, value: number, history: History): Float32Array {
  const { seed, classes, durations } = script;
  const start = history.reduce((hash, id) => mix(hash, id + 1), mix(seed, value));
  return Float32Array.from({ length: classes + durations }, (_, c) => {
    const score = (mix(start, c) % 1000) / 250;
    if (!Number.isFinite(value)) return Number.NaN;
    return c === classes - 1 ? score + script.blankBias : score;
  });
}

export function createScriptedJoint(script: JointScript): ScriptedJoint {
  const calls = { score: 0, extend: 0 };
  const width = script.classes + script.durations;
  const count = (kind: 'score' | 'extend'): void => {
    calls[kind]++;
    if (calls.score + calls.extend === script.failAt)
      throw new RtError('asr_failed', 'Inference failed: scripted');
  };
  return {
    width,
    maxBatch: script.maxBatch ?? 64,
    fixedFrames: script.fixedFrames,
    start: [],
    calls,
    async score({ encoded, items, frames }) {
      count('score');
      const data = new Float32Array(items.length * frames * width);
      for (const [i, { memory, row, firstFrame }] of items.entries()) {
        for (let f = 0; f < frames; f++) {
          const value = encodedValue(encoded, row, firstFrame + f);
          data.set(scriptedScores(script, value, memory), (i * frames + f) * width);
        }
      }
      return {
        data,
        async extend(tokens) {
          count('extend');
          return tokens.map(({ item, id }) => [...items[item]!.memory, id]);
        },
      };
    },
  };
}

/** Encoded frames of width 2, the value in the first place; rows of fewer frames end in zeros. */
export function encodeValues(rows: readonly (readonly number[])[], isFrameLast: boolean): EncodedFrames {
  const frames = Math.max(...rows.map((row) => row.length));
  const data = new Float32Array(rows.length * frames * 2);
  for (const [r, row] of rows.entries()) {
    for (const [f, value] of row.entries()) data[r * frames * 2 + (isFrameLast ? f : f * 2)] = value;
  }
  return { data, rows: rows.length, frames, width: 2, isFrameLast };
}

function encodedValue(encoded: EncodedFrames, row: number, frame: number): number {
  if (frame >= encoded.frames) return 0;
  const base = row * encoded.frames * encoded.width;
  return encoded.data[base + (encoded.isFrameLast ? frame : frame * encoded.width)] ?? 0;
}

/** A step of a 32-bit hash (Murmur's finaliser). */
function mix(hash: number, value: number): number {
  let x = Math.imul(hash ^ (value + 0x9e3779b9), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}
