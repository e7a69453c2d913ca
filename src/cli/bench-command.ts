/** What all measuring commands share: settings as the document has them, and thresholds as exit codes. */
import type { BenchConclusionOptions } from '../app/bench-report.ts';
import { RtError } from '../base/errors.ts';
import { safeText } from '../base/terminal-text.ts';
import { fileKeyOf, rowsOf, type Section } from '../config/setting.ts';
import { BaseCommand } from './base-command.ts';
import { exitCodeOf } from './exit-codes.ts';
import { type Column, renderTable } from './table.ts';

export interface Judged {
  readonly thresholds: readonly { readonly threshold: string; readonly kept: boolean }[];
}

export interface BenchReport {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly string[])[];
  readonly lines: readonly string[];
}

export abstract class BenchCommand extends BaseCommand {
  /** What was set, under the names of the flags. */
  protected settingsOf<C extends object>(
    section: Section<C>,
    config: C,
    target: Readonly<Record<string, unknown>>,
  ): Readonly<Record<string, unknown>> {
    const values = new Map<string, unknown>(Object.entries(config));
    const settings: Record<string, unknown> = { ...target };
    for (const [key, row] of rowsOf(section)) {
      // Where a run is kept decides nothing of it, and names folders of whoever made it.
      if (key !== 'out') settings[fileKeyOf(row)] = values.get(key) ?? null;
    }
    return settings;
  }

  protected print({ columns, rows, lines }: BenchReport): void {
    if (this.jsonEnabled()) return;
    if (rows.length > 0) this.output.line(renderTable(columns, rows));
    for (const line of lines) this.output.line(safeText(line));
  }

  /** Writes, prints and judges a run that is one whole; the answer is its document. */
  protected async conclude(options: BenchConclusionOptions): Promise<unknown> {
    const { concludeBench } = await import('../app/bench-report.ts');
    const { document, ...report } = await concludeBench(options);
    this.print(report);
    this.judge(document);
    return document;
  }

  /** The document is printed in any case: it says which threshold was missed by how much. `hint`: what to do then. */
  protected judge({ thresholds }: Judged, hint?: string): void {
    const missed = thresholds.filter(({ kept }) => !kept);
    if (missed.length === 0) return;
    const fault = new RtError(
      'threshold_missed',
      `Missed: ${[...new Set(missed.map(({ threshold }) => threshold))].join(', ')}`,
      hint === undefined ? {} : { hint },
    );
    if (!this.jsonEnabled()) throw fault;
    process.exitCode = exitCodeOf(fault);
  }
}
