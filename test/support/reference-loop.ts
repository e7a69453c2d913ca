/**
 * The bundled model over a whole recording, written down plainly: all features first, then window by window,
 * one inference each, on the graph that hands its caches over whole. It shares the front-end and nothing else with
 * the engine's own path.
 */
import {
  createNemoMel,
  HOP_SAMPLES,
  MEL_LEFT_SAMPLES,
  MEL_SPAN_SAMPLES,
} from '../../src/engine/asr/mel/nemo-mel.ts';
import { type Graph, loadGraph, type Tensor } from '../../src/engine/onnx.ts';

const PLAIN_MODEL_PATH = 'models/rt-tiny-en/model.160ms.onnx';
const BANDS = 80;
const WINDOW = 25;
const SHIFT = 16;
const BLANK = 256;
const CACHE_DIMS = { channel: [1, 9, 56, 384], time: [1, 9, 192, 8] };

export type ReferenceToken = readonly [id: number, frame: number];

/** Opens the loop; it holds one graph. */
export async function openReferenceLoop(): Promise<
  (audio: Int16Array) => Promise<readonly ReferenceToken[]>
> {
  const graph = await loadGraph(PLAIN_MODEL_PATH, { provider: 'cpu', intraOpThreads: 1 });
  return (audio) => decode(graph, features(audio));
}

/** Log-mel frames of the recording and enough zeros behind it, after 9 frames of zeros. */
function features(audio: Int16Array): readonly Float32Array[] {
  const windows = Math.ceil(Math.floor(audio.length / HOP_SAMPLES) / SHIFT) + 1;
  const padded = new Float32Array(MEL_LEFT_SAMPLES + windows * SHIFT * HOP_SAMPLES + MEL_SPAN_SAMPLES);
  for (const [i, sample] of audio.entries()) padded[MEL_LEFT_SAMPLES + i] = sample / 32_768;
  const mel = createNemoMel(BANDS);
  const frames = Array.from({ length: windows * SHIFT }, (_, t) => {
    const frame = new Float32Array(BANDS);
    mel.frame(padded.subarray(t * HOP_SAMPLES, t * HOP_SAMPLES + MEL_SPAN_SAMPLES), frame, 0);
    return frame;
  });
  return [...Array.from({ length: WINDOW - SHIFT }, () => new Float32Array(BANDS)), ...frames];
}

async function decode(graph: Graph, frames: readonly Float32Array[]): Promise<readonly ReferenceToken[]> {
  const zeros = (dims: readonly number[]): Float32Array => new Float32Array(dims.reduce((a, b) => a * b));
  const feeds = {
    cache_last_channel: {
      type: 'float32',
      dims: CACHE_DIMS.channel,
      data: zeros(CACHE_DIMS.channel),
    } as Tensor,
    cache_last_time: { type: 'float32', dims: CACHE_DIMS.time, data: zeros(CACHE_DIMS.time) } as Tensor,
    cache_last_channel_len: { type: 'int64', dims: [1], data: BigInt64Array.of(0n) } as Tensor,
  };
  const tokens: ReferenceToken[] = [];
  let previous = BLANK;
  for (let at = 0, frame = 0; at + WINDOW <= frames.length; at += SHIFT) {
    const outputs = await graph.run({
      audio_signal: {
        type: 'float32',
        dims: [1, BANDS, WINDOW],
        data: transposed(frames.slice(at, at + WINDOW)),
      },
      length: { type: 'int64', dims: [1], data: BigInt64Array.of(BigInt(WINDOW)) },
      ...feeds,
    });
    for (const name of Object.keys(feeds) as (keyof typeof feeds)[]) {
      feeds[name] = { ...feeds[name], data: outputs[`${name}_next`]!.data };
    }
    const logProbs = outputs['logprobs']!.data as Float32Array;
    for (let row = 0; row < logProbs.length; row += BLANK + 1, frame++) {
      const scores = logProbs.subarray(row, row + BLANK + 1);
      const best = scores.indexOf(Math.max(...scores));
      if (best !== BLANK && best !== previous) tokens.push([best, frame]);
      previous = best;
    }
  }
  return tokens;
}

function transposed(frames: readonly Float32Array[]): Float32Array {
  const data = new Float32Array(BANDS * WINDOW);
  for (const [f, frame] of frames.entries()) {
    for (const [b, value] of frame.entries()) data[b * WINDOW + f] = value;
  }
  return data;
}
