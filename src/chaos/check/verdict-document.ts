/** A verdict and a sum of them as they stand in JSON. */
import type { Spread, Verdict } from './verdict.ts';
import type { VerdictSum } from './sum-verdicts.ts';

export interface VerdictDocument {
  readonly ok: boolean;
  readonly invariants: readonly {
    readonly id: string;
    readonly ok: boolean;
    readonly violations: readonly {
      readonly session?: string;
      readonly message: string;
      readonly at_ms: number;
    }[];
  }[];
  readonly gaps: readonly {
    readonly session: string;
    readonly disturbed: boolean;
    readonly gap_first_ms: number;
    readonly gap_final_ms: number;
  }[];
}

export function verdictDocument({ invariants, figures }: Verdict): VerdictDocument {
  return {
    ok: invariants.every(({ ok }) => ok),
    invariants: invariants.map(({ id, ok, violations }) => ({
      ...{ id, ok },
      violations: violations.map(({ atMs, ...violation }) => ({ ...violation, at_ms: atMs })),
    })),
    gaps: figures.gaps.map(({ session, disturbed, gapFirstMs, gapFinalMs }) => ({
      ...{ session, disturbed },
      gap_first_ms: Math.round(gapFirstMs),
      gap_final_ms: Math.round(gapFinalMs),
    })),
  };
}

export interface SumDocument {
  readonly histories: number;
  readonly violated: number;
  readonly invariants: VerdictSum['invariants'];
  readonly totals: VerdictSum['totals'];
  readonly gap_first_ms: Spread;
  readonly gap_final_ms: Spread;
  readonly gap_first_of_all_ms: Spread;
  readonly resume_ms: Spread;
}

export function sumDocument(sum: VerdictSum): SumDocument {
  const { gapFirstMs, gapFinalMs, gapFirstOfAllMs, resumeMs, ...rest } = sum;
  return {
    ...rest,
    gap_first_ms: gapFirstMs,
    gap_final_ms: gapFinalMs,
    gap_first_of_all_ms: gapFirstOfAllMs,
    resume_ms: resumeMs,
  };
}
