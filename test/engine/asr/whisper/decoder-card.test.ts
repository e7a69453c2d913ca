import { describe, expect, it } from 'vitest';
import { type DecoderStep, readDecoderGraph } from '../../../../src/engine/asr/whisper/decoder-card.ts';
import { createWhisperEncoder } from '../../../../src/engine/asr/whisper/whisper-encoder.ts';
import type { Graph } from '../../../../src/engine/onnx.ts';
import {
  fakeGraph,
  IDS,
  type Named,
  LOGITS,
  PASTS,
  POSITION,
  PRESENTS,
  STATES,
  USE_CACHE,
} from './fake-graphs.ts';
import { cardOf, scriptedFiles } from './scripted-whisper.ts';

const CARD = cardOf(scriptedFiles());
const MERGED: readonly Named[] = [IDS, STATES, ...PASTS, USE_CACHE];
const OUTPUTS: readonly Named[] = [LOGITS, ...PRESENTS];
const PAST = 'past_key_values.0.encoder';

function read(graph: Graph, step: DecoderStep = 'merged') {
  return readDecoderGraph(graph, step, CARD);
}

describe('the tensors of a decoder', () => {
  it('[ENG-91] of each layout are accepted, with cache_position or without', () => {
    expect(read(fakeGraph(MERGED, OUTPUTS)).takesBatches).toBe(true);
    expect(read(fakeGraph([...MERGED, POSITION], OUTPUTS)).inputs.at(-1)?.role).toBe('cache-position');
    expect(read(fakeGraph([IDS, STATES], OUTPUTS), 'first').presents).toHaveLength(4);
    const next = fakeGraph([IDS, ...PASTS], [LOGITS, ...PRESENTS.slice(0, 2)]);
    expect(read(next, 'next').presents.every(({ isOfAudio }) => !isOfAudio)).toBe(true);
  });

  it('[ENG-95] with the batch axis fixed at 1 take one utterance at a time', () => {
    const ids = ['input_ids', [1, 'length'], 'int64'] as const;
    expect(read(fakeGraph([ids, ...MERGED.slice(1)], OUTPUTS)).takesBatches).toBe(false);
  });

  it.each([
    ['an unknown input', [...MERGED, ['position_ids', ['l'], 'int64']], /input position_ids is none/],
    ['no input_ids', MERGED.slice(1), /input input_ids is missing/],
    ['a missing past', MERGED.toSpliced(5, 1), /past_key_values\.0\.encoder\.value is missing/],
    [
      'a past of other heads',
      MERGED.with(5, [`${PAST}.value`, ['b', 3, 'p', 2]]),
      /value is \[b, 3, p, 2\], \[…, 2, …, 2\] is due/,
    ],
    [
      'states of another width',
      MERGED.with(1, ['encoder_hidden_states', ['b', 'f', 5]]),
      /encoder_hidden_states is \[b, f, 5\]/,
    ],
    [
      'a cache that is no float',
      MERGED.with(4, [`${PAST}.key`, ['b', 2, 'p', 2], 'int8']),
      /encoder\.key is of int8/,
    ],
    ['no switch', MERGED.slice(0, -1), /use_cache_branch is missing/],
  ] as const)('[ENG-91] with %s among the inputs are refused by name', (_, inputs, message) => {
    const graph = fakeGraph(inputs, OUTPUTS);
    expect(() => read(graph)).toThrow(message);
    expect(() => read(graph)).toThrow(expect.objectContaining({ code: 'model_invalid' }));
  });

  it.each([
    ['no logits', OUTPUTS.slice(1), /output logits is missing/],
    ['a missing present', OUTPUTS.slice(0, -1), /present\.0\.encoder\.value is missing/],
    ['too few logits', OUTPUTS.with(0, ['logits', ['b', 'l', 1000]]), /logits has 1000 tokens/],
  ] as const)('[ENG-91] with %s among the outputs are refused by name', (_, outputs, message) => {
    expect(() => read(fakeGraph(MERGED, outputs))).toThrow(message);
  });
});

describe('the tensors of an encoder', () => {
  const features: Named = ['input_features', ['batch_size', 80, 3000]];
  const states: Named = ['last_hidden_state', ['batch_size', 1500, 4]];

  it.each([
    ['no features', fakeGraph([['audio', ['b', 't']]], [states]), /input_features is missing/],
    ['another input', fakeGraph([features, ['mask', ['b'], 'int64']], [states]), /input mask is none/],
    [
      'other bands',
      fakeGraph([[features[0], ['b', 128, 3000]]], [states]),
      /\[b, 128, 3000\], \[…, 80, 3000\] is due/,
    ],
    ['another output', fakeGraph([features], [['outputs', ['b', 1500, 4]]]), /last_hidden_state is missing/],
    [
      'another length',
      fakeGraph([features], [[states[0], ['b', 750, 4]]]),
      /last_hidden_state is \[b, 750, 4\]/,
    ],
    ['integers', fakeGraph([[features[0], features[1], 'int16']], [states]), /input_features is of int16/],
  ] as const)('[ENG-91] with %s are refused by name', (_, graph, message) => {
    expect(() => createWhisperEncoder(graph, CARD)).toThrow(message);
  });

  it('[ENG-91] in half precision get halves', async () => {
    const half = fakeGraph([['input_features', ['b', 80, 3000], 'float16']], [states]);
    await createWhisperEncoder(half, CARD).encode(new Float32Array(80 * 3000).fill(1), 1);
    const fed = half.runs[0]?.feeds['input_features'];
    expect(fed).toMatchObject({ type: 'float16', dims: [1, 80, 3000] });
    expect(fed?.data[0]).toBe(0x3c00);
  });
});
