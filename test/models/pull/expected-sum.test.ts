import { describe, expect, it } from 'vitest';
import { expectedSum, wrongSum } from '../../../src/models/pull/expected-sum.ts';

describe('the checksum a file must have', () => {
  it.each([
    [
      { catalogue: 'c', firstPull: 'f', publisher: 'p' },
      { sha256: 'c', by: 'catalogue' },
    ],
    [
      { firstPull: 'f', publisher: 'p' },
      { sha256: 'f', by: 'first pull' },
    ],
    [{ publisher: 'p' }, { sha256: 'p', by: 'publisher' }],
    [{}, { sha256: undefined, by: 'nothing' }],
  ])('[MOD-7] of %j is %j', (known, expected) => {
    expect(expectedSum(known)).toEqual(expected);
  });

  it('[MOD-7] [MOD-8] is named with what came, and the way out of a replaced file with it', () => {
    const found = { sha256: 'new', record: '/dir/.first-seen/m.json' };
    const replaced = wrongSum('m.onnx', { ...found, expected: { sha256: 'old', by: 'first pull' } });
    expect(replaced).toMatchObject({ code: 'model_invalid' });
    expect(replaced.message).toBe('m.onnx has sha256 new, the first pull brought old');
    expect(replaced.hint).toContain('delete /dir/.first-seen/m.json');
    const damaged = wrongSum('m.onnx', { ...found, expected: { sha256: 'old', by: 'publisher' } });
    expect(damaged.hint).not.toContain('delete');
  });
});
