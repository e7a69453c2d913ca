import { describe, expect, it } from 'vitest';
import { cacheShape, readDecoderGraph } from '../../../../src/engine/asr/whisper/decoder-card.ts';
import { createWhisperDecoder, takeRows } from '../../../../src/engine/asr/whisper/whisper-decoder.ts';
import type { Tensor } from '../../../../src/engine/onnx.ts';
import {
  ATTENTION,
  fakeGraph,
  type FakeGraph,
  IDS,
  LOGITS,
  PASTS,
  POSITION,
  PRESENTS,
  STATES,
  USE_CACHE,
} from './fake-graphs.ts';
import { cardOf, scriptedFiles, VOCABULARY_SIZE } from './scripted-whisper.ts';

const CARD = cardOf(scriptedFiles());
const FRAMES = 1500;

function float(dims: readonly number[], value = 0): Tensor {
  const data = new Float32Array(dims.reduce((size, dim) => size * dim, 1)).fill(value);
  return { type: 'float32', dims, data };
}

/** Presents carry the number of the run that made them; attention its head. */
function answering(feeds: Readonly<Record<string, Tensor>>, run: number): Record<string, Tensor> {
  const [rows, length] = feeds['input_ids']!.dims as [number, number];
  const attention = float([rows, 2, length, FRAMES]);
  (attention.data as Float32Array).forEach((_, at, all) => {
    all[at] = Math.floor(at / FRAMES) % 2;
  });
  return {
    logits: float([rows, length, VOCABULARY_SIZE], run),
    ...Object.fromEntries(PRESENTS.map(([name]) => [name, float([rows, 2, run, 2], run)])),
    'cross_attentions.0': attention,
  };
}

function mergedGraph(): FakeGraph {
  const inputs = [IDS, STATES, ...PASTS, USE_CACHE, POSITION];
  return fakeGraph(inputs, [LOGITS, ...PRESENTS, ATTENTION], answering);
}

function decoderOf(graph: FakeGraph) {
  const merged = readDecoderGraph(graph, 'merged', CARD);
  const { alignmentHeads } = CARD;
  return createWhisperDecoder({ first: merged, next: merged, cache: cacheShape(CARD), alignmentHeads });
}

describe('a run of the merged graph', () => {
  it('[ENG-95] starts with empty pasts and keeps the caches of the audio from its first step', async () => {
    const graph = mergedGraph();
    const run = decoderOf(graph).begin(float([2, FRAMES, 4]));
    await run.step([
      [7, 8, 9],
      [7, 8, 9],
    ]);
    await run.step([[1], [2]]);
    await run.step([[3], [4]]);
    const [first, second, third] = graph.runs.map(({ feeds }) => feeds);
    expect(first?.['past_key_values.0.encoder.key']).toMatchObject({ dims: [2, 2, 0, 2] });
    expect(first?.['use_cache_branch']?.data).toEqual(Uint8Array.of(0));
    expect(first?.['cache_position']?.data).toEqual(BigInt64Array.of(0n, 1n, 2n));
    expect(second?.['use_cache_branch']?.data).toEqual(Uint8Array.of(1));
    expect(second?.['cache_position']?.data).toEqual(BigInt64Array.of(3n));
    expect(third?.['input_ids']).toMatchObject({ dims: [2, 1], data: BigInt64Array.of(3n, 4n) });
    expect(third?.['past_key_values.0.decoder.key']?.data[0]).toBe(2);
    expect(third?.['past_key_values.0.encoder.key']?.data[0]).toBe(1);
  });

  it('[ENG-95] asks only for what it reads', async () => {
    const graph = mergedGraph();
    const run = decoderOf(graph).begin(float([1, FRAMES, 4]));
    await run.step([[7]]);
    await run.step([[1]]);
    const wanted = graph.runs.map((recorded) => recorded.wanted);
    expect(wanted[0]).toEqual(['logits', ...PRESENTS.map(([name]) => name)]);
    const ofText = PRESENTS.map(([name]) => name).filter((name) => name.includes('decoder'));
    expect(wanted[1]).toEqual(['logits', ...ofText, 'cross_attentions.0']);
  });

  it('[ENG-95] goes on with the streams that are left', async () => {
    const graph = mergedGraph();
    const states = float([3, FRAMES, 4]);
    (states.data as Float32Array).forEach((_, at, all) => {
      all[at] = Math.floor(at / (FRAMES * 4));
    });
    const run = decoderOf(graph).begin(states);
    await run.step([[7], [7], [7]]);
    run.keep([0, 2]);
    await run.step([[1], [2]]);
    const feeds = graph.runs[1]!.feeds;
    expect(feeds['encoder_hidden_states']?.dims).toEqual([2, FRAMES, 4]);
    expect(feeds['encoder_hidden_states']?.data[FRAMES * 4]).toBe(2);
    expect(feeds['past_key_values.0.encoder.value']?.dims).toEqual([2, 2, 1, 2]);
  });

  it('[ENG-96] shows the attention of the alignment heads, cut to the audio', async () => {
    const run = decoderOf(mergedGraph()).begin(float([1, FRAMES, 4]));
    expect((await run.step([[7]])).attention(0, 10)).toBeUndefined();
    // The alignment head is head 1, whose weights are all 1 here.
    expect((await run.step([[1]])).attention(0, 10)).toEqual(new Float32Array(10).fill(1));
  });

  it('[ENG-91] in half precision is fed halves, the states converted once', async () => {
    const half = (named: (typeof PASTS)[number]) => [named[0], named[1], 'float16'] as const;
    const inputs = [IDS, half(STATES), ...PASTS.map(half), USE_CACHE];
    const graph = fakeGraph(inputs, [LOGITS, ...PRESENTS], answering);
    const run = decoderOf(graph).begin(float([1, FRAMES, 4], 1));
    await run.step([[7]]);
    await run.step([[1]]);
    const [first, second] = graph.runs.map(({ feeds }) => feeds['encoder_hidden_states']);
    expect(first?.data).toBeInstanceOf(Uint16Array);
    expect(second).toBe(first);
    expect(graph.runs[0]?.feeds['past_key_values.0.decoder.key']?.type).toBe('float16');
  });
});

it('[ENG-95] rows are taken in the order asked for, copied', () => {
  const tensor: Tensor = { type: 'float16', dims: [3, 2], data: Uint16Array.of(1, 2, 3, 4, 5, 6) };
  const taken = takeRows(tensor, [2, 0]);
  expect(taken).toEqual({ type: 'float16', dims: [2, 2], data: Uint16Array.of(5, 6, 1, 2) });
});
