import { describe, expect, it } from 'vitest';
import { prefersSigned } from '../../../src/models/import/cpu-flags.ts';

describe('8-bit weights', () => {
  it.each([
    ['x64', 'flags\t\t: fpu avx2 avx512f avx512_vnni amx_tile\n', true],
    ['x64', 'flags\t\t: fpu avx2 avx_vnni\n', true],
    ['x64', 'flags\t\t: fpu avx2 avx512f\n', false],
    ['x64', '', false],
    ['arm64', '', true],
  ])(
    '[ENG-79] are signed where the processor multiplies signed bytes: %s %j',
    (architecture, cpuinfo, signed) => {
      expect(prefersSigned(architecture, cpuinfo)).toBe(signed);
    },
  );
});
