/**
 * Tensors by reference: what a weight is, and how to get its bytes when they are written. A model may be larger
 * than memory has room for twice, so bytes are views of the file where they can be, and made late where they
 * cannot.
 */
import { PatternMiss } from './pattern-miss.ts';

/** Element types by their number in onnx.proto. */
export const ELEMENT = {
  float32: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  float64: 11,
} as const;

export interface TensorSource {
  readonly name: string;
  /** A value of `ELEMENT`. */
  readonly type: number;
  readonly dims: readonly number[];
  /** Little-endian values, a view where possible: not to be written to. */
  bytes(): Uint8Array;
}

const ELEMENT_BYTES: Readonly<Record<number, number>> = { 1: 4, 2: 1, 3: 1, 6: 4, 7: 8, 9: 1, 10: 2, 11: 8 };

export function elementBytes(type: number): number {
  const bytes = ELEMENT_BYTES[type];
  if (bytes === undefined) throw new PatternMiss(`a tensor has element type ${type}`);
  return bytes;
}

/** The values as numbers; meant for small tensors. */
export function numbersOf(tensor: TensorSource): readonly number[] {
  const bytes = tensor.bytes();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = elementBytes(tensor.type);
  const read = (at: number): number => {
    if (tensor.type === ELEMENT.float32) return view.getFloat32(at, true);
    if (tensor.type === ELEMENT.float64) return view.getFloat64(at, true);
    if (tensor.type === ELEMENT.int64) return Number(view.getBigInt64(at, true));
    if (tensor.type === ELEMENT.int32) return view.getInt32(at, true);
    if (tensor.type === ELEMENT.int8) return view.getInt8(at);
    return view.getUint8(at);
  };
  return Array.from({ length: bytes.byteLength / size }, (_, i) => read(i * size));
}

export function floatTensor(name: string, dims: readonly number[], values: ArrayLike<number>): TensorSource {
  const data = Float32Array.from(values);
  return { name, type: ELEMENT.float32, dims, bytes: () => new Uint8Array(data.buffer) };
}

export function int64Tensor(name: string, dims: readonly number[], values: readonly number[]): TensorSource {
  const data = BigInt64Array.from(values, BigInt);
  return { name, type: ELEMENT.int64, dims, bytes: () => new Uint8Array(data.buffer) };
}

/** The same bytes under other dimensions. */
export function reshaped(tensor: TensorSource, dims: readonly number[]): TensorSource {
  return { ...tensor, dims };
}

/** Matrices [rows, n] side by side: [rows, sum of n]. Vectors count as matrices of one row. */
export function besideEachOther(name: string, parts: readonly TensorSource[]): TensorSource {
  const [first] = parts;
  if (!first) throw new PatternMiss('nothing to put together');
  const rows = first.dims.length > 1 ? (first.dims[0] ?? 1) : 1;
  const widths = parts.map((part) => part.dims.at(-1) ?? 1);
  const width = widths.reduce((sum, w) => sum + w, 0);
  const size = elementBytes(first.type);
  return {
    name,
    type: first.type,
    dims: first.dims.length > 1 ? [rows, width] : [width],
    bytes() {
      const all = new Uint8Array(rows * width * size);
      let column = 0;
      for (const [i, part] of parts.entries()) {
        const bytes = part.bytes();
        const length = (widths[i] ?? 0) * size;
        for (let row = 0; row < rows; row++) {
          all.set(bytes.subarray(row * length, (row + 1) * length), row * width * size + column);
        }
        column += length;
      }
      return all;
    },
  };
}

/** A scalar or a vector of one value as a vector of `length` equal ones; longer vectors stay. */
export function repeated(tensor: TensorSource, length: number): TensorSource {
  if (tensor.dims.length === 1 && tensor.dims[0] === length) return tensor;
  const size = elementBytes(tensor.type);
  return {
    ...tensor,
    dims: [length],
    bytes() {
      const one = tensor.bytes().subarray(0, size);
      const all = new Uint8Array(length * size);
      for (let i = 0; i < length; i++) all.set(one, i * size);
      return all;
    },
  };
}

/**
 * 8-bit values with the other sign convention, exactly: with the zero point moved by the same 128 every
 * product stays what it was.
 */
export function withSign(tensor: TensorSource, signed: boolean): TensorSource {
  const type = signed ? ELEMENT.int8 : ELEMENT.uint8;
  if (tensor.type === type) return tensor;
  return { ...tensor, type, bytes: () => Uint8Array.from(tensor.bytes(), (value) => value ^ 0x80) };
}

/** Float values times a factor. */
export function scaled(tensor: TensorSource, factor: number): TensorSource {
  if (factor === 1) return tensor;
  return floatTensor(
    tensor.name,
    tensor.dims,
    numbersOf(tensor).map((value) => value * factor),
  );
}
