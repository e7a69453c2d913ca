/** The latency budget as lines of text. Pure. */
import { msText } from '../load-table.ts';
import type { StageRow } from './stage-table.ts';

const NAME_WIDTH = 16;
const FIGURE_WIDTH = 8;

/** Nothing where the stages were not asked for. */
export function stageLines(sessions: number, stages: readonly StageRow[] | null): readonly string[] {
  if (stages === null) return [];
  const line = (name: string, ...cells: readonly string[]): string =>
    `  ${name.padEnd(NAME_WIDTH)}${cells.map((cell) => cell.padStart(FIGURE_WIDTH)).join('')}`;
  return [
    `where the time goes at ${String(sessions)} sessions, for words inside speech:`,
    line('STAGE', 'BUDGET', 'p50', 'p95'),
    ...stages.map(({ stage, budget_ms: budget, p50, p95 }) =>
      line(stage, budget === null ? '' : String(budget), msText(p50), msText(p95)),
    ),
    ...stages.filter(({ stage }) => stage === 'total').map(budgetLine),
  ];
}

function budgetLine({ budget_ms: budget, p95 }: StageRow): string {
  if (p95 === null || budget === null) return '  budget: nothing measured';
  return `  budget: p95 ${msText(p95)} ms, ${p95 < budget ? 'within' : 'BEYOND'} ${String(budget)} ms`;
}
