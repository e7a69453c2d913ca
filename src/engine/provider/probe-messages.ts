/** What a probe process and the process that started it say to each other. */
import type { Provider } from '../onnx.ts';

/** The one message to the child. */
export interface ToProbe {
  readonly provider: Provider;
  /** An empty folder of the probe's own, for the model and the profile; the parent removes it. */
  readonly folder: string;
}

/** The one answer. A child that ends without it crashed. */
export type FromProbe =
  | {
      readonly type: 'ran';
      /** Operators that did not run on the provider, each with where it did; empty: all did. */
      readonly misplaced: readonly string[];
      /** Whether the result is, number by number, that of the CPU. */
      readonly isExact: boolean;
      /** Fastest of a few runs, after one that is not counted. */
      readonly runMs: number;
      /** The same on one core of the CPU. */
      readonly cpuRunMs: number;
    }
  /** The runtime's own words. */
  | { readonly type: 'failed'; readonly message: string };
