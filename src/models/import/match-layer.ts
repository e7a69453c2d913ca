/**
 * Recognises a layer of a cache-aware FastConformer as NeMo exports it: half a feed-forward, attention with
 * relative positions over cached and new frames, convolution over cached and new frames, half a feed-forward.
 */
import { type AttentionPart, matchAttention } from './match-attention.ts';
import { type ConvolutionPart, matchConvolutionPart } from './match-convolution.ts';
import {
  type Linear,
  matchLinear,
  matchNorm,
  matchResidual,
  matchScaled,
  matchSilu,
  type Norm,
} from './match-parts.ts';
import { expectPattern } from './pattern-miss.ts';
import type { SourceModel } from './source-model.ts';

/** norm → linear → silu → linear, halved. */
export interface FeedForwardPart {
  readonly norm: Norm;
  readonly wide: Linear;
  readonly narrow: Linear;
}

export interface Layer {
  readonly input: string;
  readonly first: FeedForwardPart;
  readonly attention: AttentionPart;
  readonly convolution: ConvolutionPart;
  readonly second: FeedForwardPart;
  readonly norm: Norm;
}

/** @throws PatternMiss */
export function matchLayer(model: SourceModel, output: string): Layer {
  const norm = matchNorm(model, output);
  const { residual: afterConvolution, part: second } = matchResidual(model, norm.input, (side) =>
    matchFeedForward(model, side),
  );
  const { residual: afterAttention, part: convolution } = matchResidual(model, afterConvolution, (side) =>
    matchConvolutionPart(model, side),
  );
  const { residual: afterFirst, part: attention } = matchResidual(model, afterAttention, (side) =>
    matchAttention(model, side),
  );
  const { residual: input, part: first } = matchResidual(model, afterFirst, (side) =>
    matchFeedForward(model, side),
  );
  const joints: readonly (readonly [Norm, string])[] = [
    [second.norm, afterConvolution],
    [convolution.norm, afterAttention],
    [attention.norm, afterFirst],
    [first.norm, input],
  ];
  for (const [part, residual] of joints) {
    expectPattern(part.input === residual, `${part.scale.name} does not norm what its part is added to`);
  }
  return { input, first, attention, convolution, second, norm };
}

function matchFeedForward(model: SourceModel, tensor: string): FeedForwardPart {
  const narrow = matchLinear(model, matchScaled(model, tensor, 0.5));
  const wide = matchLinear(model, matchSilu(model, narrow.input));
  return { norm: matchNorm(model, wide.input), wide, narrow };
}
