import { Args, type Interfaces } from '@oclif/core';
import type { RunDocument } from '../../bench/compare/run-document.ts';
import { safeText } from '../../base/terminal-text.ts';
import { BaseCommand, type Examples } from '../../cli/base-command.ts';
import { flagsOf } from '../../cli/flags.ts';
import { renderTable } from '../../cli/table.ts';
import { benchReportSection } from '../../config/settings/bench-report.ts';

const PLOT_ROWS = 12;
const WIDEST_PLOT = 100;

export default class BenchReport extends BaseCommand {
  static override summary: string = 'Show measurements as plots, or as one page for others.';
  static override description: string =
    'FILE is a document of rt bench, a folder that --out wrote, or a folder of several of those. Without --html the plots ' +
    'are drawn in the terminal (--ascii where it has no braille). The page holds all it needs and opens without a network.';
  static override examples: Examples = [
    { description: 'In the terminal:', command: 'rt bench report run' },
    { description: 'A page to send around:', command: 'rt bench report run --html run.html' },
    {
      description: 'For a spreadsheet, and for the plotters of HdrHistogram:',
      command: 'rt bench report run --csv run.csv --hgrm percentiles',
    },
  ];
  static override strict = false;
  static override args: Interfaces.ArgInput = {
    file: Args.string({ description: 'Document or folder; more may follow.', required: true }),
  };
  static override flags: Interfaces.FlagInput = flagsOf(benchReportSection);

  override async run(): Promise<unknown> {
    const targets = this.settings(benchReportSection);
    const { readRuns } = await import('../../bench/compare/read-runs.ts');
    const { writeReport } = await import('../../bench/html/report-files.ts');
    const runs = (await Promise.all(this.operands.map(readRuns))).flat();
    const files = await writeReport(runs, targets);
    for (const file of files) this.output.note(`wrote ${file}`);
    if (!this.jsonEnabled() && files.length === 0) await this.#plot(runs);
    return {
      schema: 'rt.bench-report/v1',
      runs: runs.map(({ path, kind, at, steps }) => ({ path, kind, at, steps: steps.length })),
      files,
    };
  }

  async #plot(runs: readonly RunDocument[]): Promise<void> {
    const { runCharts } = await import('../../bench/charts/run-charts.ts');
    const { plotChart } = await import('../../bench/charts/terminal-plot.ts');
    const { RUN_COLUMNS, runRows, runTitle } = await import('../../bench/charts/run-table.ts');
    const { ascii } = this.output;
    const columns = Math.min(this.output.columns(), WIDEST_PLOT);
    for (const run of runs) {
      for (const line of runTitle(run)) this.output.line(safeText(line));
      this.output.line(renderTable(RUN_COLUMNS, runRows(run)));
      for (const chart of runCharts(run)) {
        const lines = plotChart(chart, { columns, rows: PLOT_ROWS, ascii });
        this.output.line(['', ...lines.map((line) => safeText(line))].join('\n'));
      }
      this.output.line('');
    }
  }
}
