import { expect, test } from 'vitest';
import { hintFor } from '../../../bench/peer/fetch.mjs';
import { readOptions } from '../../../bench/peer/options.mjs';

const MODEL = 'models/rt-tiny-en/model.560ms.int8.onnx';

test('chunk, precision and name come from where the model lies', () => {
  expect(readOptions(['--model', MODEL])).toMatchObject({
    chunkMs: 560,
    precision: 'int8',
    name: 'rt-tiny-en',
  });
  expect(readOptions(['--model', 'models/rt-tiny-en/model.160ms.onnx'])).toMatchObject({ precision: 'fp32' });
});

test.each([
  [[], '--model is missing'],
  [['--model', 'nowhere/model.160ms.onnx'], '--model: there is no '],
  [['--model', MODEL, '--budget-min', '0'], '--budget-min must be a whole number above 0, not 0'],
  [['--model', MODEL, '--settings', 'w2-b8'], '--settings must be like w2-b8-t1-i10, not w2-b8'],
  [['--model', MODEL, '--until', 'noon'], '--until is one of tune, capacity, pairs, transcripts'],
  [['--model', 'models/silero-vad/silero_vad_16k_op15.onnx'], '--model: there is no '],
])('%j is refused: %s', (argv, message) => {
  expect(() => readOptions(argv)).toThrow(message);
});

test.each([
  ['spawnSync python3 ENOENT', 'Install Python 3'],
  ['/usr/bin/python3: No module named pip', 'Install pip'],
  [
    'ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.',
    'not the one that was measured',
  ],
  ['ERROR: No matching distribution found for sherpa-onnx-bin==2.0.1', 'Linux x86_64 only'],
  ['NewConnectionError: [Errno -3] Temporary failure in name resolution', 'PIP_INDEX_URL'],
])('what to do about a failed installation: %s', (output, hint) => {
  expect(hintFor(output)).toContain(hint);
});
