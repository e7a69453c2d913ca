/** What the parts of a layer are written with. */
import type { PartContext } from './delta-parts.ts';
import type { TensorSource } from './tensor-source.ts';

export interface DeltaShape {
  /** New frames of a step. */
  readonly frames: number;
  /** Cached frames. */
  readonly left: number;
  readonly width: number;
  readonly heads: number;
  readonly headWidth: number;
  readonly kernel: number;
}

export interface LayerContext extends PartContext {
  readonly shape: DeltaShape;
  readonly layer: number;
  /** Projected distances, [heads, head width, left + 2 · frames − 1]. */
  readonly positions: TensorSource;
  /** Tensor [streams, 1, frames, left + frames] that is added to the scores; undefined where all are seen. */
  readonly mask: string | undefined;
}
