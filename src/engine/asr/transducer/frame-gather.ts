/** Collects the frames a joint network is to score, from anywhere in an encoded batch. */
import type { EncodedFrames } from '../streaming/streaming-encoder.ts';
import type { JointRequest } from './joint.ts';

/** [items, width, frames] of the request; behind the last frame of a row there are zeros. */
export function gatherFrames<P>({ encoded, items, frames }: JointRequest<P>): Float32Array {
  const gathered = new Float32Array(items.length * encoded.width * frames);
  for (const [i, { row, firstFrame }] of items.entries()) {
    const target = gathered.subarray(i * encoded.width * frames, (i + 1) * encoded.width * frames);
    const count = Math.min(frames, encoded.frames - firstFrame);
    copyFrames(encoded, { row, firstFrame, count, frames }, target);
  }
  return gathered;
}

/** A request for the scores of `frames` frames of zeros, to see whether and what a graph answers. */
export function zeroFrames<P>(memory: P, width: number, frames: number): JointRequest<P> {
  const encoded = { data: new Float32Array(width), rows: 1, frames: 1, width, isFrameLast: true };
  return { encoded, items: [{ memory, row: 0, firstFrame: 0 }], frames };
}

interface FrameRange {
  readonly row: number;
  readonly firstFrame: number;
  readonly count: number;
  /** Frames of a line of the target. */
  readonly frames: number;
}

function copyFrames(encoded: EncodedFrames, range: FrameRange, target: Float32Array): void {
  const { data, width, isFrameLast } = encoded;
  const base = range.row * encoded.frames * width;
  for (let w = 0; w < width; w++) {
    for (let f = 0; f < range.count; f++) {
      const frame = range.firstFrame + f;
      const from = isFrameLast ? w * encoded.frames + frame : frame * width + w;
      target[w * range.frames + f] = data[base + from] as number;
    }
  }
}
