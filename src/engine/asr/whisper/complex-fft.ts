/**
 * Complex FFT of lengths 4^a · 5^b: Whisper's window of 400 samples is 4 · 4 · 5 · 5. Source: Stockham's
 * autosort algorithm, decimation in frequency; each stage writes its result in order, so no bit reversal
 * is needed. Complex numbers lie as pairs (real, imaginary). Tables and work space are made once: a call
 * allocates nothing.
 */

export interface ComplexFft {
  readonly size: number;
  /**
   * Σ input[n]·exp(−2πi·kn/size) of `size` pairs. The input is destroyed; the result is valid until the
   * next call and may be the input itself.
   */
  transform(input: Float64Array): Float64Array;
}

/** One pass: `count` butterflies of `radix` legs, each for `stride` neighbours. */
interface Stage {
  readonly radix: 4 | 5;
  readonly count: number;
  readonly stride: number;
  /** exp(−2πi·p·leg / (count·radix)) of butterfly p for the legs from 1 on, as pairs. */
  readonly rotations: Float64Array;
}

const COS_1 = Math.cos((2 * Math.PI) / 5);
const COS_2 = Math.cos((4 * Math.PI) / 5);
const SIN_1 = Math.sin((2 * Math.PI) / 5);
const SIN_2 = Math.sin((4 * Math.PI) / 5);

/** @param size a product of fours and fives */
export function createComplexFft(size: number): ComplexFft {
  const stages = planStages(size);
  const work = new Float64Array(2 * size);
  return {
    size,
    transform(input) {
      let from = input;
      let to: Float64Array = work;
      for (const stage of stages) {
        if (stage.radix === 4) runFours(stage, from, to);
        else runFives(stage, from, to);
        [from, to] = [to, from];
      }
      return from;
    },
  };
}

function planStages(size: number): readonly Stage[] {
  const stages: Stage[] = [];
  let length = size;
  for (let stride = 1; length > 1; ) {
    const radix = length % 4 === 0 ? 4 : 5;
    if (length % radix !== 0) throw new RangeError(`${size} is not a product of fours and fives`);
    length /= radix;
    stages.push({ radix, count: length, stride, rotations: rotationsOf(length, radix) });
    stride *= radix;
  }
  return stages;
}

function rotationsOf(count: number, radix: number): Float64Array {
  const pairs: number[] = [];
  for (let p = 0; p < count; p++) {
    for (let leg = 1; leg < radix; leg++) {
      const angle = (-2 * Math.PI * p * leg) / (count * radix);
      pairs.push(Math.cos(angle), Math.sin(angle));
    }
  }
  return Float64Array.from(pairs);
}

function runFours({ count, stride, rotations }: Stage, from: Float64Array, to: Float64Array): void {
  const leg = 2 * stride * count;
  for (let p = 0; p < count; p++) {
    const [c1, s1, c2, s2, c3, s3] = rotations.subarray(6 * p, 6 * p + 6) as unknown as Six;
    for (let q = 0; q < stride; q++) {
      const a = 2 * (stride * p + q);
      const ar = from[a]! + from[a + 2 * leg]!;
      const ai = from[a + 1]! + from[a + 2 * leg + 1]!;
      const br = from[a]! - from[a + 2 * leg]!;
      const bi = from[a + 1]! - from[a + 2 * leg + 1]!;
      const cr = from[a + leg]! + from[a + 3 * leg]!;
      const ci = from[a + leg + 1]! + from[a + 3 * leg + 1]!;
      const dr = from[a + leg]! - from[a + 3 * leg]!;
      const di = from[a + leg + 1]! - from[a + 3 * leg + 1]!;
      const o = 2 * (4 * stride * p + q);
      to[o] = ar + cr;
      to[o + 1] = ai + ci;
      to[o + 2 * stride] = c1 * (br + di) - s1 * (bi - dr);
      to[o + 2 * stride + 1] = c1 * (bi - dr) + s1 * (br + di);
      to[o + 4 * stride] = c2 * (ar - cr) - s2 * (ai - ci);
      to[o + 4 * stride + 1] = c2 * (ai - ci) + s2 * (ar - cr);
      to[o + 6 * stride] = c3 * (br - di) - s3 * (bi + dr);
      to[o + 6 * stride + 1] = c3 * (bi + dr) + s3 * (br - di);
    }
  }
}

type Six = readonly [number, number, number, number, number, number];
type Eight = readonly [...Six, number, number];

function runFives({ count, stride, rotations }: Stage, from: Float64Array, to: Float64Array): void {
  const leg = 2 * stride * count;
  for (let p = 0; p < count; p++) {
    const [c1, s1, c2, s2, c3, s3, c4, s4] = rotations.subarray(8 * p, 8 * p + 8) as unknown as Eight;
    for (let q = 0; q < stride; q++) {
      const a = 2 * (stride * p + q);
      const zr = from[a]!;
      const zi = from[a + 1]!;
      // Legs 1 and 4, 2 and 3 are mirror images: their sums go with cosines, their differences with sines.
      const sumR = from[a + leg]! + from[a + 4 * leg]!;
      const sumI = from[a + leg + 1]! + from[a + 4 * leg + 1]!;
      const difR = from[a + leg]! - from[a + 4 * leg]!;
      const difI = from[a + leg + 1]! - from[a + 4 * leg + 1]!;
      const innerSumR = from[a + 2 * leg]! + from[a + 3 * leg]!;
      const innerSumI = from[a + 2 * leg + 1]! + from[a + 3 * leg + 1]!;
      const innerDifR = from[a + 2 * leg]! - from[a + 3 * leg]!;
      const innerDifI = from[a + 2 * leg + 1]! - from[a + 3 * leg + 1]!;
      const evenR1 = zr + COS_1 * sumR + COS_2 * innerSumR;
      const evenI1 = zi + COS_1 * sumI + COS_2 * innerSumI;
      const evenR2 = zr + COS_2 * sumR + COS_1 * innerSumR;
      const evenI2 = zi + COS_2 * sumI + COS_1 * innerSumI;
      const oddR1 = SIN_1 * difI + SIN_2 * innerDifI;
      const oddI1 = -SIN_1 * difR - SIN_2 * innerDifR;
      const oddR2 = SIN_2 * difI - SIN_1 * innerDifI;
      const oddI2 = SIN_1 * innerDifR - SIN_2 * difR;
      const o = 2 * (5 * stride * p + q);
      const step = 2 * stride;
      to[o] = zr + sumR + innerSumR;
      to[o + 1] = zi + sumI + innerSumI;
      to[o + step] = c1 * (evenR1 + oddR1) - s1 * (evenI1 + oddI1);
      to[o + step + 1] = c1 * (evenI1 + oddI1) + s1 * (evenR1 + oddR1);
      to[o + 2 * step] = c2 * (evenR2 + oddR2) - s2 * (evenI2 + oddI2);
      to[o + 2 * step + 1] = c2 * (evenI2 + oddI2) + s2 * (evenR2 + oddR2);
      to[o + 3 * step] = c3 * (evenR2 - oddR2) - s3 * (evenI2 - oddI2);
      to[o + 3 * step + 1] = c3 * (evenI2 - oddI2) + s3 * (evenR2 - oddR2);
      to[o + 4 * step] = c4 * (evenR1 - oddR1) - s4 * (evenI1 - oddI1);
      to[o + 4 * step + 1] = c4 * (evenI1 - oddI1) + s4 * (evenR1 - oddR1);
    }
  }
}
