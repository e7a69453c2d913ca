import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quantiseTransposed } from '../../../src/models/import/quantise-matrix.ts';
import {
  besideEachOther,
  ELEMENT,
  floatTensor,
  int64Tensor,
  numbersOf,
  repeated,
  scaled,
  type TensorSource,
  withSign,
} from '../../../src/models/import/tensor-source.ts';

const bytesTensor = (type: number, values: readonly number[]): TensorSource => ({
  name: 'bytes',
  type,
  dims: [values.length],
  bytes: () => Uint8Array.from(values),
});

describe('a tensor by reference', () => {
  it('tells its values whatever their type', () => {
    expect(numbersOf(floatTensor('f', [2], [0.5, -3]))).toEqual([0.5, -3]);
    expect(numbersOf(int64Tensor('i', [2], [7, -1]))).toEqual([7, -1]);
    expect(numbersOf(bytesTensor(ELEMENT.int8, [255, 1]))).toEqual([-1, 1]);
    expect(numbersOf(bytesTensor(ELEMENT.uint8, [255, 1]))).toEqual([255, 1]);
  });

  it('may lie anywhere in the bytes of a file', () => {
    const file = new Uint8Array(9);
    new DataView(file.buffer).setFloat32(5, 2.5, true);
    const tensor = { name: 'odd', type: ELEMENT.float32, dims: [1], bytes: () => file.subarray(5) };
    expect(numbersOf(tensor)).toEqual([2.5]);
  });

  it('stands beside others, row by row', () => {
    const left = floatTensor('l', [2, 1], [1, 2]);
    const right = floatTensor('r', [2, 2], [3, 4, 5, 6]);
    const both = besideEachOther('both', [left, right]);
    expect(both.dims).toEqual([2, 3]);
    expect(numbersOf(both)).toEqual([1, 3, 4, 2, 5, 6]);
    expect(besideEachOther('v', [floatTensor('a', [1], [1]), floatTensor('b', [2], [2, 3])]).dims).toEqual([
      3,
    ]);
  });

  it('is repeated where it is one value for all columns', () => {
    expect(numbersOf(repeated(floatTensor('s', [], [0.25]), 3))).toEqual([0.25, 0.25, 0.25]);
    const perColumn = floatTensor('c', [2], [1, 2]);
    expect(repeated(perColumn, 2)).toBe(perColumn);
  });

  it('is scaled exactly by a power of two', () => {
    expect(numbersOf(scaled(floatTensor('s', [2], [0.1, 3]), 0.5))).toEqual(
      numbersOf(floatTensor('h', [2], [Math.fround(0.1) / 2, 1.5])),
    );
  });
});

describe('8-bit weights', () => {
  it('[ENG-79] of the other sign are as far from their zero point as before', () => {
    const byte = fc.integer({ min: 0, max: 255 });
    fc.assert(
      fc.property(fc.array(byte, { minLength: 1 }), byte, fc.boolean(), (values, zero, isSigned) => {
        const type = isSigned ? ELEMENT.int8 : ELEMENT.uint8;
        const distances = (weights: TensorSource, point: TensorSource): readonly number[] =>
          numbersOf(weights).map((value) => value - (numbersOf(point)[0] ?? 0));
        const [weights, point] = [bytesTensor(type, values), bytesTensor(type, [zero])];
        const [turned, moved] = [withSign(weights, !isSigned), withSign(point, !isSigned)];
        expect(turned.type).not.toBe(type);
        expect(distances(turned, moved)).toEqual(distances(weights, point));
        expect(withSign(weights, isSigned)).toBe(weights);
      }),
    );
  });

  it('are made with one scale per output, turned to [inputs, outputs], within half a step', () => {
    const weight = floatTensor('w', [2, 3], [0.5, -1, 0.25, 0, 0, 0]);
    const { weight: quantised, quantisation } = quantiseTransposed(weight);
    const scales = numbersOf(quantisation!.scale);
    expect(quantised.dims).toEqual([3, 2]);
    expect(scales).toEqual([Math.fround(1 / 127), 1]);
    expect(numbersOf(quantised)).toEqual([64, 0, -127, 0, 32, 0]);
    expect(numbersOf(quantisation!.zeroPoint)).toEqual([0, 0]);
  });
});
