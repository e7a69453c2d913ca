/**
 * Recognises NeMo's ConformerConvolution with a cache: a gated linear unit over each frame, a depthwise
 * convolution over cached and new frames, a norm where the model has one there, silu and a linear layer.
 */
import {
  type Convolution,
  expectTranspose,
  inputOf,
  matchConvolution,
  matchNorm,
  matchSilu,
  nodeOf,
  type Norm,
} from './match-parts.ts';
import { expectPattern } from './pattern-miss.ts';
import { attributeOf, type SourceModel } from './source-model.ts';

export interface ConvolutionPart {
  readonly norm: Norm;
  /** Twice as many outputs as inputs: values, then their gates. */
  readonly gated: Convolution;
  readonly depthwise: Convolution;
  readonly innerNorm: Norm | undefined;
  readonly pointwise: Convolution;
  /** Tensor that is true for frames behind the end of the audio; undefined where nothing masks them. */
  readonly mask: string | undefined;
}

/** @throws PatternMiss */
export function matchConvolutionPart(model: SourceModel, tensor: string): ConvolutionPart {
  const pointwise = matchPointwise(model, expectTranspose(model, tensor, '021'));
  const { innerNorm, input } = matchInnerNorm(model, matchSilu(model, pointwise.input));
  const depthwise = matchConvolution(model, input);
  const { groups, weight } = depthwise;
  expectPattern(
    groups === weight.dims[0] && weight.dims[1] === 1,
    `${weight.name} is not a depthwise kernel`,
  );
  const { gate, mask } = matchNewFrames(model, depthwise.input);
  const gated = matchPointwise(model, matchGate(model, gate));
  const norm = matchNorm(model, expectTranspose(model, gated.input, '021'));
  return { norm, gated, depthwise, innerNorm, pointwise, mask };
}

function matchPointwise(model: SourceModel, tensor: string): Convolution {
  const convolution = matchConvolution(model, tensor);
  const { groups, weight } = convolution;
  expectPattern(groups === 1 && weight.dims[2] === 1, `${weight.name} is not a kernel over one frame`);
  return convolution;
}

function matchInnerNorm(model: SourceModel, tensor: string): { innerNorm: Norm | undefined; input: string } {
  if (model.producer(tensor)?.opType !== 'Transpose') return { innerNorm: undefined, input: tensor };
  const innerNorm = matchNorm(model, expectTranspose(model, tensor, '021'));
  return { innerNorm, input: expectTranspose(model, innerNorm.input, '021') };
}

/** The new frames behind the cached ones, without the padding and the mask that may stand between. */
function matchNewFrames(model: SourceModel, tensor: string): { gate: string; mask: string | undefined } {
  let at = inputOf(nodeOf(model, tensor, 'Concat'), 1);
  if (model.producer(at)?.opType === 'Pad') at = inputOf(nodeOf(model, at, 'Pad'));
  const masked = model.producer(at);
  if (masked?.opType !== 'Where') return { gate: at, mask: undefined };
  return { gate: inputOf(masked, 2), mask: inputOf(masked) };
}

/** a · sigmoid(b) of the two halves of the channels. */
function matchGate(model: SourceModel, tensor: string): string {
  const node = nodeOf(model, tensor, 'Mul');
  const [a = '', b = ''] = node.input;
  const [value, gate] = model.producer(b)?.opType === 'Sigmoid' ? [a, b] : [b, a];
  const split = nodeOf(model, value, 'Split');
  const halves = split.output;
  expectPattern(
    halves.length === 2 &&
      halves[0] === value &&
      halves[1] === inputOf(nodeOf(model, gate, 'Sigmoid')) &&
      (attributeOf(split, 'axis')?.i ?? 0) === 1,
    `${node.name} is not a gated linear unit over the channels`,
  );
  return inputOf(split);
}
