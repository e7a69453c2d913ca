import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  createNemoMel,
  HOP_SAMPLES,
  MEL_LEFT_SAMPLES,
  MEL_SPAN_SAMPLES,
} from '../../../../src/engine/asr/mel/nemo-mel.ts';

interface Golden {
  readonly name: string;
  readonly samples: number;
  readonly frames: number;
  readonly bands: number;
}

const folder = 'fixtures/mel';
const goldens = JSON.parse(readFileSync(`${folder}/goldens.json`, 'utf8')) as readonly Golden[];

function bytes(name: string): ArrayBuffer {
  const file = readFileSync(`${folder}/${name}`);
  return file.buffer.slice(file.byteOffset, file.byteOffset + file.length);
}

/** All frames of a recording, with zeros on both sides of it. */
function melOf(pcm: Int16Array, golden: Golden): Float32Array {
  const mel = createNemoMel(golden.bands);
  const padded = new Float32Array(MEL_LEFT_SAMPLES + pcm.length + MEL_SPAN_SAMPLES);
  padded.set(
    Float32Array.from(pcm, (sample) => sample / 32_768),
    MEL_LEFT_SAMPLES,
  );
  const output = new Float32Array(golden.frames * golden.bands);
  for (let frame = 0; frame < golden.frames; frame++) {
    const at = frame * HOP_SAMPLES;
    mel.frame(padded.subarray(at, at + MEL_SPAN_SAMPLES), output, frame * golden.bands);
  }
  return output;
}

describe.each(goldens)('the mel features of $name', (golden) => {
  const expected = new Float32Array(bytes(`${golden.name}.mel.f32`));

  it('[ENG-1] equal those of an independent implementation within 0.001', () => {
    const actual = melOf(new Int16Array(bytes(`${golden.name}.pcm`)), golden);
    expect(expected).toHaveLength(golden.frames * golden.bands);
    const worst = actual.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i]!)), 0);
    expect(worst).toBeLessThan(1e-3);
  });
});

it('[ENG-1] silence is the logarithm of the guard in every band', () => {
  const output = new Float32Array(80);
  createNemoMel(80).frame(new Float32Array(MEL_SPAN_SAMPLES), output, 0);
  for (const value of output) expect(value).toBeCloseTo(-24 * Math.LN2, 5);
});
