/** bench/gpu: what can be told without a GPU. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { rungs } from '../../../bench/gpu/live-streams.mjs';
import { parseOptions } from '../../../bench/gpu/options.mjs';

const run = promisify(execFile);

describe('the options of bench/gpu/streams.mjs', () => {
  it('are CUDA and 20 seconds unless told otherwise', () => {
    expect(parseOptions(['a.onnx', 'b.onnx'])).toEqual({
      provider: 'cuda',
      seconds: 20,
      out: undefined,
      models: ['a.onnx', 'b.onnx'],
    });
    expect(parseOptions(['--provider', 'webgpu', '--seconds', '60', '--out', 'l4', 'm'])).toEqual({
      provider: 'webgpu',
      seconds: 60,
      out: 'l4',
      models: ['m'],
    });
  });

  it.each([
    { args: [], wrong: /No model/ },
    { args: ['--provider', 'rocm', 'm'], wrong: /--provider is one of/ },
    { args: ['--seconds', '2', 'm'], wrong: /--seconds/ },
    { args: ['--seconds', 'long', 'm'], wrong: /--seconds/ },
    { args: ['--out', '../elsewhere', 'm'], wrong: /--out/ },
    { args: ['--fast', 'm'], wrong: /--fast/ },
  ])('are refused: $args', ({ args, wrong }) => {
    expect(parseOptions(args)).toMatchObject({ wrong: expect.stringMatching(wrong) });
  });

  it('lead to ever more streams, around what was computed', () => {
    expect(rungs(100)).toEqual([50, 75, 100, 125, 150, 200]);
    expect(rungs(1)).toEqual([1, 2]);
  });
});

describe('bench/gpu/streams.mjs', () => {
  it('refuses to measure on a GPU that is not there, as a worker does', async () => {
    const args = ['bench/gpu/streams.mjs', 'models/rt-tiny-en'];
    const env = { PATH: process.env['PATH'], CUDA_VISIBLE_DEVICES: '-1' };
    await expect(run(process.execPath, args, { env })).rejects.toMatchObject({
      code: 3,
      stdout: '',
      stderr: expect.stringMatching(/^cuda does not compute here: .+\n.+\nRT2009/),
    });
  });
});
