/** Verdicts in words, for a terminal and for a log. */
import type { Spread, Verdict } from './verdict.ts';
import type { VerdictSum } from './sum-verdicts.ts';

export const INVARIANT_COLUMNS = [
  { header: '' },
  { header: 'INVARIANT' },
  { header: 'VIOLATIONS', align: 'right' },
] as const;

export function invariantRows({ invariants }: VerdictSum): readonly (readonly string[])[] {
  return invariants.map(({ id, title, violations }) => [id, title, String(violations)]);
}

/** Each violation with its session and time. */
export function violationLines({ invariants }: Verdict): readonly string[] {
  return invariants.flatMap(({ id, violations }) =>
    violations.map(({ session, message, atMs }) => {
      const where = session === undefined ? '' : ` ${session}`;
      return `${id}${where} at ${(atMs / 1000).toFixed(2)} s: ${message}`;
    }),
  );
}

export const GAP_COLUMNS = [
  { header: 'MS' },
  { header: 'COUNT', align: 'right' },
  { header: 'P50', align: 'right' },
  { header: 'P95', align: 'right' },
  { header: 'MAX', align: 'right' },
] as const;

export function gapRows(sum: VerdictSum): readonly (readonly string[])[] {
  const row = (name: string, { count, p50, p95, max }: Spread): readonly string[] => [
    name,
    String(count),
    ...[p50, p95, max].map((value) => (value === null ? '-' : String(value))),
  ];
  return [
    row('gap, word first shown', sum.gapFirstMs),
    row('gap, word final', sum.gapFinalMs),
    row('gap, all sessions', sum.gapFirstOfAllMs),
    row('resume', sum.resumeMs),
  ].filter(([, count]) => count !== '0');
}

export function totalsLine({ histories, violated, totals }: VerdictSum): string {
  const { sessions, words, faults, failovers, resumes, echoes, refused } = totals;
  const some = [
    `${histories} histories`,
    `${sessions} sessions`,
    `${words} words`,
    `${faults} faults`,
    `${failovers} failovers`,
    ...(resumes > 0 ? [`${resumes} resumes`] : []),
    ...(echoes > 0 ? [`${echoes} finals said again, which clients pass over`] : []),
    ...(refused > 0 ? [`${refused} refused`] : []),
  ];
  return `${some.join(', ')}: ${violated === 0 ? 'nothing violated' : `${violated} violated`}`;
}

/** The worst gap of the sessions that were disturbed, in whole milliseconds. */
export function worstGapMs({ figures }: Verdict): number | undefined {
  const gaps = figures.gaps.filter(({ disturbed }) => disturbed).map(({ gapFirstMs }) => gapFirstMs);
  return gaps.length === 0 ? undefined : Math.round(Math.max(...gaps));
}
