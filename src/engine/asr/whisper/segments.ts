/** Decoded tokens → segments: text between the timestamp that opens it and the one that closes it. Pure. */

/** A stretch of text tokens with the times the model gave it, in frames of 20 ms. */
export interface Segment {
  readonly startFrame: number;
  readonly endFrame: number;
  /** Places of its text tokens in the decoded ones. */
  readonly places: readonly number[];
}

export interface SegmentOptions {
  readonly endOfText: number;
  readonly firstTimestamp: number;
  /** Frames of the utterance: the end of a segment that was not closed. */
  readonly frames: number;
}

export function splitSegments(decoded: readonly number[], options: SegmentOptions): readonly Segment[] {
  const { endOfText, firstTimestamp, frames } = options;
  const segments: Segment[] = [];
  let startFrame = 0;
  let places: number[] = [];
  const close = (endFrame: number): void => {
    if (places.length > 0) segments.push({ startFrame, endFrame: Math.max(startFrame, endFrame), places });
    places = [];
    startFrame = endFrame;
  };
  for (const [place, id] of decoded.entries()) {
    if (id >= firstTimestamp) close(Math.min(frames, id - firstTimestamp));
    else if (id < endOfText) places.push(place);
  }
  close(frames);
  return segments;
}
