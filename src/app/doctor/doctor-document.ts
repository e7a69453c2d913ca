/** What the doctor found, as JSON. */
import type { AreaReport } from './examine.ts';
import { type FindingStatus, worstOf } from './finding.ts';

export interface DoctorDocument {
  readonly schema: 'rt.doctor/v1';
  /** ISO-8601 UTC. */
  readonly at: string;
  readonly status: 'ok' | 'warn' | 'fail';
  readonly counts: Readonly<Record<FindingStatus, number>>;
  readonly checks: readonly {
    readonly area: string;
    readonly name: string;
    readonly status: FindingStatus;
    readonly text: string;
    readonly hint: string | null;
    readonly fix: string | null;
  }[];
}

export function doctorDocument(reports: readonly AreaReport[], date: Date): DoctorDocument {
  const findings = reports.flatMap((report) => report.findings);
  const count = (status: FindingStatus): number => findings.filter((each) => each.status === status).length;
  return {
    schema: 'rt.doctor/v1',
    at: date.toISOString(),
    status: worstOf(findings),
    counts: { ok: count('ok'), warn: count('warn'), fail: count('fail'), skip: count('skip') },
    checks: reports.flatMap(({ area, findings: found }) =>
      found.map(({ name, status, text, hint, fix }) => ({
        ...{ area, name, status, text },
        hint: hint ?? null,
        fix: fix ?? null,
      })),
    ),
  };
}
