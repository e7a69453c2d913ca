import { describe, expect, it } from 'vitest';
import { identifyModel } from '../../../src/engine/models/identify-model.ts';
import type { DecoderKind, Family } from '../../../src/engine/models/model-kind.ts';

type Found = readonly [family: Family, decoder: DecoderKind, chunkMs?: number];

const CASES: readonly [string, readonly string[], Record<string, string>, string | undefined, Found][] = [
  [
    'a streaming CTC export',
    ['model.onnx', 'tokens.txt'],
    { window_size: '25', chunk_shift: '16' },
    undefined,
    ['fastconformer-cache', 'ctc', 160],
  ],
  [
    'a streaming transducer',
    ['encoder.int8.onnx', 'decoder.int8.onnx', 'joiner.int8.onnx'],
    { window_size: '65', chunk_shift: '56' },
    undefined,
    ['fastconformer-cache', 'rnnt', 560],
  ],
  [
    'a layer-first transducer',
    ['encoder.onnx', 'decoder_joint.onnx'],
    { pre_encode_cache: '9' },
    undefined,
    ['fastconformer-cache', 'rnnt'],
  ],
  [
    'a TDT model by its config',
    ['encoder-model.onnx', 'decoder_joint-model.onnx', 'vocab.txt'],
    {},
    'nemo-conformer-tdt',
    ['parakeet-segment', 'tdt'],
  ],
  [
    'a CTC model by its config',
    ['model.int8.onnx', 'vocab.txt'],
    {},
    'nemo-conformer-ctc',
    ['parakeet-segment', 'ctc'],
  ],
  [
    'an utterance CTC export',
    ['model.int8.onnx', 'tokens.txt'],
    { normalize_type: 'per_feature' },
    undefined,
    ['parakeet-segment', 'ctc'],
  ],
  [
    'an utterance TDT export',
    ['encoder.int8.onnx', 'decoder.int8.onnx', 'joiner.int8.onnx'],
    { normalize_type: 'per_feature', url: 'https://host/parakeet-tdt-0.6b-v2' },
    undefined,
    ['parakeet-segment', 'tdt'],
  ],
  [
    'an utterance RNNT export',
    ['encoder.int8.onnx', 'decoder.int8.onnx', 'joiner.int8.onnx'],
    { normalize_type: 'per_feature' },
    undefined,
    ['parakeet-segment', 'rnnt'],
  ],
  [
    'a buffered model',
    ['encoder.int8.onnx', 'joiner.int8.onnx'],
    {
      streaming_model_type: 'nemo_parakeet_unified_streaming',
      chunk_feature_frames: '56',
      normalize_type: 'per_feature',
    },
    undefined,
    ['parakeet-buffered', 'rnnt', 560],
  ],
  [
    'Whisper',
    ['encoder_model_quantized.onnx', 'decoder_model_merged_quantized.onnx'],
    {},
    'whisper',
    ['whisper', 'aed'],
  ],
  [
    'Moonshine, merged',
    ['encoder_model.onnx', 'decoder_model_merged.onnx'],
    {},
    'moonshine',
    ['moonshine', 'aed'],
  ],
  [
    'Moonshine, four graphs',
    ['preprocess.onnx', 'encode.int8.onnx', 'uncached_decode.int8.onnx', 'cached_decode.int8.onnx'],
    {},
    undefined,
    ['moonshine', 'aed'],
  ],
  [
    'a Zipformer',
    ['encoder-epoch-99-avg-1.onnx', 'joiner-epoch-99-avg-1.onnx'],
    { decode_chunk_len: '32' },
    undefined,
    ['zipformer', 'rnnt', 320],
  ],
  ['a detector', ['silero_vad_16k_op15.onnx'], {}, undefined, ['vad', 'none', 32]],
];

describe('the family of a model', () => {
  it.each(CASES)(
    '[MOD-17] of %s is told',
    (_, ...[names, metadata, modelType, [family, decoder, chunkMs]]) => {
      expect(identifyModel({ names, metadata: new Map(Object.entries(metadata)), modelType })).toEqual({
        family,
        decoder,
        chunkMs,
      });
    },
  );

  it('[MOD-17] of anything else is not guessed', () => {
    expect(
      identifyModel({ names: ['model.onnx', 'tokens.txt'], metadata: new Map(), modelType: undefined }),
    ).toBeUndefined();
    expect(identifyModel({ names: [], metadata: new Map(), modelType: 'llama' })).toBeUndefined();
  });

  it('[ENG-83] [MOD-17] of a graph that says nothing is told from its inputs', () => {
    const features = { name: 'audio_signal', type: 'float32', shape: ['B', 80, 'T'] };
    const length = { name: 'length', type: 'int64', shape: ['B'] };
    const cache = { name: 'cache_last_time', type: 'float32', shape: ['B', 17, 512, 8] };
    const kind = (names: readonly string[], ...inputs: (typeof features)[]): unknown => {
      const found = identifyModel({ names, metadata: new Map(), modelType: undefined, inputs });
      return found && `${found.family}/${found.decoder}`;
    };
    const split = ['encoder.int8.onnx', 'decoder.int8.onnx', 'joiner.int8.onnx'];
    expect(kind(['model.onnx'], features, length, cache)).toBe('fastconformer-cache/ctc');
    expect(kind(split, features, length, cache)).toBe('fastconformer-cache/rnnt');
    expect(kind(split, features, length)).toBe('parakeet-segment/rnnt');
    expect(kind(['encoder-model.onnx', 'decoder_joint-model.onnx'], features, length)).toBe(
      'parakeet-segment/rnnt',
    );
    expect(kind(['model.onnx'], features, length)).toBe('parakeet-segment/ctc');
    expect(kind(['model.onnx'], { ...features, shape: ['B', 576] })).toBeUndefined();
  });
});
