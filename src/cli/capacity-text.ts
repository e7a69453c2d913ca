/** A capacity report for people: one table for each layout and model, then what follows from them. */
import type { CapacityReport, ModelReport } from '../app/capacity-report.ts';
import { renderTable } from './table.ts';

export function capacityText(report: CapacityReport): string {
  const blocks = report.measured.flatMap(({ layout, models }) =>
    models.map((model) => `${titleOf(layout, model)}\n${stepsTable(model)}`),
  );
  const [first] = report.models;
  const conclusion =
    `Layout ${report.layout} on ${report.provider}: ${report.capacity} sessions of ${first?.name ?? 'no model'}, ` +
    `all speaking at once.`;
  return [...blocks, conclusion].join('\n\n');
}

function titleOf(layout: string, { model, period_ms: periodMs }: ModelReport): string {
  return `${model}, ${periodMs} ms a step, engine threads x compute threads: ${layout}`;
}

function stepsTable(model: ModelReport): string {
  const columns = ['BATCH', 'STEP P50', 'SLOWEST', 'A SESSION', 'DETECTOR', 'SESSIONS A THREAD'].map(
    (header) => ({ header, align: 'right' as const }),
  );
  const rows = model.steps.map((step) => {
    const isBest = step.batch === model.best_batch;
    return [
      `${isBest ? '* ' : ''}${step.batch}`,
      milliseconds(step.step_ms),
      milliseconds(step.slowest_step_ms),
      milliseconds(step.step_ms / step.batch),
      milliseconds(step.detector_ms),
      isBest ? String(model.sessions_per_thread) : '',
    ];
  });
  return renderTable(columns, rows);
}

function milliseconds(durationMs: number): string {
  return `${durationMs.toFixed(2)} ms`;
}
