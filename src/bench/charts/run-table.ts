/** A run as a table of a terminal: every metric of every step. Pure. */
import { type RunDocument, sessionsText } from '../compare/run-document.ts';
import { msText, type TableColumn } from '../load-table.ts';

const right = (header: string): TableColumn => ({ header, align: 'right' });

export const RUN_COLUMNS: readonly TableColumn[] = [
  right('SESSIONS'),
  { header: 'MS', align: 'left' },
  ...['N', 'p50', 'p95', 'p99', 'MAX'].map(right),
  { header: 'VERDICT', align: 'left' },
];

export function runRows({ steps }: RunDocument): readonly (readonly string[])[] {
  const told = steps.filter(({ isTold }) => isTold);
  return told.flatMap(({ sessions, verdict, metrics }) =>
    Object.entries(metrics)
      .filter(([, { n }]) => n > 0)
      .map(([metric, { n, p50, p95, p99, max }]) => [
        sessions === null ? '-' : String(sessions),
        metric,
        ...[String(n), ...[p50, p95, p99, max].map(msText)],
        verdict,
      ]),
  );
}

/** What was measured, when, where; what kept which threshold. */
export function runTitle(run: RunDocument): readonly string[] {
  const { environment: where } = run;
  const told = (name: string): string => (typeof where[name] === 'string' ? where[name] : '-');
  return [
    `${run.kind}, ${run.at}, ${run.path}`,
    `${run.model ?? 'no model'}; ${told('cpu')}; rt ${told('rt')} (${told('commit').slice(0, 12)}), Node ${told('node')}`,
    ...run.steps.flatMap(({ sessions, verdict, reasons }) => {
      const where = sessions === null ? '' : `${sessionsText(sessions)}: `;
      return verdict === 'void' ? [`${where}void: ${reasons.join('; ')}`] : [];
    }),
    ...run.thresholds.map((threshold) => `threshold ${threshold}`),
  ];
}
