/** What came of an import. */
import type { Proof } from './compare-encoders.ts';
import type { StepTime } from './time-steps.ts';

export interface ImportOutcome {
  readonly folder: string;
  readonly encoder: string;
  /** `plain`: the file as it was. */
  readonly kind: 'delta' | 'plain';
  /** Why it was left as it was. */
  readonly reason: string | undefined;
  readonly layers: number | undefined;
  readonly proof: Proof | undefined;
  readonly steps: readonly StepTime[];
}
