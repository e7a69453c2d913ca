/** Weights of 8 bit from float ones: symmetric, one scale per output. */
import type { Matrix } from './match-parts.ts';
import { ELEMENT, floatTensor, numbersOf, type TensorSource } from './tensor-source.ts';

const LARGEST = 127;

/** @param weight [outputs, inputs], as a convolution over one frame has it */
export function quantiseTransposed(weight: TensorSource): Matrix {
  const [outputs = 0, inputs = 0] = weight.dims;
  const values = numbersOf(weight);
  const scales = Array.from({ length: outputs }, (_, output) => {
    let largest = 0;
    for (let i = 0; i < inputs; i++) largest = Math.max(largest, Math.abs(values[output * inputs + i] ?? 0));
    return largest === 0 ? 1 : largest / LARGEST;
  });
  const bytes = (): Uint8Array => {
    const quantised = new Int8Array(inputs * outputs);
    for (let output = 0; output < outputs; output++) {
      const scale = scales[output] ?? 1;
      for (let i = 0; i < inputs; i++) {
        quantised[i * outputs + output] = Math.round((values[output * inputs + i] ?? 0) / scale);
      }
    }
    return new Uint8Array(quantised.buffer);
  };
  const zeros = new Uint8Array(outputs);
  return {
    weight: { name: `${weight.name}.quantised`, type: ELEMENT.int8, dims: [inputs, outputs], bytes },
    quantisation: {
      scale: floatTensor(`${weight.name}.scale`, [outputs], scales),
      zeroPoint: {
        name: `${weight.name}.zero_point`,
        type: ELEMENT.int8,
        dims: [outputs],
        bytes: () => zeros,
      },
    },
  };
}
