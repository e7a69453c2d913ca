/**
 * Recognises NeMo's RelPositionMultiHeadAttention with a cache of its input: keys and values of cached and new
 * frames in one product, scores from contents (bias u) and from distances (bias v, rel_shift).
 */
import type { OnnxNode } from './onnx-schema.ts';
import {
  expectTranspose,
  inputOf,
  type Linear,
  matchLinear,
  matchNorm,
  nodeOf,
  type Norm,
  scalar,
  splitConstant,
} from './match-parts.ts';
import { expectPattern } from './pattern-miss.ts';
import { attributeOf, type SourceModel } from './source-model.ts';
import { numbersOf, type TensorSource } from './tensor-source.ts';

export interface AttentionPart {
  readonly norm: Norm;
  readonly query: Linear;
  readonly key: Linear;
  readonly value: Linear;
  readonly output: Linear;
  /** [heads, head width]: added to the query for contents and for distances. */
  readonly contentBias: TensorSource;
  readonly distanceBias: TensorSource;
  /** What scores are multiplied by. */
  readonly scale: number;
  /** Tensor [2 · keys − 1, heads · head width] of projected distances: no value of the audio is in it. */
  readonly positions: string;
  /** Tensor that is true where a query must not look, [batch, 1, new, keys]; undefined where all may. */
  readonly mask: string | undefined;
}

/** @throws PatternMiss */
export function matchAttention(model: SourceModel, tensor: string): AttentionPart {
  const output = matchLinear(model, tensor);
  const joined = expectTranspose(model, inputOf(nodeOf(model, output.input, 'Reshape')), '0213');
  const weighted = nodeOf(model, joined, 'MatMul');
  const value = matchHeads(model, expectTranspose(model, inputOf(weighted, 1), '0213'));
  const { scores, mask } = matchSoftmax(model, inputOf(weighted));
  const { sum, scale } = matchScale(model, scores);
  const { content, distance } = splitScores(model, sum);

  const key = matchHeads(model, expectTranspose(model, inputOf(content, 1), '0231'));
  const forContent = matchBiased(model, inputOf(content));
  const shifted = nodeOf(model, matchShift(model, distance), 'MatMul');
  const forDistance = matchBiased(model, inputOf(shifted));
  expectPattern(forContent.query === forDistance.query, 'content and distance scores have different queries');
  const query = matchLinear(model, inputOf(nodeOf(model, forContent.query, 'Reshape')));
  const positions = inputOf(nodeOf(model, expectTranspose(model, inputOf(shifted, 1), '0231'), 'Reshape'));

  const memory = nodeOf(model, key.input, 'Concat');
  expectPattern(key.input === value.input, 'keys and values are made of different frames');
  expectPattern(memory.input[1] === query.input, 'queries are not made of the frames behind the cached ones');
  return {
    norm: matchNorm(model, query.input),
    query,
    key,
    value,
    output,
    contentBias: forContent.bias,
    distanceBias: forDistance.bias,
    scale,
    positions,
    mask,
  };
}

/** A linear layer cut into heads. */
function matchHeads(model: SourceModel, tensor: string): Linear {
  return matchLinear(model, inputOf(nodeOf(model, tensor, 'Reshape')));
}

/** Softmax, between a mask that fills in a low score and one that fills in zero. */
function matchSoftmax(model: SourceModel, tensor: string): { scores: string; mask: string | undefined } {
  const zeroed = model.producer(tensor)?.opType === 'Where' ? nodeOf(model, tensor, 'Where') : undefined;
  const softmax = nodeOf(model, zeroed ? inputOf(zeroed, 2) : tensor, 'Softmax');
  const axis = attributeOf(softmax, 'axis')?.i ?? -1;
  expectPattern(axis === -1 || axis === 3, `${softmax.name} is over axis ${axis}`);
  const masked = model.producer(inputOf(softmax));
  if (masked?.opType !== 'Where') return { scores: inputOf(softmax), mask: undefined };
  const [low = 0] = numbersOf(splitWhere(model, masked));
  expectPattern(low <= -1000, `${masked.name} masks with ${low}`);
  return { scores: inputOf(masked, 2), mask: inputOf(masked) };
}

function splitWhere(model: SourceModel, node: OnnxNode): TensorSource {
  const filled = model.constant(inputOf(node, 1));
  expectPattern(filled !== undefined, `${node.name} does not fill in a constant`);
  return filled;
}

function matchScale(model: SourceModel, tensor: string): { sum: string; scale: number } {
  const node = nodeOf(model, tensor, 'Div', 'Mul');
  const { value, constant } = splitConstant(model, node);
  const factor = scalar(constant);
  return { sum: value, scale: node.opType === 'Div' ? 1 / factor : factor };
}

function splitScores(model: SourceModel, tensor: string): { content: OnnxNode; distance: string } {
  const [a = '', b = ''] = nodeOf(model, tensor, 'Add').input;
  const [content, distance] = model.producer(a)?.opType === 'MatMul' ? [a, b] : [b, a];
  return { content: nodeOf(model, content, 'MatMul'), distance };
}

/** Query plus bias, heads first. */
function matchBiased(model: SourceModel, tensor: string): { query: string; bias: TensorSource } {
  const { value, constant } = splitConstant(
    model,
    nodeOf(model, expectTranspose(model, tensor, '0213'), 'Add'),
  );
  return { query: value, bias: constant };
}

/** rel_shift: pad one column, read the rows one value later each, cut. Answers the tensor that is shifted. */
function matchShift(model: SourceModel, tensor: string): string {
  let at = tensor;
  for (const operator of ['Slice', 'Reshape', 'Slice', 'Reshape', 'Pad'])
    at = inputOf(nodeOf(model, at, operator));
  return at;
}
