import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Vocabulary } from '../../../src/engine/asr/vocabulary.ts';
import { loadVocabulary } from '../../../src/engine/models/load-vocabulary.ts';
import { readNemoConfig } from '../../../src/engine/models/nemo-config.ts';
import { findNemoFiles, pickNemoFiles, precisionSuffix } from '../../../src/engine/models/nemo-files.ts';
import { makeModelFolder } from '../../support/model-folder.ts';

const ISTUPAKOV = [
  ...['config.json', 'vocab.txt', 'nemo128.onnx', 'encoder-model.onnx', 'encoder-model.onnx.data'],
  ...['encoder-model.int8.onnx', 'decoder_joint-model.onnx', 'decoder_joint-model.int8.onnx'],
];
const SHERPA = ['encoder.int8.onnx', 'decoder.int8.onnx', 'joiner.int8.onnx', 'tokens.txt', 'test_wavs'];

describe('the files of a model', () => {
  it('[ENG-83] are found in either layout, the full precision first', () => {
    expect(pickNemoFiles(ISTUPAKOV)).toEqual({
      encoder: 'encoder-model.onnx',
      joint: { kind: 'fused', decoderJoint: 'decoder_joint-model.onnx' },
      vocabulary: 'vocab.txt',
      config: 'config.json',
    });
    expect(pickNemoFiles(SHERPA)).toEqual({
      encoder: 'encoder.int8.onnx',
      joint: { kind: 'split', predictor: 'decoder.int8.onnx', joiner: 'joiner.int8.onnx' },
      vocabulary: 'tokens.txt',
      config: undefined,
    });
  });

  it('[ENG-83] have the precision of the encoder that was named, where there is one', () => {
    expect(pickNemoFiles(ISTUPAKOV, 'encoder-model.int8.onnx').joint).toEqual({
      kind: 'fused',
      decoderJoint: 'decoder_joint-model.int8.onnx',
    });
    const mixed = ['encoder.int8.onnx', 'decoder.onnx', 'joiner.int8.onnx', 'tokens.txt'];
    expect(pickNemoFiles(mixed).joint).toMatchObject({
      predictor: 'decoder.onnx',
      joiner: 'joiner.int8.onnx',
    });
  });

  it('[ENG-83] of CTC are one graph and a vocabulary', () => {
    const files = pickNemoFiles(['model.int8.onnx', 'model.onnx', 'tokens.txt']);
    expect(files).toMatchObject({ encoder: 'model.onnx', joint: undefined });
  });

  it.each<[readonly string[], string]>([
    [['tokens.txt'], 'lacks encoder.onnx, encoder-model.onnx or model.onnx (there are: tokens.txt)'],
    [['encoder.onnx', 'decoder.onnx', 'tokens.txt'], 'lacks decoder.onnx and joiner.onnx'],
    [['model.onnx'], 'lacks tokens.txt, vocab.txt, tokenizer.json, tokenizer.model'],
  ])('[ENG-83] %j lack something, which is named', (names, message) => {
    expect(() => pickNemoFiles(names)).toThrow(message);
  });

  it('[ENG-31] are compared with the card', async () => {
    const folder = makeModelFolder({ 'model.onnx': 'fixtures/models/scripted-rnnt/encoder.offline.onnx' });
    folder.write('tokens.txt', 'a 0\n<blk> 1\n');
    folder.write('card.json', JSON.stringify({ name: 'n', files: { 'tokens.txt': { bytes: 3 } } }));
    await expect(findNemoFiles(folder.path)).rejects.toThrow('tokens.txt has 12 bytes, its card says 3');
    await expect(findNemoFiles(folder.file('nowhere'))).rejects.toMatchObject({ code: 'model_invalid' });
  });

  it('[ENG-34] tell their precision', () => {
    expect(['/int8/encoder.onnx', 'encoder-model.int8.onnx', 'model.fp16.onnx'].map(precisionSuffix)).toEqual(
      ['', '-int8', '-fp16'],
    );
  });
});

describe('the vocabulary and configuration beside a model', () => {
  const folder = makeModelFolder({});

  it('[ENG-84] may be a tokenizer.json, of either kind', async () => {
    const unigram = {
      model: {
        vocab: [
          ['<unk>', 0],
          ['\u2581a', -1.5],
        ],
      },
      added_tokens: [{ id: 2, content: '<EOU>' }],
    };
    folder.write('tokenizer.json', JSON.stringify(unigram));
    const vocabulary = await loadVocabulary(folder.file('tokenizer.json'));
    expect(vocabulary).toMatchObject({ size: 3, blankId: 3 });
    expect(vocabulary.piece(1)).toBe('\u2581a');
    expect(vocabulary.special(2)).toBe('EOU');

    folder.write('bpe.json', JSON.stringify({ model: { vocab: { b: 1, '\u2581a': 0, '<blk>': 2 } } }));
    expect(await loadVocabulary(folder.file('bpe.json'))).toMatchObject({ size: 2, blankId: 2 });
  });

  it.each([
    ['{', 'is not JSON'],
    ['{"model":{}}', 'has no vocabulary'],
    ['{"model":{"vocab":{"a":0,"b":2}}}', 'has no piece for token 1'],
  ])('[ENG-84] %j is refused', async (text, message) => {
    folder.write('tokenizer.json', text);
    await expect(loadVocabulary(folder.file('tokenizer.json'))).rejects.toMatchObject({
      code: 'model_invalid',
      message: expect.stringContaining(message) as string,
    });
  });

  it('[ENG-84] may be a tokenizer.model of SentencePiece', async () => {
    const vocabulary = await loadVocabulary('fixtures/models/streaming-rnnt-r/tokenizer.model');
    const listed = await loadVocabulary('fixtures/models/streaming-rnnt-s/tokens.txt');
    const pieces = (of: Vocabulary): readonly string[] =>
      Array.from({ length: of.size }, (_, id) => of.special(id) ?? of.piece(id));
    expect(pieces(vocabulary)).toEqual(pieces(listed));
  });

  it.each([0, 1, 40])('[ENG-84] is refused when it is cut after %i bytes', async (bytes) => {
    folder.write(
      'tokenizer.model',
      readFileSync('fixtures/models/streaming-rnnt-r/tokenizer.model').subarray(0, bytes),
    );
    await expect(loadVocabulary(folder.file('tokenizer.model'))).rejects.toMatchObject({
      code: 'model_invalid',
      message: expect.stringContaining('damaged or not a SentencePiece model') as string,
    });
  });

  it('[ENG-84] fills in what metadata do not say', async () => {
    folder.write(
      'config.json',
      JSON.stringify({ model_type: 'nemo-conformer-tdt', features_size: 128, subsampling_factor: 4 }),
    );
    const metadata = new Map([['subsampling_factor', '8']]);
    expect(Object.fromEntries(await readNemoConfig(metadata, folder.file('config.json')))).toEqual({
      subsampling_factor: '8',
      feat_dim: '128',
      config_model_type: 'nemo-conformer-tdt',
    });
    expect(await readNemoConfig(metadata, undefined)).toBe(metadata);
    folder.write('config.json', '7');
    await expect(readNemoConfig(metadata, folder.file('config.json'))).rejects.toThrow(
      'is not a JSON object',
    );
  });
});
