/** What attention takes from inside the export besides weights: projected distances, and who may look where. */
import type { Tensor } from '../../engine/onnx.ts';
import type { DeltaShape } from './delta-context.ts';
import type { GraphProbe } from './graph-probe.ts';
import type { Layer } from './match-layer.ts';
import { expectPattern, PatternMiss } from './pattern-miss.ts';
import { floatTensor, type TensorSource } from './tensor-source.ts';

/** Added to the score of what must not be looked at: its weight is then exactly 0, as in the export. */
const MASKED = -10_000;

export interface Learned {
  /** Per layer: projected distances, [heads, head width, left + 2 · frames − 1]. */
  readonly positions: readonly TensorSource[];
  /** What is added to the scores, by how many cached rows a stream has: [left + 1, 1, frames, left + frames]. */
  readonly mask: TensorSource | undefined;
}

/** @throws PatternMiss when something differs that the delta graph takes for granted */
export async function learn(
  probe: GraphProbe,
  layers: readonly Layer[],
  shape: DeltaShape,
): Promise<Learned> {
  const cold = await probe.run(
    { batch: 1, cacheLengths: [0] },
    layers.flatMap(({ attention, convolution }) => [
      attention.positions,
      ...(convolution.mask === undefined ? [] : [convolution.mask]),
    ]),
  );
  for (const { convolution } of layers) {
    const masked = convolution.mask === undefined ? undefined : cold.get(convolution.mask);
    const isNever = masked?.data.every((value) => Number(value) === 0) ?? true;
    expectPattern(isNever, 'the convolution masks frames of a whole window');
  }
  return {
    positions: layers.map(({ attention }, layer) => {
      const tensor = cold.get(attention.positions);
      return headsFirst(tensor, `positions_${layer}`, shape);
    }),
    mask: await learnMask(probe, layers, shape),
  };
}

/** [1, distances, heads · head width] → [heads, head width, needed distances] */
function headsFirst(tensor: Tensor | undefined, name: string, shape: DeltaShape): TensorSource {
  const { frames, left, heads, headWidth } = shape;
  const needed = left + 2 * frames - 1;
  const rows = tensor?.dims.at(-2) ?? 0;
  if (!tensor || rows < needed || tensor.dims.at(-1) !== heads * headWidth) {
    throw new PatternMiss(`${name} is [${tensor?.dims.join(', ')}], at least ${needed} distances are due`);
  }
  const values = new Float32Array(heads * headWidth * needed);
  for (let row = 0; row < needed; row++) {
    for (let channel = 0; channel < heads * headWidth; channel++) {
      values[channel * needed + row] = Number(tensor.data[row * heads * headWidth + channel]);
    }
  }
  return floatTensor(name, [heads, headWidth, needed], values);
}

/** One stream for each number of cached rows there can be. */
async function learnMask(
  probe: GraphProbe,
  layers: readonly Layer[],
  { frames, left }: DeltaShape,
): Promise<TensorSource | undefined> {
  const names = layers.map(({ attention }) => attention.mask);
  const [first] = names;
  if (first === undefined) {
    expectPattern(
      names.every((name) => name === undefined),
      'only some layers have a mask',
    );
    return undefined;
  }
  const fills = Array.from({ length: left + 1 }, (_, fill) => fill);
  const asked = [...new Set(names.filter((name) => name !== undefined))];
  const masks = await probe.run({ batch: left + 1, cacheLengths: fills }, asked);
  const [mask, ...others] = names.map((name) => masks.get(name ?? '')?.data);
  const isSame = others.every((other) => other && mask?.every((value, i) => value === other[i]));
  expectPattern(isSame, 'layers have different masks');
  const keys = left + frames;
  if (mask?.length !== fills.length * frames * keys) throw new PatternMiss('the mask has another shape');
  const added = Array.from(mask as ArrayLike<number | bigint>, (value) => (Number(value) === 0 ? 0 : MASKED));
  return floatTensor('score_mask', [fills.length, 1, frames, keys], added);
}
