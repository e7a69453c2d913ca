/** Weights of 8 bit from float ones: symmetric, one scale per output. */
import type { Matrix } from './match-parts.ts';
import { ELEMENT, type TensorSource } from './tensor-source.ts';

const LARGEST = 127;

/**
 * Nothing is computed before it is written, and nothing is kept: matrices may be large and many.
 * @param weight [outputs, inputs], as a convolution over one frame has it
 */
export function quantiseTransposed(weight: TensorSource): Matrix {
  const [outputs = 0, inputs = 0] = weight.dims;
  const bytes = (): Uint8Array => {
    const values = floatsOf(weight);
    const quantised = new Int8Array(inputs * outputs);
    for (const [output, scale] of scalesOf(values, inputs).entries()) {
      for (let i = 0; i < inputs; i++) {
        quantised[i * outputs + output] = Math.round((values[output * inputs + i] as number) / scale);
      }
    }
    return new Uint8Array(quantised.buffer);
  };
  const scaleBytes = (): Uint8Array => new Uint8Array(scalesOf(floatsOf(weight), inputs).buffer);
  const part = (
    suffix: string,
    type: number,
    tensor: Pick<TensorSource, 'dims' | 'bytes'>,
  ): TensorSource => ({
    name: `${weight.name}.${suffix}`,
    type,
    ...tensor,
  });
  return {
    weight: part('quantised', ELEMENT.int8, { dims: [inputs, outputs], bytes }),
    quantisation: {
      scale: part('scale', ELEMENT.float32, { dims: [outputs], bytes: scaleBytes }),
      zeroPoint: part('zero_point', ELEMENT.int8, { dims: [outputs], bytes: () => new Uint8Array(outputs) }),
    },
  };
}

/** The values aligned as numbers want to be; in a file they lie anywhere. */
function floatsOf(weight: TensorSource): Float32Array {
  return new Float32Array(Uint8Array.from(weight.bytes()).buffer);
}

/** Per output, what one step of 8 bit is worth. */
function scalesOf(values: Float32Array, inputs: number): Float32Array {
  return Float32Array.from({ length: values.length / inputs }, (_, output) => {
    let largest = 0;
    for (let i = 0; i < inputs; i++)
      largest = Math.max(largest, Math.abs(values[output * inputs + i] as number));
    return largest === 0 ? 1 : largest / LARGEST;
  });
}
