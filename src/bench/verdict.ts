/** Whether one step of a load run may be believed, and whether it kept the promise. Pure. */
import type { StepOutcome } from './load-step.ts';

export interface Promise95 {
  /** Limit of the 95th percentile of resp_lag. */
  readonly sloMs: number;
  /** Limit of the 99th percentile of the generator's own lateness. */
  readonly voidLatenessMs: number;
}

export interface Verdict {
  /** `void`: the figures are the generator's and say nothing about the server. */
  readonly type: 'pass' | 'fail' | 'void';
  /** For a person; empty for `pass`. */
  readonly reasons: readonly string[];
}

export function judgeStep(step: StepOutcome, limits: Promise95): Verdict {
  const whyVoid = reasonsForVoid(step, limits.voidLatenessMs);
  if (whyVoid.length > 0) return { type: 'void', reasons: whyVoid };
  const whyFail = reasonsForFailure(step, limits.sloMs);
  return whyFail.length > 0 ? { type: 'fail', reasons: whyFail } : { type: 'pass', reasons: [] };
}

/** Why figures are those of the generator; empty when they are not. */
export function reasonsForVoid(
  { recorder }: Pick<StepOutcome, 'recorder'>,
  voidLatenessMs: number,
): readonly string[] {
  const latenessMs = recorder.histograms.lateness.percentileMs(99) ?? 0;
  const reasons: string[] = [];
  if (latenessMs > voidLatenessMs) {
    reasons.push(`the generator was late: p99 ${latenessMs.toFixed(1)} ms > ${String(voidLatenessMs)} ms`);
  }
  if (recorder.counts.early > 0) {
    reasons.push(
      `${String(recorder.counts.early)} results came before the audio they are counted against was due: the chunk or look-ahead of the peer is wrong`,
    );
  }
  return reasons;
}

function reasonsForFailure(step: StepOutcome, sloMs: number): string[] {
  const { admitted, failed, incomplete, recorder } = step;
  const { timeouts } = recorder.counts;
  const lagMs = recorder.histograms.resp_lag.percentileMs(95);
  const reasons: string[] = [];
  if (admitted === 0) reasons.push('no session was admitted');
  else if (lagMs === undefined) reasons.push('no result came in the measured time');
  else if (lagMs > sloMs) reasons.push(`resp_lag p95 ${lagMs.toFixed(1)} ms > ${String(sloMs)} ms`);
  if (failed > 0) reasons.push(`${String(failed)} sessions failed`);
  if (incomplete > 0)
    reasons.push(`${String(incomplete)} sessions were answered for less audio than was sent`);
  if (timeouts > 0) reasons.push(`${String(timeouts)} results never came`);
  return reasons;
}
